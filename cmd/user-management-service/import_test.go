package main

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the protocol's
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
)

// importedHashes are hashes of goodPassword that other systems made.
var importedHashes = map[string]string{
	"bcrypt": "$2a$04$pufqKyzv8vrQIR6QLgUMee1xPqaLgyFL5Gt/N5JL77wMk5PKlmAH2",
	"scrypt": "$scrypt$ln=10,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg$KhW5KLACpfR1HRqSPdg8ODHC9nzhpv0EHEqfwm5GJX4",
	"pbkdf2": "$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg" +
		"$5bTW2oeyDJyGJPcmEr+mRDE11ghpozWrDGnSNhRXo2ZCu0KHRDiUMAVEGzLJC+oDhRoeIja9J1iLIv9ptDJMfQ",
	"django":   "pbkdf2_sha256$1000$saltsalt$zzTVNkpdnDsQWZloN/zP8vUU74BCbHD/tDSXS4zXPSs=",
	"argon2id": "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$XLeLg+p+JNgiFrQNsye8eofeXr30s6P3j/ke/9xgk/0",
}

func importLineOf(email, hash string) string {
	return fmt.Sprintf(
		`{"email":%q,"full_name":"Ada Lovelace","country":"DE","state_province":"Bayern","password_hash":%q,"created_at":%q}`,
		email, hash, "2020-02-03T04:05:06Z",
	)
}

// importInto runs the command on a service's database.
func importInto(t *testing.T, environ map[string]string, lines ...string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "users.ndjson")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := program{environ: environ, out: &out, errOut: &out}.run(t.Context(), []string{"admin", "import-users", file})
	return out.String(), err
}

func TestImportedUsersLogInWithTheirPasswordAndGetANewHash(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s := startOn(t, databaseURL, keyset, inbox)
	s.post(t, "/signup", signupOf("BCRYPT@example.com", wrongPassword)).want(t, http.StatusAccepted)
	var lines []string
	for algorithm, hash := range importedHashes {
		lines = append(lines, importLineOf(algorithm+"@example.com", hash))
	}
	environ := operatorEnviron(t, databaseURL, keyset)
	for _, want := range []string{"5 imported, 0 skipped", "0 imported, 5 skipped"} {
		if out, err := importInto(t, environ, lines...); err != nil || !strings.Contains(out, want) {
			t.Fatalf("%v: %s, want %s", err, out, want)
		}
	}
	const withoutPepper = `SELECT count(*) FROM users WHERE password_hash NOT LIKE '$argon2id$%keyid=%'`
	if n := s.count(t, withoutPepper); n != len(importedHashes) {
		t.Errorf("%d hashes of other systems", n)
	}
	for algorithm := range importedHashes {
		email := algorithm + "@example.com"
		s.post(t, "/login", loginOf(email, wrongPassword)).want(t, http.StatusUnauthorized)
		pair := s.logIn(t, email, goodPassword)
		if me := string(s.me(t, pair.AccessToken).body); !strings.Contains(me, `"created_at":"2020-02-03T04:05:06Z"`) {
			t.Errorf("%s: %s", algorithm, me)
		}
		s.post(t, "/login", loginOf(email, goodPassword)).want(t, http.StatusOK)
	}
	if n := s.count(t, withoutPepper); n != 0 {
		t.Errorf("%d hashes were not replaced at login", n)
	}
	if n := s.count(t, `SELECT count(*) FROM audit_events WHERE kind = 'user_imported'`); n != len(importedHashes) {
		t.Errorf("%d imports were recorded", n)
	}
}

func TestImportReportsEachInvalidLineAndImportsTheOthers(t *testing.T) {
	t.Parallel()
	inbox := newInbox(t)
	databaseURL, keyset := pgtest.New(t), devKeyset(t)
	s, good := startOn(t, databaseURL, keyset, inbox), importedHashes["bcrypt"]
	out, err := importInto(t, operatorEnviron(t, databaseURL, keyset),
		importLineOf("ada@example.com", good),
		"",
		`{"email":"ada"}`,
		importLineOf("bea@example.com", "5f4dcc3b5aa765d61d8327deb882cf99"),
		`not JSON`,
		strings.Replace(importLineOf("cid@example.com", good), `"email"`, `"nick":"x","email"`, 1),
		strings.Replace(importLineOf("dan@example.com", good), "2020", "2999", 1),
		`{"email":"`+strings.Repeat("x", maxImportLine)+`"}`,
		importLineOf("eve@example.com", good),
	)
	want := strings.Join([]string{
		"line 3: email is not an email address of the form name@example.com; full_name is required; country is required; " +
			"password_hash is required",
		"line 4: password_hash has an unsupported format",
		"line 5: is not valid JSON at byte 2",
		`line 6: "nick" is unknown; the members are email, full_name, country, state_province, password_hash, created_at`,
		"line 7: created_at is in the future",
		"line 8: is longer than 65536 bytes",
		"2 imported, 0 skipped because their email address has an account, 6 invalid", "",
	}, "\n")
	if out != want || !errors.Is(err, errInvalidLines) {
		t.Errorf("%v:\n%swant\n%s", err, out, want)
	}
	if n := s.count(t, `SELECT count(*) FROM users`); n != 2 {
		t.Errorf("%d users", n)
	}
}

func TestABreachedPasswordIsRefusedByEveryOperation(t *testing.T) {
	t.Parallel()
	const breached = "eleven blue wombats dance"
	digits := fmt.Sprintf("%X", sha1.Sum([]byte(breached))) //nolint:gosec // the protocol's
	ranges := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/range/"+digits[:5] {
			_, _ = fmt.Fprint(w, digits[5:]+":3\r\n")
		}
	}))
	t.Cleanup(ranges.Close)
	s := start(t, "BREACHED_PASSWORDS_URL="+ranges.URL+"/range", "BREACHED_PASSWORDS_TIMEOUT=10s")
	pair := s.user(t, "ada@example.com")
	link := s.requestReset(t, "ada@example.com")
	for field, r := range map[string]request{
		"password":      {path: "/signup", body: signupOf("bea@example.com", breached)},
		"new_password":  {path: "/password-change", token: pair.AccessToken, body: m{"current_password": goodPassword, "new_password": breached}},
		"new_password ": {path: "/password-reset", body: m{"token": link, "new_password": breached}},
	} {
		r.method = http.MethodPost
		p := s.do(t, r).want(t, http.StatusUnprocessableEntity).problem(t)
		if len(p.Errors) != 1 || p.Errors[0].Field != strings.TrimSpace(field) || p.Errors[0].Code != "password_breached" {
			t.Errorf("%s: %+v", r.path, p)
		}
	}
	ranges.Close() // without a response the password is accepted
	s.post(t, "/password-reset", m{"token": link, "new_password": breached}).want(t, http.StatusOK)
	s.post(t, "/login", loginOf("ada@example.com", breached)).want(t, http.StatusOK)
}

// Bodies that are too large, and passwords that are too long, are refused before a hash is computed.
func TestHugePasswordsAreRefusedWithoutHashing(t *testing.T) {
	t.Parallel()
	s := start(t, "ARGON2_MEMORY_KIB=262144", "ARGON2_TIME=20") // a hash takes longer than the test waits
	for size, want := range map[int]int{
		1 << 20: http.StatusRequestEntityTooLarge, 60 << 10: http.StatusUnprocessableEntity, 4097: http.StatusUnprocessableEntity,
		129: http.StatusUnprocessableEntity,
	} {
		huge := strings.Repeat("x", size)
		requests := []request{
			{path: "/signup", body: signupOf("ada@example.com", huge)},
			{path: "/verify-email", body: m{"token": "svfy_x", "password": huge}},
			{path: "/password-reset", body: m{"token": "srst_x", "new_password": huge}},
		}
		if size > domain.PasswordAttemptMaxLength { // an imported password may be as long
			requests = append(requests, request{path: "/login", body: loginOf("ada@example.com", huge)})
		}
		for _, r := range requests {
			r.method = http.MethodPost
			s.do(t, r).want(t, want)
		}
	}
}
