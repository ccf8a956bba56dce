package main

import (
	"errors"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// An attacker and a victim in one /24: the log distinguishes them without naming them, and the operator finds the attacker.
func TestAnOperatorFindsTheClientOfALogLine(t *testing.T) {
	t.Parallel()
	keyset := devKeyset(t)
	file := filepath.Join(t.TempDir(), "keyset.json")
	if err := tink.WriteFile(file, keyset); err != nil {
		t.Fatal(err)
	}
	s := startOn(t, pgtest.New(t), keyset, newInbox(t), "TRUSTED_PROXIES=127.0.0.0/8", "NETWORK_REQUESTS=100")
	clientOf := func(ip, id string) string {
		header := http.Header{"X-Forwarded-For": {ip}, "X-Request-Id": {id}}
		s.do(t, request{
			method: http.MethodPost, path: "/password-reset-request", body: m{"email": "ada@example.com"}, header: header,
		}).want(t, http.StatusAccepted)
		line := regexp.MustCompile(`"request_id":"` + id + `".*"client":"([0-9a-f]{16})"`)
		eventually(t, "the log line", func() bool { return line.MatchString(s.log.String()) })
		return line.FindStringSubmatch(s.log.String())[1]
	}
	attacker, again := clientOf("203.0.113.66", "first"), clientOf("203.0.113.66", "second")
	victim := clientOf("203.0.113.7", "third")
	six, sixNeighbor := clientOf("2001:db8:1:2::1", "fourth"), clientOf("2001:db8:1:2:ffff::1", "fifth")
	if attacker != again || attacker == victim || six != sixNeighbor || six == attacker {
		t.Errorf("pseudonyms %s, %s, %s, %s, %s", attacker, again, victim, six, sixNeighbor)
	}
	if log := s.log.String(); strings.Contains(log, "203.0.113") || strings.Contains(log, "2001:db8") {
		t.Error("the log contains an IP address")
	}
	for table, rows := range dump(t, s.databaseURL) {
		if strings.Contains(string(rows), attacker) {
			t.Errorf("the pseudonym of the log joins with one in the table %s", table)
		}
	}

	environ := map[string]string{"KEYSET_FILE": file}
	for network, want := range map[string]string{
		"203.0.113.0/24": attacker + " 203.0.113.66/32", "203.0.113.66": attacker + " 203.0.113.66/32",
		"2001:db8:1::/48": six + " 2001:db8:1:2::/64", "2001:db8:1:2::99": six + " 2001:db8:1:2::/64",
	} {
		out, err := run(t, environ, "admin", "client-pseudonyms", network)
		if err != nil || !strings.Contains(out, want+"\n") {
			t.Errorf("%s: %v, want %q in %.300s", network, err, want, out)
		}
	}
}

func TestClientPseudonymsListsEachClientOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keyset.json")
	keyset := devKeyset(t)
	if err := tink.WriteFile(file, keyset); err != nil {
		t.Fatal(err)
	}
	environ := map[string]string{"KEYSET_FILE": file}
	for network, want := range map[string]struct {
		n           int
		first, last string
	}{
		"198.51.100.7": {1, "198.51.100.7/32", "198.51.100.7/32"}, "198.51.255.254/31": {2, "198.51.255.254/32", "198.51.255.255/32"},
		"198.51.0.0/16": {65536, "198.51.0.0/32", "198.51.255.255/32"}, "198.51.100.99/24": {256, "198.51.100.0/32", "198.51.100.255/32"},
		"::ffff:198.51.100.7": {1, "198.51.100.7/32", "198.51.100.7/32"}, "255.255.255.255": {1, "255.255.255.255/32", "255.255.255.255/32"},
		"2001:db8::/48": {65536, "2001:db8::/64", "2001:db8:0:ffff::/64"}, "2001:db8::7/64": {1, "2001:db8::/64", "2001:db8::/64"},
		"2001:db8::7/128": {1, "2001:db8::/64", "2001:db8::/64"}, "2001:db8:0:ff00::/56": {256, "2001:db8:0:ff00::/64", "2001:db8:0:ffff::/64"},
	} {
		out, err := run(t, environ, "admin", "client-pseudonyms", network)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if err != nil || len(lines) != want.n || !strings.HasSuffix(lines[0], " "+want.first) ||
			!strings.HasSuffix(lines[len(lines)-1], " "+want.last) {
			t.Errorf("%s: %d lines, %s to %s; %v", network, len(lines), lines[0], lines[len(lines)-1], err)
		}
	}
	for _, network := range []string{"198.50.0.0/15", "2001:db8::/47", "0.0.0.0/0", "::/0", "host", "203.0.113.256", "203.0.113.0/33", ""} {
		if _, err := run(t, environ, "admin", "client-pseudonyms", network); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", network, err)
		}
	}
}

// What was logged before a rotation of the keyset can still be found after it.
func TestClientPseudonymsKnowsOldKeys(t *testing.T) {
	t.Parallel()
	old := devKeyset(t)
	added, err := old.Add()
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := added.Promote(now())
	if err != nil {
		t.Fatal(err)
	}
	list := func(keyset *tink.Keyset) string {
		file := filepath.Join(t.TempDir(), "keyset.json")
		if err := tink.WriteFile(file, keyset); err != nil {
			t.Fatal(err)
		}
		out, err := run(t, map[string]string{"KEYSET_FILE": file}, "admin", "client-pseudonyms", "203.0.113.66")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before, after := list(old), list(rotated.(*tink.Keyset))
	if !strings.Contains(after, before) || strings.Count(after, "\n") != 2 {
		t.Errorf("before the rotation\n%safter it\n%s", before, after)
	}
}
