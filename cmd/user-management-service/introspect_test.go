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

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
)

// asService has the service credential of development.
func asService() http.Header { return basicAuth(devClientID, devClientSecret) }

func basicAuth(id, secret string) http.Header {
	credential := url.QueryEscape(id) + ":" + url.QueryEscape(secret)
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(credential))}}
}

const formType = "application/x-www-form-urlencoded"

func (s *service) introspect(t *testing.T, token string) response {
	t.Helper()
	return s.do(t, introspection(url.Values{"token": {token}}.Encode(), asService()))
}

func introspection(form string, header http.Header) request {
	return request{method: http.MethodPost, path: "/introspect", body: form, contentType: formType, header: header}
}

func (s *service) wantInactive(t *testing.T, token string) {
	t.Helper()
	a := s.introspect(t, token).want(t, http.StatusOK)
	if strings.TrimSpace(string(a.body)) != `{"active":false}` || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s, %v", a.body, a.header)
	}
}

func (s *service) wantActive(t *testing.T, token string) {
	t.Helper()
	if a := s.introspect(t, token).want(t, http.StatusOK); !strings.HasPrefix(string(a.body), `{"active":true,`) {
		t.Errorf("%s", a.body)
	}
}

// claims are those of an access token, which it does not verify.
func claims(t *testing.T, accessToken string) (all m) {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(accessToken, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// pairOfReplicas runs two replicas on one database that issue tokens of the same issuer.
func pairOfReplicas(t *testing.T) (first, second *service) {
	t.Helper()
	both := replicas(t, 2)
	return both[0], both[1]
}

func TestIntrospectionReturnsTheClaimsOfAnActiveToken(t *testing.T) {
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
		t.Errorf("with a wrong hint: %s", a.body)
	}
}

// Whatever revokes a session, on any replica: the next introspection returns only that it is inactive.
func TestARevokedSessionIsInactiveFromTheNextRequestOn(t *testing.T) {
	t.Parallel()
	here, there := pairOfReplicas(t)
	for name, revoke := range map[string]func(email string, pair tokens){
		"logout": func(_ string, pair tokens) {
			here.logOut(t, pair)
		},
		"password reset": func(email string, _ tokens) {
			here.resetPassword(t, email, otherPassword)
		},
		"termination": func(_ string, pair tokens) {
			here.terminate(t, pair)
		},
		"reuse of an old refresh token": func(_ string, pair tokens) {
			second := here.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).tokens(t)
			here.post(t, "/token/refresh", m{"refresh_token": second.RefreshToken}).want(t, http.StatusOK)
			here.exec(t, `UPDATE sessions SET previous_rotated_at = previous_rotated_at - interval '11 seconds'`)
			here.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusUnauthorized)
		},
	} {
		t.Run(name, func(t *testing.T) {
			email := strings.ReplaceAll(name, " ", ".") + "@example.com"
			pair := here.user(t, email)
			there.wantActive(t, pair.AccessToken)
			revoke(email, pair)
			there.wantInactive(t, pair.AccessToken)
			here.wantInactive(t, pair.AccessToken)
			if !there.revoked(t, "")[sid(t, pair)] {
				t.Error("the revocation is not in the other replica's list")
			}
		})
	}
}

func TestInvalidAccessTokensAreInactive(t *testing.T) {
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
	ofAnotherService := start(t).user(t, "ada@example.com")
	s.wantInactive(t, ofAnotherService.AccessToken)
	s.wantActive(t, pair.AccessToken)
	s.post(t, "/token/refresh", m{"refresh_token": pair.RefreshToken}).want(t, http.StatusOK)
}

func TestOnlyServicesMayIntrospectAndListRevocations(t *testing.T) {
	t.Parallel()
	s := start(t)
	pair := s.user(t, "ada@example.com")
	form := url.Values{"token": {pair.AccessToken}}.Encode()
	for name, header := range map[string]http.Header{
		"no credential": nil, "a wrong secret": basicAuth(devClientID, "wrong"), "an unknown service": basicAuth("unknown", devClientSecret),
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

// A service changes its secret without a gap: both secrets are valid for a while.
func TestServiceCredentialsAreReadFromBothSettings(t *testing.T) {
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
		t.Fatal("two credentials have the same secret")
	}
	file := writeFile(t, "# orders, new secret\n\n"+lines[1]+"\n")
	inbox := newInbox(t)
	s := startOn(t, pgtest.New(t), devKeyset(t), inbox, "SERVICE_CREDENTIALS="+lines[0], "SERVICE_CREDENTIALS_FILE="+file)
	for _, secret := range secrets {
		s.do(t, introspection("token=x", basicAuth("orders", secret))).want(t, http.StatusOK)
	}
	s.do(t, introspection("token=x", basicAuth("orders", lines[0]))).want(t, http.StatusUnauthorized)
}

// exerciseServices causes each response that other services get.
func (s *service) exerciseServices(t *testing.T, pair tokens) {
	t.Helper()
	s.wantActive(t, pair.AccessToken)
	s.do(t, introspection("token=x&token=y", asService())).want(t, http.StatusBadRequest)
	s.do(t, introspection("token=x", nil)).want(t, http.StatusUnauthorized)
	s.do(t, introspection("token="+strings.Repeat("x", 64<<10), asService())).want(t, http.StatusRequestEntityTooLarge)
	inJSON := request{method: http.MethodPost, path: "/introspect", body: m{"token": "x"}, header: asService()}
	s.do(t, inJSON).want(t, http.StatusUnsupportedMediaType)
	inQuery := introspection("token=x", asService())
	inQuery.path += "?token=x"
	s.do(t, inQuery).want(t, http.StatusBadRequest)
	s.get(t, "", "/revocations").want(t, http.StatusUnauthorized)
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

// revoked are the sessions in the list of revocations since a cursor.
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
