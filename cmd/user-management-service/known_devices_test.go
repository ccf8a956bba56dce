package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
)

// logInFrom logs in from an address, with a device token unless it is empty.
func (s *service) logInFrom(t *testing.T, source, email, password, device string) response {
	t.Helper()
	body := loginOf(email, password)
	if device != "" {
		body["device_token"] = device
	}
	return s.doFrom(t, source, request{method: http.MethodPost, path: "/login", body: body})
}

// blockOthers spends the attempts that clients without a known device have for an email address in the network of source.
func (s *service) blockOthers(t *testing.T, source, email string) {
	t.Helper()
	for range 5 {
		s.logInFrom(t, source, email, wrongPassword, "").want(t, http.StatusUnauthorized)
	}
	s.logInFrom(t, source, email, wrongPassword, "").want(t, http.StatusTooManyRequests)
}

// A thief who knows the password logs in without end. The account holder's reset ends all of it.
func TestAResetEndsTheSessionsAndDevicesOfAThief(t *testing.T) {
	t.Parallel()
	const email, logins = "ada@example.com", 130
	s := start(t, "LOGIN_ATTEMPTS=0")
	s.user(t, email)
	bystander := s.user(t, "grace@example.com")
	stolen := make([]tokens, logins)
	for i := range stolen {
		stolen[i] = s.logInFrom(t, fmt.Sprintf("127.10.%d.1", i%5), email, goodPassword, "").tokens(t)
	}
	newest := stolen[logins-1]
	if n := len(s.sessions(t, newest.AccessToken).Sessions); n != domain.MaxSessions {
		t.Errorf("the thief has %d live sessions, want %d", n, domain.MaxSessions)
	}
	id := s.id(t, newest)
	if n := s.count(t, `SELECT count(*) FROM devices WHERE user_id = '`+id+`'`); n != domain.MaxDevices {
		t.Errorf("the thief has %d devices, want %d", n, domain.MaxDevices)
	}
	listed := s.revoked(t, "")
	for i, pair := range stolen {
		if isTrimmed := i < logins-domain.MaxSessions; listed[sid(t, pair)] != isTrimmed {
			t.Errorf("session %d is in the list of revocations: %v", i, !isTrimmed)
		}
	}
	s.listen(t, "").waitFor(t, sid(t, stolen[0]))

	reset := m{"token": s.requestReset(t, email), "new_password": otherPassword}
	holder := s.post(t, "/password-reset", reset).tokens(t).DeviceToken
	for i, pair := range stolen {
		s.me(t, pair.AccessToken).want(t, http.StatusUnauthorized)
		s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
		if i >= logins-domain.MaxSessions {
			s.wantInactive(t, pair.AccessToken)
		}
	}
	const network = "127.20.0.1"
	s.blockOthers(t, network, email)
	for _, pair := range stolen {
		s.logInFrom(t, network, email, otherPassword, pair.DeviceToken).want(t, http.StatusTooManyRequests)
	}
	s.logInFrom(t, network, email, otherPassword, holder).want(t, http.StatusOK)
	s.me(t, bystander.AccessToken).want(t, http.StatusOK)
}

// The device of the session that changed the password stays known. All others end.
func TestAPasswordChangeKeepsOnlyTheDeviceOfItsSession(t *testing.T) {
	t.Parallel()
	const email, network = "ada@example.com", "127.20.0.1"
	s := start(t)
	own, thief := s.user(t, email), s.logIn(t, email, goodPassword)
	change := m{"current_password": goodPassword, "new_password": otherPassword}
	s.postAs(t, own.AccessToken, "/password-change", change).want(t, http.StatusNoContent)
	s.blockOthers(t, network, email)
	s.logInFrom(t, network, email, otherPassword, thief.DeviceToken).want(t, http.StatusTooManyRequests)
	s.logInFrom(t, network, email, otherPassword, own.DeviceToken).want(t, http.StatusOK)
}

func TestATerminationRemovesAllDevices(t *testing.T) {
	t.Parallel()
	const email, network = "ada@example.com", "127.20.0.1"
	s := start(t)
	own, thief := s.user(t, email), s.logIn(t, email, goodPassword)
	other := s.user(t, "grace@example.com")
	s.terminate(t, own)
	if n := s.count(t, `SELECT count(*) FROM devices`); n != 1 {
		t.Errorf("%d devices are left, want the other user's", n)
	}
	s.post(t, "/termination-reversal", m{"token": s.token(t, email, cancellationPage)}).want(t, http.StatusNoContent)
	for _, target := range []string{email, "grace@example.com"} {
		s.blockOthers(t, network, target)
	}
	for _, pair := range []tokens{own, thief} {
		s.logInFrom(t, network, email, goodPassword, pair.DeviceToken).want(t, http.StatusTooManyRequests)
	}
	s.logInFrom(t, network, "grace@example.com", goodPassword, other.DeviceToken).want(t, http.StatusOK)
}

// A login after a change of the Argon2 settings stores a new hash of the same password.
func TestARehashKeepsTheDeviceTokens(t *testing.T) {
	t.Parallel()
	const email, network = "ada@example.com", "127.20.0.1"
	const rehashed = `SELECT count(*) FROM users WHERE password_hash LIKE '%t=2,%'`
	databaseURL, keyset, inbox := pgtest.New(t), devKeyset(t), newInbox(t)
	before := startOn(t, databaseURL, keyset, inbox)
	known := before.user(t, email).DeviceToken
	before.stop()
	s := startOn(t, databaseURL, keyset, inbox, "ARGON2_TIME=2")
	if n := s.count(t, rehashed); n != 0 {
		t.Errorf("%d passwords are hashed with the new settings before the login", n)
	}
	s.logIn(t, email, goodPassword)
	if n := s.count(t, rehashed); n != 1 {
		t.Errorf("%d passwords were hashed again, want 1", n)
	}
	s.blockOthers(t, network, email)
	s.logInFrom(t, network, email, goodPassword, known).want(t, http.StatusOK)
}

// upgradeTokens are those that the last release issued.
func upgradeTokens(t *testing.T) tokens {
	t.Helper()
	var issued upgraded
	if err := json.Unmarshal(readFile(t, upgradeDump+".json"), &issued); err != nil {
		t.Fatal(err)
	}
	return issued.Session
}

// Only a token that this service issued for the account, and whose device is still known, has attempts of its own.
func TestOtherDeviceTokensAreNoKnownDevice(t *testing.T) {
	t.Parallel()
	const email, unknown, network = "ada@example.com", "unknown@example.com", "127.20.0.1"
	s := start(t)
	own, other := s.user(t, email), s.user(t, "grace@example.com")
	elsewhere := start(t).user(t, email)
	encoded := strings.TrimPrefix(own.DeviceToken, "sdev_")
	content, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || len(content) < 40 {
		t.Fatalf("%d bytes: %v", len(content), err)
	}
	content[16] ^= 1
	altered := "sdev_" + base64.RawURLEncoding.EncodeToString(content)
	s.blockOthers(t, network, email)
	s.blockOthers(t, network, unknown)
	for name, device := range map[string]string{
		"of the last release": upgradeTokens(t).DeviceToken, "of another account": other.DeviceToken,
		"of another keyset": elsewhere.DeviceToken, "with another device": altered, "of no form": "sdev_",
	} {
		for _, target := range []string{email, unknown} {
			if a := s.logInFrom(t, network, target, goodPassword, device); a.status != http.StatusTooManyRequests {
				t.Errorf("a token %s for %s: status %d, want %d", name, target, a.status, http.StatusTooManyRequests)
			}
		}
	}
	s.logInFrom(t, network, unknown, goodPassword, own.DeviceToken).want(t, http.StatusTooManyRequests)
	s.logInFrom(t, network, email, goodPassword, own.DeviceToken).want(t, http.StatusOK)
}
