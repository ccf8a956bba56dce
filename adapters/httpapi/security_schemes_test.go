package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/domain"
)

// operation is what the contract says about the credential of one operation.
type operation struct {
	method, path string
	scheme       gen.SecurityScheme
}

// operationsOf reads openapi.yaml, independently of the generator.
func operationsOf(t *testing.T) map[string]operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			required := doc.Security
			if op.Security != nil {
				required = *op.Security
			}
			found := operation{method: method, path: path}
			for _, alternative := range required {
				for scheme := range alternative {
					found.scheme += gen.SecurityScheme(scheme) // two schemes would make a name that does not exist
				}
			}
			all[op.OperationID] = found
		}
	}
	return all
}

func TestGeneratedSecuritySchemesMatchTheContract(t *testing.T) {
	t.Parallel()
	want := map[string]gen.SecurityScheme{}
	for id, op := range operationsOf(t) {
		want[id] = op.scheme
	}
	if diff := cmp.Diff(want, gen.SecuritySchemeOf); diff != "" {
		t.Errorf("run make generate (-contract +generated):\n%s", diff)
	}
}

// refusal is the response to a request without the required credential.
type refusal struct{ code, challenge string }

var refusals = map[gen.SecurityScheme]refusal{
	gen.SecuritySchemeAccessToken:       {domain.ErrInvalidAccessToken.Code, "Bearer "},
	gen.SecuritySchemeServiceCredential: {domain.ErrInvalidClient.Code, "Basic "},
}

// wrongCredentials lack the scheme's own: they are absent, malformed, or of the other scheme.
var wrongCredentials = map[gen.SecurityScheme][]string{
	gen.SecuritySchemeNone:              {""},
	gen.SecuritySchemeAccessToken:       {"", "unknown", basic("unknown:unknown")},
	gen.SecuritySchemeServiceCredential: {"", "unknown", "Bearer unknown"},
}

var pathParameter = regexp.MustCompile(`\{[^}]*\}`)

func TestEachOperationRequiresTheCredentialOfTheContract(t *testing.T) {
	t.Parallel()
	e := newAPI(&bytes.Buffer{}, Origins{})
	for id, op := range operationsOf(t) {
		if len(wrongCredentials[op.scheme]) == 0 {
			t.Errorf("%s: the scheme %q is not tested", id, op.scheme)
		}
		for _, authorization := range wrongCredentials[op.scheme] {
			req := httptest.NewRequest(op.method, pathParameter.ReplaceAllString(op.path, "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11"), nil)
			if authorization != "" {
				req.Header.Set("Authorization", authorization)
			}
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, req)
			want, protected := refusals[op.scheme]
			if refused := rec.Code == http.StatusUnauthorized; refused != protected {
				t.Errorf("%s with %q: status %d", id, authorization, rec.Code)
			}
			if protected {
				checkRefusal(t, id, rec, want)
			}
		}
	}
}

func checkRefusal(t *testing.T, id string, rec *httptest.ResponseRecorder, want refusal) {
	t.Helper()
	var p gen.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Code != want.code {
		t.Errorf("%s: the problem is %s", id, rec.Body)
	}
	if challenge := rec.Header().Get("WWW-Authenticate"); !strings.HasPrefix(challenge, want.challenge) {
		t.Errorf("%s: the challenge is %q", id, challenge)
	}
}
