package httpapi

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

func basic(credential string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(credential))
}

func TestOnlyASingleBearerTokenIsAccepted(t *testing.T) {
	t.Parallel()
	e := newAPI(&bytes.Buffer{}, Origins{})
	for _, headers := range [][]string{nil, {""}, {"Basic eDp5"}, {"Bearer a", "Bearer b"}, {"token"}} {
		req := httptest.NewRequest(http.MethodGet, "/me?access_token=a", nil)
		req.Header["Authorization"] = headers
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, req)
		if rec.Code != http.StatusUnauthorized {
			t.Errorf("%q: status %d", headers, rec.Code)
		}
	}
}

func TestOnlyASingleServiceCredentialIsAccepted(t *testing.T) {
	t.Parallel()
	// The secret has characters that RFC 6749, section 2.3.1, requires to be escaped.
	credential, err := domain.NewServiceCredential("orders", "s:e c+r%t")
	if err != nil {
		t.Fatal(err)
	}
	services := app.AuthenticationConfig{Services: domain.ServiceCredentials{credential}}
	protected := serviceAuthentication(app.NewAuthentication(services))(func(echo.Context) error { return nil })
	for name, tt := range map[string]struct {
		headers  []string
		accepted bool
	}{
		"escaped":                     {[]string{basic("orders:s%3Ae+c%2Br%25t")}, true},
		"escaped otherwise":           {[]string{"bASIC" + basic("orders:s%3ae%20c%2br%25t")[5:]}, true},
		"not escaped":                 {[]string{basic("orders:s:e c+r%t")}, false},
		"escaped id":                  {[]string{basic("%6frders:s%3Ae+c%2Br%25t")}, true},
		"no header":                   {nil, false},
		"empty":                       {[]string{""}, false},
		"empty credential":            {[]string{basic(":")}, false},
		"no colon":                    {[]string{basic("orders")}, false},
		"not base64":                  {[]string{"Basic orders:secret"}, false},
		"another secret":              {[]string{basic("orders:secret")}, false},
		"another id":                  {[]string{basic("billing:s%3Ae+c%2Br%25t")}, false},
		"two spaces":                  {[]string{"Basic  " + basic("orders:s%3Ae+c%2Br%25t")[6:]}, true},
		"five spaces":                 {[]string{"BASIC     " + basic("orders:s%3Ae+c%2Br%25t")[6:]}, true},
		"a tab":                       {[]string{"Basic\t" + basic("orders:s%3Ae+c%2Br%25t")[6:]}, false},
		"a space and a tab":           {[]string{"Basic \t" + basic("orders:s%3Ae+c%2Br%25t")[6:]}, false},
		"no space":                    {[]string{"Basic" + basic("orders:s%3Ae+c%2Br%25t")[6:]}, false},
		"a space within":              {[]string{basic("orders:s%3Ae+c%2Br%25t")[:12] + " " + basic("orders:s%3Ae+c%2Br%25t")[12:]}, false},
		"a comma after it":            {[]string{basic("orders:s%3Ae+c%2Br%25t") + ","}, false},
		"another scheme":              {[]string{"Bearer " + basic("orders:s%3Ae+c%2Br%25t")[6:]}, false},
		"two headers with the secret": {[]string{basic("orders:s%3Ae+c%2Br%25t"), basic("orders:s%3Ae+c%2Br%25t")}, false},
	} {
		req := httptest.NewRequest(http.MethodPost, "/introspect", nil)
		req.Header["Authorization"] = tt.headers
		err := protected(echo.New().NewContext(req, httptest.NewRecorder()))
		if (err == nil) != tt.accepted || err != nil && problemOf(err).code != domain.ErrInvalidClient.Code {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestWithoutConfiguredServicesNoCredentialIsAccepted(t *testing.T) {
	t.Parallel()
	e := newAPI(&bytes.Buffer{}, Origins{})
	for path, method := range map[string]string{"/introspect": http.MethodPost, "/revocations": http.MethodGet} {
		for _, authorization := range []string{"", basic(":"), basic("example-service:for-development-only")} {
			req := httptest.NewRequest(method, path, nil)
			req.Header.Set("Authorization", authorization)
			req.Header.Set("Accept", "text/event-stream")
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, req)
			challenge := rec.Header().Get("WWW-Authenticate")
			if rec.Code != http.StatusUnauthorized || challenge != `Basic realm="siriusys", charset="UTF-8"` {
				t.Errorf("%s with %q: status %d, challenge %q", path, authorization, rec.Code, challenge)
			}
		}
	}
}

// RFC 9110, section 11.4: credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ].
func TestCredentialsAreSeparatedBySpaces(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"Bearer a.b-c_d~e+f/g==": "a.b-c_d~e+f/g==", "Bearer  a": "a", "bearer    a": "a", "BEARER a": "a",
		"Bearer\ta": "", "Bearer \ta": "", "Bearer\t a": "", "Bearer a\tb": "", "Bearer a b": "", "Bearer a,": "", "Bearer  ": "",
		"Bearer": "", "Bearera": "", " Bearer a": "", "Bearer \u00a0a": "", "Bearer =": "", "Bearer a=b": "", "Basic a": "",
	} {
		got, ok := credentialsOf(http.Header{"Authorization": {value}}, "Bearer")
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: credentials %q, %t", value, got, ok)
		}
	}
}
