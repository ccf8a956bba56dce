package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// operations with a body, each with a sound one. The tokens in them are unknown, so that nothing comes of it.
var bodies = map[string]struct {
	method, path string
	secured      bool
	body         m
}{
	"signUp":                   {http.MethodPost, "/signup", false, signupOf("bad@example.com", goodPassword)},
	"requestEmailVerification": {http.MethodPost, "/email-verification-request", false, m{"email": "bad@example.com"}},
	"verifyEmail":              {http.MethodPost, "/verify-email", false, m{"token": "svfy_unknown", "password": goodPassword}},
	"logIn":                    {http.MethodPost, "/login", false, m{"email": "bad@example.com", "password": goodPassword}},
	"refreshToken":             {http.MethodPost, "/token/refresh", false, m{"refresh_token": "sref_unknown"}},
	"logOut":                   {http.MethodPost, "/logout", true, m{"all_sessions": true}},
	"changeProfile":            {http.MethodPatch, "/me", true, m{"full_name": "Ada King"}},
	"changePassword":           {http.MethodPost, "/password-change", true, m{"current_password": goodPassword, "new_password": "seven purple llamas at dawn"}},
	"terminateAccount":         {http.MethodPost, "/terminate", true, m{"password": goodPassword}},
	"reverseTermination":       {http.MethodPost, "/termination-reversal", false, m{"token": "srev_unknown"}},
	"requestPasswordReset":     {http.MethodPost, "/password-reset-request", false, m{"email": "bad@example.com"}},
	"resetPassword":            {http.MethodPost, "/password-reset", false, m{"token": "srst_unknown", "new_password": goodPassword}},
}

// What is not JSON of the form agreed on is refused before any use case sees it, for every operation alike.
func TestMalformedBodiesAreRefusedAndChangeNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	s.settle(t)
	before := s.fingerprint(t)
	for name, op := range bodies {
		t.Run(name, func(t *testing.T) {
			sound, err := encode(op.body)
			if err != nil {
				t.Fatal(err)
			}
			field := slices.Sorted(maps.Keys(op.body))[0]
			tests := map[string]struct {
				body        string
				contentType string
				status      int
				code, field string
			}{
				"unknown member":     {body: insert(sound, `"is_admin":true,`), status: 400, code: "invalid_json", field: "is_admin"},
				"repeated member":    {body: insert(sound, `"`+field+`":"x",`), status: 400, code: "invalid_json", field: field},
				"other letter case":  {body: strings.Replace(string(sound), `"`+field+`"`, `"`+strings.ToUpper(field)+`"`, 1), status: 400, code: "invalid_json", field: strings.ToUpper(field)},
				"wrong type":         {body: `{"` + field + `":12}`, status: 400, code: "invalid_json", field: field},
				"null":               {body: `{"` + field + `":null}`, status: 400, code: "invalid_json", field: field},
				"U+0000":             {body: `{"` + field + `":"a\u0000b"}`, status: 400, code: "invalid_json", field: field},
				"bad UTF-8":          {body: "{\"" + field + "\":\"a\xffb\"}", status: 400, code: "invalid_json"},
				"lone surrogate":     {body: `{"` + field + `":"\ud800"}`, status: 400, code: "invalid_json"},
				"trailing data":      {body: string(sound) + "{}", status: 400, code: "invalid_json"},
				"cut off":            {body: string(sound[:len(sound)-1]), status: 400, code: "invalid_json"},
				"no object":          {body: `[]`, status: 400, code: "invalid_json"},
				"no JSON":            {body: `email=a`, status: 400, code: "invalid_json"},
				"form":               {body: `email=a`, contentType: "application/x-www-form-urlencoded", status: 415, code: "unsupported_media_type"},
				"XML":                {body: `<a/>`, contentType: "application/xml", status: 415, code: "unsupported_media_type"},
				"other charset":      {body: string(sound), contentType: "application/json; charset=latin1", status: 415, code: "unsupported_media_type"},
				"more than 64 KiB":   {body: insert(sound, `"`+field+`":"`+strings.Repeat("a", 64<<10)+`",`), status: 413, code: "body_too_large"},
				"deeply nested JSON": {body: strings.Repeat("[", 20000), status: 400, code: "invalid_json"},
			}
			for what, tt := range tests {
				r := request{method: op.method, path: op.path, body: tt.body, contentType: tt.contentType}
				if op.secured {
					r.token = pair.AccessToken
				}
				p := s.do(t, r).want(t, tt.status).problem(t)
				if p.Code != tt.code {
					t.Errorf("%s: code %q instead of %q", what, p.Code, tt.code)
				}
				if tt.field != "" && !slices.Contains(p.fields(), tt.field) {
					t.Errorf("%s: names %q, not %q", what, p.fields(), tt.field)
				}
			}
		})
	}
	if diff := cmp.Diff(before, s.fingerprint(t)); diff != "" {
		t.Errorf("refused requests changed the database (-before +after):\n%s", diff)
	}
}

func insert(object []byte, member string) string { return "{" + member + string(object[1:]) }

// fingerprint tells whether anything in the database changed.
func (s *service) fingerprint(t *testing.T) string {
	t.Helper()
	var sum string
	s.scan(t, `SELECT concat_ws(' ', (SELECT md5(string_agg(u::text, '|' ORDER BY id)) FROM users u), (SELECT md5(string_agg(x::text, '|' ORDER BY id)) FROM sessions x),
		(SELECT md5(string_agg(l::text, '|' ORDER BY token_hash)) FROM links l), (SELECT count(*) FROM river_job WHERE kind = 'letter'))`, &sum)
	return sum
}

// A rule that is broken is answered with every field at fault, and nothing is kept.
func TestBrokenRulesNameEveryField(t *testing.T) {
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
		{"signUp", m{"email": "no address", "full_name": "  ", "country": "XX", "state_province": "Bayern", "password": "short"}, []string{"email", "full_name", "country", "password"}},
		{"signUp", m{"email": long + "@example.com", "full_name": long, "country": "DE", "state_province": "Texas", "password": long}, []string{"email", "full_name", "state_province", "password"}},
		{"signUp", m{"email": "a@example.com", "full_name": "Ada", "country": "de", "state_province": "DE-BY", "password": goodPassword}, []string{"country"}},
		{"signUp", m{"email": "a@example.com", "full_name": "Ada", "country": "DE", "password": goodPassword}, []string{"state_province"}},
		{"requestEmailVerification", m{"email": "a@b@c"}, []string{"email"}},
		{"verifyEmail", m{}, []string{"token", "password"}},
		{"verifyEmail", m{"token": long, "password": ""}, []string{"token", "password"}},
		{"logIn", m{}, []string{"email", "password"}},
		{"logIn", m{"email": "x", "password": long}, []string{"email", "password"}},
		{"refreshToken", m{}, []string{"refresh_token"}},
		{"refreshToken", m{"refresh_token": long}, []string{"refresh_token"}},
		{"changeProfile", m{}, nil},
		{"changeProfile", m{"full_name": "", "country": "XX"}, []string{"full_name", "country"}},
		{"changeProfile", m{"state_province": "Texas"}, []string{"state_province"}},
		{"changeProfile", m{"country": "FR"}, []string{"state_province"}},
		{"changePassword", m{}, []string{"current_password", "new_password"}},
		{"changePassword", m{"current_password": goodPassword, "new_password": "ada@example.com"}, []string{"new_password"}},
		{"terminateAccount", m{}, []string{"password"}},
		{"reverseTermination", m{}, []string{"token"}},
		{"reverseTermination", m{"token": long}, []string{"token"}},
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

// Every answer of the contract that a client can bring about is seen here, and held against the contract on the way.
func TestEveryAnswerOfTheContractIsGiven(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.exercise(t)
	// Load, throttling and faults of the service itself are other tests' subjects.
	untold := map[string]bool{"429": true, "500": true, "503": true}
	for path, item := range s.contract.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				if !untold[status] && !s.contract.seen[op.OperationID+" "+status] {
					t.Errorf("%s %s never answered %s", method, path, status)
				}
			}
		}
	}
}

// exercise brings about each answer of each operation.
func (s *service) exercise(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/livez", "/readyz", "/.well-known/jwks.json", "/openapi.yaml", "/docs"} {
		s.do(t, request{method: http.MethodGet, path: path}).want(t, http.StatusOK)
	}
	s.do(t, request{method: http.MethodGet, path: "/nowhere"}).want(t, http.StatusNotFound)
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
	s.me(t, "").want(t, http.StatusUnauthorized)
	s.me(t, pair.AccessToken).want(t, http.StatusOK)
	s.exerciseServices(t, pair)
	s.exerciseSessions(t, pair)
	pair = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	s.post(t, "/email-verification-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	s.post(t, "/verify-email", bodies["verifyEmail"].body).want(t, http.StatusBadRequest)
	s.post(t, "/signup", signupOf("grace@example.com", goodPassword)).want(t, http.StatusAccepted)
	s.post(t, "/verify-email", m{"token": s.token(t, "grace@example.com", "/pages/verify-email"), "password": "wrong password"}).want(t, http.StatusUnauthorized)
	s.post(t, "/login", m{"email": "ada@example.com", "password": "wrong password"}).want(t, http.StatusUnauthorized)
	pair = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	s.post(t, "/token/refresh", bodies["refreshToken"].body).want(t, http.StatusUnauthorized)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusOK)
	signedIn := func(method, path string, body m) answer {
		return s.do(t, request{method: method, path: path, token: pair.AccessToken, body: body})
	}
	signedIn(http.MethodPatch, "/me", m{}).want(t, http.StatusUnprocessableEntity)
	signedIn(http.MethodPatch, "/me", m{"full_name": "Ada King"}).want(t, http.StatusOK)
	signedIn(http.MethodPost, "/password-change", m{}).want(t, http.StatusUnprocessableEntity)
	signedIn(http.MethodPost, "/password-change", m{"current_password": goodPassword, "new_password": "seven purple llamas at dawn"}).want(t, http.StatusNoContent)
	s.post(t, "/password-reset-request", m{"email": "ada@example.com"}).want(t, http.StatusAccepted)
	s.post(t, "/password-reset", bodies["resetPassword"].body).want(t, http.StatusBadRequest)
	s.post(t, "/password-reset", m{"token": s.token(t, "ada@example.com", "/pages/password-reset"), "new_password": goodPassword}).want(t, http.StatusNoContent)
	pair = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	signedIn(http.MethodPost, "/terminate", m{}).want(t, http.StatusUnprocessableEntity)
	signedIn(http.MethodPost, "/terminate", m{"password": "wrong password"}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}).want(t, http.StatusNoContent)
	pair = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	s.exerciseExport(t, pair)
	signedIn(http.MethodPost, "/terminate", m{"password": goodPassword}).want(t, http.StatusNoContent)
	s.post(t, "/termination-reversal", bodies["reverseTermination"].body).want(t, http.StatusBadRequest)
	s.post(t, "/termination-reversal", m{"token": s.token(t, "ada@example.com", reversalPage)}).want(t, http.StatusNoContent)
}

func (s *service) exerciseExport(t *testing.T, pair tokens) {
	t.Helper()
	s.do(t, request{method: http.MethodGet, path: "/me/export"}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodGet, path: "/me/export", token: pair.AccessToken}).want(t, http.StatusOK)
}

func (s *service) exerciseSessions(t *testing.T, pair tokens) {
	t.Helper()
	id := s.sessions(t, pair.AccessToken).Sessions[0].ID
	s.do(t, request{method: http.MethodGet, path: "/sessions"}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id}).want(t, http.StatusUnauthorized)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id, token: pair.AccessToken}).want(t, http.StatusNoContent)
	pair = s.post(t, "/login", m{"email": "ada@example.com", "password": goodPassword}).tokens(t)
	s.do(t, request{method: http.MethodDelete, path: "/sessions/" + id, token: pair.AccessToken}).want(t, http.StatusNotFound)
}

// What was sent and mailed in a busy run stands nowhere in the log.
func TestTheLogHoldsNoSecretAndNobodysData(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.exercise(t)
	pair := s.user(t, "hedy@example.com")
	s.settle(t)
	s.stop()
	log := s.log.String()
	secrets := []string{goodPassword, "seven purple llamas", "wrong password", "svfy_", "srst_", "srev_", "sref_", pair.AccessToken, pair.RefreshToken, "eyJ", "#token", "@example.com", "Lovelace", "hedy", devClientSecret}
	for _, secret := range secrets {
		if i := strings.Index(strings.ToLower(log), strings.ToLower(secret)); i >= 0 {
			t.Errorf("the log holds %q: ...%s...", secret, log[max(0, i-200):min(len(log), i+100)])
		}
	}
	if !strings.Contains(log, `"route":"/login"`) {
		t.Error("the log does not even hold the requests")
	}
}
