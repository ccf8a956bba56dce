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

func TestAServiceShowsItsCredentialOnce(t *testing.T) {
	t.Parallel()
	// The secret has characters that RFC 6749, section 2.3.1, wants escaped.
	credential, err := domain.NewServiceCredential("orders", "s:e c+r%t")
	if err != nil {
		t.Fatal(err)
	}
	guarded := serviceAuthentication(&app.App{Services: domain.ServiceCredentials{credential}})(func(echo.Context) error { return nil })
	for name, tt := range map[string]struct {
		headers []string
		in      bool
	}{
		"escaped":              {[]string{basic("orders:s%3Ae+c%2Br%25t")}, true},
		"escaped otherwise":    {[]string{"bASIC" + basic("orders:s%3ae%20c%2br%25t")[5:]}, true},
		"not escaped":          {[]string{basic("orders:s:e c+r%t")}, false},
		"escaped id":           {[]string{basic("%6frders:s%3Ae+c%2Br%25t")}, true},
		"nothing":              {nil, false},
		"empty":                {[]string{""}, false},
		"empty credential":     {[]string{basic(":")}, false},
		"no colon":             {[]string{basic("orders")}, false},
		"no base64":            {[]string{"Basic orders:secret"}, false},
		"another secret":       {[]string{basic("orders:secret")}, false},
		"another id":           {[]string{basic("billing:s%3Ae+c%2Br%25t")}, false},
		"another scheme":       {[]string{"Bearer " + basic("orders:s%3Ae+c%2Br%25t")[6:]}, false},
		"right, but not alone": {[]string{basic("orders:s%3Ae+c%2Br%25t"), basic("orders:s%3Ae+c%2Br%25t")}, false},
	} {
		req := httptest.NewRequest(http.MethodPost, "/introspect", nil)
		req.Header["Authorization"] = tt.headers
		err := guarded(echo.New().NewContext(req, httptest.NewRecorder()))
		if (err == nil) != tt.in || err != nil && faultOf(err).code != domain.ErrInvalidClient.Code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWithoutCredentialsNobodyIsAService(t *testing.T) {
	t.Parallel()
	e := newEcho(&bytes.Buffer{})
	for _, path := range []string{"POST /introspect", "GET /revocations"} {
		for _, authorization := range []string{"", basic(":"), basic("example-service:for-development-only")} {
			method, path, _ := bytes.Cut([]byte(path), []byte(" "))
			req := httptest.NewRequest(string(method), string(path), nil)
			req.Header.Set("Authorization", authorization)
			req.Header.Set("Accept", "text/event-stream")
			rec := httptest.NewRecorder()
			e.ServeHTTP(rec, req)
			if rec.Code != http.StatusUnauthorized || rec.Header().Get("WWW-Authenticate") != `Basic realm="siriusys", charset="UTF-8"` {
				t.Errorf("%s %s: %d %v", path, authorization, rec.Code, rec.Header())
			}
		}
	}
}
