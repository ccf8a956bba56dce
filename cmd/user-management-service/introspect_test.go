package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/devinbox"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// asService is the header of the service that development knows.
func asService() http.Header { return basicAuth(devClientID, devClientSecret) }

func basicAuth(id, secret string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))}}
}

const formType = "application/x-www-form-urlencoded"

func (s *service) introspect(t *testing.T, token string) answer {
	t.Helper()
	return s.do(t, introspection(url.Values{"token": {token}}.Encode(), asService()))
}

func introspection(form string, header http.Header) request {
	return request{method: http.MethodPost, path: "/introspect", body: form, contentType: formType, header: header}
}

func (s *service) wantInactive(t *testing.T, token string) {
	t.Helper()
	a := s.introspect(t, token).want(t, http.StatusOK)
	if string(a.body) != `{"active":false}` || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s, %v", a.body, a.header)
	}
}

func (s *service) wantActive(t *testing.T, token string) {
	t.Helper()
	if a := s.introspect(t, token).want(t, http.StatusOK); !strings.HasPrefix(string(a.body), `{"active":true,`) {
		t.Errorf("%s", a.body)
	}
}

// claims are what an access token says, unverified.
func claims(t *testing.T, accessToken string) (said m) {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(accessToken, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// pairOfReplicas runs two replicas on one database that issue the same tokens.
func pairOfReplicas(t *testing.T) (first, second *service) {
	t.Helper()
	both := replicas(t, 2)
	return both[0], both[1]
}

func TestAnActiveTokenIsToldWhatItSays(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	var got m
	if err := json.Unmarshal(s.introspect(t, pair.AccessToken).want(t, http.StatusOK).body, &got); err != nil {
		t.Fatal(err)
	}
	want := claims(t, pair.AccessToken)
	delete(want, "client_id")
	if audience, many := want["aud"].([]any); many {
		want["aud"] = audience[0]
	}
	want["active"], want["token_type"] = true, "Bearer"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	hinted := url.Values{"token": {pair.AccessToken}, "token_type_hint": {"refresh_token"}}
	if a := s.do(t, introspection(hinted.Encode(), asService())).want(t, http.StatusOK); !strings.Contains(string(a.body), `"active":true`) {
		t.Errorf("a wrong hint: %s", a.body)
	}
}

// Whatever ends a session, on whichever replica: the next question is answered with nothing but no.
func TestAnEndedSessionIsInactiveFromTheNextRequestOn(t *testing.T) {
	t.Parallel()
	here, there := pairOfReplicas(t)
	const other = "seven purple llamas at dawn"
	for name, end := range map[string]func(email string, pair tokens){
		"logout": func(_ string, pair tokens) {
			here.do(t, request{method: http.MethodPost, path: "/logout", token: pair.AccessToken}).want(t, http.StatusNoContent)
		},
		"password reset": func(email string, _ tokens) {
			here.post(t, "/password-reset-request", m{"email": email}).want(t, http.StatusAccepted)
			here.post(t, "/password-reset", m{"token": here.token(t, email, "/pages/password-reset"), "new_password": other}).want(t, http.StatusNoContent)
		},
		"termination": func(_ string, pair tokens) {
			here.do(t, request{method: http.MethodPost, path: "/terminate", token: pair.AccessToken, body: m{"password": goodPassword}}).want(t, http.StatusNoContent)
		},
		"replay of an old refresh token": func(_ string, pair tokens) {
			second := here.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).tokens(t)
			here.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusOK)
			here.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
		},
	} {
		t.Run(name, func(t *testing.T) {
			email := strings.ReplaceAll(name, " ", ".") + "@example.com"
			pair := here.user(t, email)
			there.wantActive(t, pair.AccessToken)
			end(email, pair)
			there.wantInactive(t, pair.AccessToken)
			here.wantInactive(t, pair.AccessToken)
			if !there.revoked(t, "")[sid(t, pair)] {
				t.Error("the end is not in the other replica's list")
			}
		})
	}
}

func TestWhatIsNoLiveAccessTokenIsInactive(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	header, rest, _ := strings.Cut(pair.AccessToken, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for _, token := range []string{
		pair.RefreshToken, "x", "a.b.c", header + "." + payload + ".", header + "." + payload + "." + strings.Repeat("A", len(signature)),
		pair.AccessToken + "A", " " + pair.AccessToken, strings.Repeat("x", 60<<10),
	} {
		s.wantInactive(t, token)
	}
	stranger := start(t).user(t, "ada@example.com")
	s.wantInactive(t, stranger.AccessToken)
	s.wantActive(t, pair.AccessToken)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusOK)
}

func TestOnlyServicesMayAsk(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	form := url.Values{"token": {pair.AccessToken}}.Encode()
	for name, header := range map[string]http.Header{
		"nobody": nil, "a wrong secret": basicAuth(devClientID, "guess"), "an unknown service": basicAuth("unknown", devClientSecret),
		"a user": {"Authorization": {"Bearer " + pair.AccessToken}},
	} {
		for _, r := range []request{introspection(form, header), {method: http.MethodGet, path: "/revocations", header: header}} {
			a := s.do(t, r).want(t, http.StatusUnauthorized)
			if code := a.problem(t).Code; code != "invalid_client" || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), `Basic realm=`) {
				t.Errorf("%s at %s: %s %v", name, r.path, code, a.header)
			}
		}
	}
}

// A service changes its secret without a gap: both stand there for a while.
func TestServicesAreReadFromTheSettings(t *testing.T) {
	t.Parallel()
	secrets := [2]string{}
	lines := [2]string{}
	for i := range secrets {
		out, err := run(t, nil, "credentials", "create", "orders")
		if err != nil {
			t.Fatal(err)
		}
		printed := strings.Split(out, "\n")
		secrets[i], lines[i] = strings.TrimSpace(printed[1]), strings.TrimSpace(printed[3])
	}
	if secrets[0] == secrets[1] {
		t.Fatal("two services got one secret")
	}
	file := writeFile(t, "# orders, from today on\n\n"+lines[1]+"\n")
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inbox.Close() })
	s := startOn(t, pgtest.New(t), devKeyset(t), inbox, "SERVICE_CREDENTIALS="+lines[0], "SERVICE_CREDENTIALS_FILE="+file)
	for _, secret := range secrets {
		s.do(t, introspection("token=x", basicAuth("orders", secret))).want(t, http.StatusOK)
	}
	s.do(t, introspection("token=x", basicAuth("orders", lines[0]))).want(t, http.StatusUnauthorized)
}

// exerciseServices brings about each answer that other services get.
func (s *service) exerciseServices(t *testing.T, pair tokens) {
	t.Helper()
	s.wantActive(t, pair.AccessToken)
	s.do(t, introspection("token=x&token=y", asService())).want(t, http.StatusBadRequest)
	s.do(t, introspection("token=x", nil)).want(t, http.StatusUnauthorized)
	s.do(t, introspection("token="+strings.Repeat("x", 64<<10), asService())).want(t, http.StatusRequestEntityTooLarge)
	s.do(t, request{method: http.MethodPost, path: "/introspect", body: m{"token": "x"}, header: asService()}).want(t, http.StatusUnsupportedMediaType)
	leaky := introspection("token=x", asService())
	leaky.path += "?token=x"
	s.do(t, leaky).want(t, http.StatusBadRequest)
	s.do(t, request{method: http.MethodGet, path: "/revocations"}).want(t, http.StatusUnauthorized)
	for _, query := range []string{"?since=", "?since=x", "?since=x&since=x", "?until=x"} {
		s.do(t, request{method: http.MethodGet, path: "/revocations" + query, header: asService()}).want(t, http.StatusBadRequest)
	}
	s.do(t, request{method: http.MethodGet, path: "/revocations", header: asService()}).want(t, http.StatusOK)
}

type revocationList struct {
	Revocations []struct {
		SID     string    `json:"sid"`
		Sub     string    `json:"sub"`
		EndedAt time.Time `json:"ended_at"`
	}
	Next string
	More bool
}

// revoked are the sessions that are listed since a cursor.
func (s *service) revoked(t *testing.T, since string) map[string]bool {
	t.Helper()
	listed := map[string]bool{}
	for _, r := range s.revocations(t, since).Revocations {
		listed[r.SID] = true
	}
	return listed
}

func (s *service) revocations(t *testing.T, since string) (list revocationList) {
	t.Helper()
	path := "/revocations"
	if since != "" {
		path += "?since=" + since
	}
	a := s.do(t, request{method: http.MethodGet, path: path, header: asService()}).want(t, http.StatusOK)
	if err := json.Unmarshal(a.body, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func sid(t *testing.T, pair tokens) string {
	t.Helper()
	id, _ := claims(t, pair.AccessToken)["sid"].(string)
	return id
}
