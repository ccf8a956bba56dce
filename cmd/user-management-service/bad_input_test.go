package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

// bodies has a valid body for each operation that takes one. Their tokens are unknown, so that no operation succeeds.
var bodies = map[string]struct {
	method, path string
	secured      bool
	body         m
}{
	"signUp":                   {http.MethodPost, "/signup", false, signupOf("bad@example.com", goodPassword)},
	"requestEmailVerification": {http.MethodPost, "/email-verification-request", false, m{"email": "bad@example.com"}},
	"verifyEmail":              {http.MethodPost, "/verify-email", false, m{"token": "svfy_unknown", "password": goodPassword}},
	"logIn":                    {http.MethodPost, "/login", false, loginOf("bad@example.com", goodPassword)},
	"refreshToken":             {http.MethodPost, "/token/refresh", false, m{"refresh_token": "sref_unknown"}},
	"logOut":                   {http.MethodPost, "/logout", true, m{"all_sessions": true}},
	"changeProfile":            {http.MethodPatch, "/me", true, m{"full_name": "Ada King"}},
	"changePassword": {
		http.MethodPost, "/password-change", true, m{"current_password": goodPassword, "new_password": otherPassword},
	},
	"terminateAccount":     {http.MethodPost, "/terminate", true, m{"password": goodPassword}},
	"cancelTermination":    {http.MethodPost, "/termination-reversal", false, m{"token": "srev_unknown"}},
	"requestPasswordReset": {http.MethodPost, "/password-reset-request", false, m{"email": "bad@example.com"}},
	"resetPassword":        {http.MethodPost, "/password-reset", false, m{"token": "srst_unknown", "new_password": goodPassword}},
}

// JSON that is not of the contract's form is refused before any use case is called, by every operation in the same way.
func TestMalformedBodiesAreRefusedAndChangeNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	s.settle(t)
	before := s.fingerprint(t)
	for name, op := range bodies {
		t.Run(name, func(t *testing.T) {
			for what, tt := range malformedBodies(t, op.body) {
				r := request{method: op.method, path: op.path, body: tt.body, contentType: tt.contentType}
				if op.secured {
					r.token = pair.AccessToken
				}
				p := s.do(t, r).want(t, tt.status).problem(t)
				if p.Code != tt.code {
					t.Errorf("%s: code %q, want %q", what, p.Code, tt.code)
				}
				if tt.field != "" && !slices.Contains(p.fields(), tt.field) {
					t.Errorf("%s: fields %q, want %q", what, p.fields(), tt.field)
				}
			}
		})
	}
	if diff := cmp.Diff(before, s.fingerprint(t)); diff != "" {
		t.Errorf("refused requests changed the database (-before +after):\n%s", diff)
	}
}

// malformedBody is a request body and the problem that it must cause.
type malformedBody struct {
	body        string
	contentType string
	status      int
	code, field string
}

// malformedBodies are variants of the valid body with these members.
func malformedBodies(t *testing.T, members m) map[string]malformedBody {
	t.Helper()
	valid, err := encode(members)
	if err != nil {
		t.Fatal(err)
	}
	field := slices.Sorted(maps.Keys(members))[0]
	return map[string]malformedBody{
		"unknown member":  {body: insert(valid, `"is_admin":true,`), status: 400, code: "invalid_json", field: "is_admin"},
		"repeated member": {body: insert(valid, `"`+field+`":"x",`), status: 400, code: "invalid_json", field: field},
		"other letter case": {
			body:   strings.Replace(string(valid), `"`+field+`"`, `"`+strings.ToUpper(field)+`"`, 1),
			status: 400, code: "invalid_json", field: strings.ToUpper(field),
		},
		"wrong type":     {body: `{"` + field + `":12}`, status: 400, code: "invalid_json", field: field},
		"null":           {body: `{"` + field + `":null}`, status: 400, code: "invalid_json", field: field},
		"U+0000":         {body: `{"` + field + `":"a\u0000b"}`, status: 400, code: "invalid_json", field: field},
		"bad UTF-8":      {body: "{\"" + field + "\":\"a\xffb\"}", status: 400, code: "invalid_json"},
		"lone surrogate": {body: `{"` + field + `":"\ud800"}`, status: 400, code: "invalid_json"},
		"trailing data":  {body: string(valid) + "{}", status: 400, code: "invalid_json"},
		"truncated":      {body: string(valid[:len(valid)-1]), status: 400, code: "invalid_json"},
		"no object":      {body: `[]`, status: 400, code: "invalid_json"},
		"no JSON":        {body: `email=a`, status: 400, code: "invalid_json"},
		"form":           {body: `email=a`, contentType: formType, status: 415, code: "unsupported_media_type"},
		"XML":            {body: `<a/>`, contentType: "application/xml", status: 415, code: "unsupported_media_type"},
		"other charset": {
			body: string(valid), contentType: "application/json; charset=latin1", status: 415, code: "unsupported_media_type",
		},
		"more than 64 KiB": {
			body: insert(valid, `"`+field+`":"`+strings.Repeat("a", 64<<10)+`",`), status: 413, code: "body_too_large",
		},
		"deeply nested JSON": {body: strings.Repeat("[", 20000), status: 400, code: "invalid_json"},
	}
}

func insert(object []byte, member string) string { return "{" + member + string(object[1:]) }

// fingerprint changes whenever users, sessions, links or message jobs do.
func (s *service) fingerprint(t *testing.T) string {
	t.Helper()
	var sum string
	s.scan(t, `SELECT concat_ws(' ', (SELECT md5(string_agg(u::text, '|' ORDER BY id)) FROM users u),
		(SELECT md5(string_agg(x::text, '|' ORDER BY id)) FROM sessions x),
		(SELECT md5(string_agg(l::text, '|' ORDER BY token_hash)) FROM links l), (SELECT count(*) FROM river_job WHERE kind = 'message'))`, &sum)
	return sum
}

// The problem of a request that violates rules names every invalid field, and the request changes nothing.
func TestViolationsNameEveryField(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	s.settle(t)
	before := s.fingerprint(t)
	long := strings.Repeat("x", 300)
	tests := []struct {
		operation string
		body      m
		fields    []string
	}{
		{"signUp", m{}, []string{"email", "full_name", "country", "password"}},
		{
			"signUp", m{"email": "no address", "full_name": "  ", "country": "XX", "state_province": "Bayern", "password": "short"},
			[]string{"email", "full_name", "country", "password"},
		},
		{
			"signUp", m{"email": long + "@example.com", "full_name": long, "country": "DE", "state_province": "Texas", "password": long},
			[]string{"email", "full_name", "state_province", "password"},
		},
		{
			"signUp", m{"email": "a@example.com", "full_name": "Ada", "country": "de", "state_province": "DE-BY", "password": goodPassword},
			[]string{"country"},
		},
		{"signUp", m{"email": "a@example.com", "full_name": "Ada", "country": "DE", "password": goodPassword}, []string{"state_province"}},
		{
			"signUp", m{
				"email": "=?utf-8?q?a?=@example.org", "full_name": "\u3164", "country": "NO", "state_province": "NO-30", "password": goodPassword,
			},
			[]string{"email", "full_name", "state_province"},
		},
		{"requestEmailVerification", m{"email": "a@b@c"}, []string{"email"}},
		{"verifyEmail", m{}, []string{"token", "password"}},
		{"verifyEmail", m{"token": long, "password": ""}, []string{"token", "password"}},
		{"logIn", m{}, []string{"email", "password"}},
		{"logIn", loginOf("x", strings.Repeat("x", domain.PasswordAttemptMaxLength+1)), []string{"email", "password"}},
		{"refreshToken", m{}, []string{"refresh_token"}},
		{"refreshToken", m{"refresh_token": long}, []string{"refresh_token"}},
		{"changeProfile", m{}, nil},
		{"changeProfile", m{"full_name": "", "country": "XX"}, []string{"full_name", "country"}},
		{"changeProfile", m{"state_province": "Texas"}, []string{"state_province"}},
		{"changeProfile", m{"country": "FR"}, []string{"state_province"}},
		{"changeProfile", m{"country": "TW", "state_province": "Chiayi"}, []string{"state_province"}},
		{"changePassword", m{}, []string{"current_password", "new_password"}},
		{"changePassword", m{"current_password": goodPassword, "new_password": "ada@example.com"}, []string{"new_password"}},
		{"changePassword", m{"current_password": long, "new_password": long}, []string{"new_password"}},
		{"terminateAccount", m{}, []string{"password"}},
		{"cancelTermination", m{}, []string{"token"}},
		{"cancelTermination", m{"token": long}, []string{"token"}},
		{"requestPasswordReset", m{"email": ""}, []string{"email"}},
		{"resetPassword", m{}, []string{"token", "new_password"}},
	}
	for _, tt := range tests {
		op := bodies[tt.operation]
		r := request{method: op.method, path: op.path, body: tt.body}
		if op.secured {
			r.token = pair.AccessToken
		}
		p := s.do(t, r).want(t, http.StatusUnprocessableEntity).problem(t)
		if diff := cmp.Diff(tt.fields, p.fields()); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", tt.operation, tt.body, diff)
		}
	}
	if diff := cmp.Diff(before, s.fingerprint(t)); diff != "" {
		t.Errorf("refused requests changed the database (-before +after):\n%s", diff)
	}
}

// Every response of the contract that a client can cause occurs here, and is compared with the contract on the way.
func TestEveryResponseOfTheContractOccurs(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.exercise(t)
	// Concurrent requests, rate limits, load and internal errors are the subjects of other tests.
	elsewhere := map[string]bool{"409": true, "429": true, "500": true, "503": true}
	for path, item := range s.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				if !elsewhere[status] && !s.contract.seen[op.OperationID+" "+status] {
					t.Errorf("%s %s never returned %s", method, path, status)
				}
			}
		}
	}
}

// exercise causes each response of each operation.
func (s *service) exercise(t *testing.T) {
	t.Helper()
	s.get(t, "", "/nowhere").want(t, http.StatusNotFound)
	s.do(t, request{method: http.MethodDelete, path: "/login"}).want(t, http.StatusMethodNotAllowed)

	pair := s.user(t, "ada@example.com")
	for _, op := range bodies {
		r := request{method: op.method, path: op.path, token: pair.AccessToken}
		if !op.secured {
			r.token = ""
		}
		for _, bad := range []string{`{`, `{"all_sessions":1}`, `{"x":"` + strings.Repeat("x", 64<<10) + `"}`} {
			r.body = bad
			s.do(t, r)
		}
		r.body, r.contentType = "a=b", "text/plain"
		s.do(t, r).want(t, http.StatusUnsupportedMediaType)
		if op.secured {
			s.do(t, request{method: op.method, path: op.path, body: op.body}).want(t, http.StatusUnauthorized)
		} else if op.path != "/logout" {
			s.do(t, request{method: op.method, path: op.path, body: m{}}).want(t, http.StatusUnprocessableEntity)
		}
	}
	s.exerciseReads(t, pair)
	s.exerciseServices(t, pair)
	s.exerciseSessions(t, pair)
	s.exerciseLogin(t)
	s.exerciseChanges(t)
	s.exerciseTermination(t)
}

func (s *service) exerciseLogin(t *testing.T) {
	t.Helper()
	s.post(t, "/email-verification-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	s.post(t, "/verify-email", bodies["verifyEmail"].body).want(t, http.StatusBadRequest)
	s.post(t, "/signup", signupOf("grace@example.com", goodPassword)).want(t, http.StatusAccepted)
	link := s.token(t, "grace@example.com", "/pages/verify-email")
	s.post(t, "/verify-email", m{"token": link, "password": "wrong password"}).want(t, http.StatusUnauthorized)
	s.post(t, "/login", loginOf("ada@example.com", "wrong password")).want(t, http.StatusUnauthorized)
	pair := s.logIn(t, "ada@example.com", goodPassword)
	s.post(t, "/token/refresh", bodies["refreshToken"].body).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusOK)
}

// exerciseChanges changes the profile and the password, and ends with goodPassword.
func (s *service) exerciseChanges(t *testing.T) {
	t.Helper()
	token := s.logIn(t, "ada@example.com", goodPassword).AccessToken
	change := func(body m) response {
		return s.do(t, request{method: http.MethodPatch, path: "/me", token: token, body: body})
	}
	change(m{}).want(t, http.StatusUnprocessableEntity)
	change(m{"full_name": "Ada King"}).want(t, http.StatusOK)
	s.postAs(t, token, "/password-change", m{}).want(t, http.StatusUnprocessableEntity)
	s.postAs(t, token, "/password-change", bodies["changePassword"].body).want(t, http.StatusNoContent)
	s.post(t, "/password-reset", bodies["resetPassword"].body).want(t, http.StatusBadRequest)
	s.resetPassword(t, "ada@example.com", goodPassword)
}

func (s *service) exerciseTermination(t *testing.T) {
	t.Helper()
	pair := s.logIn(t, "ada@example.com", goodPassword)
	s.postAs(t, pair.AccessToken, "/terminate", m{}).want(t, http.StatusUnprocessableEntity)
	s.postAs(t, pair.AccessToken, "/terminate", m{"password": "wrong password"}).want(t, http.StatusUnauthorized)
	s.logOut(t, pair)
	pair = s.logIn(t, "ada@example.com", goodPassword)
	s.terminate(t, pair)
	s.post(t, "/termination-reversal", bodies["cancelTermination"].body).want(t, http.StatusBadRequest)
	link := s.token(t, "ada@example.com", cancellationPage)
	s.post(t, "/termination-reversal", m{"token": link}).want(t, http.StatusNoContent)
}

// exerciseReads calls every operation of the contract that takes no input, with and without an access token, if it needs one. So
// a new operation of that kind needs no entry here.
func (s *service) exerciseReads(t *testing.T, pair tokens) {
	t.Helper()
	for path, item := range s.contract.doc.Paths.Map() {
		if item.Get == nil || strings.Contains(path, "{") {
			continue
		}
		security := s.contract.doc.Security
		if item.Get.Security != nil {
			security = *item.Get.Security
		}
		switch {
		case len(security) == 0:
			s.get(t, "", path).want(t, http.StatusOK)
		case security[0]["accessToken"] != nil:
			s.get(t, "", path).want(t, http.StatusUnauthorized)
			s.get(t, pair.AccessToken, path).want(t, http.StatusOK)
		}
	}
}

func (s *service) exerciseSessions(t *testing.T, pair tokens) {
	t.Helper()
	id := s.sessions(t, pair.AccessToken).Sessions[0].ID
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id, token: pair.AccessToken}).want(t, http.StatusNoContent)
	pair = s.logIn(t, "ada@example.com", goodPassword)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id, token: pair.AccessToken}).want(t, http.StatusNotFound)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/x", token: pair.AccessToken}).want(t, http.StatusBadRequest)
}

// The log of a run with every kind of request contains nothing that was sent or mailed.
func TestTheLogContainsNoSecretsAndNoPersonalData(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.exercise(t)
	pair := s.user(t, "hedy@example.com")
	s.settle(t)
	s.stop()
	log := s.log.String()
	secrets := []string{
		goodPassword, "seven purple llamas", "wrong password", "svfy_", "srst_", "srev_", "sref_", pair.AccessToken, pair.RefreshToken,
		"eyJ", "#token", "@example.com", "Lovelace", "hedy", devClientSecret,
	}
	for _, secret := range secrets {
		if i := strings.Index(strings.ToLower(log), strings.ToLower(secret)); i >= 0 {
			t.Errorf("the log contains %q: ...%s...", secret, log[max(0, i-200):min(len(log), i+100)])
		}
	}
	if !strings.Contains(log, `"route":"/login"`) {
		t.Error("the log does not contain the requests")
	}
}
