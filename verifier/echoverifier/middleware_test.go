package echoverifier_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/goleak"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/echoverifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMiddleware(t *testing.T) {
	t.Parallel()
	service := verifiertest.Start(t)
	v, err := verifier.New(verifier.Config{
		ServiceURL: service.URL, Audiences: []string{verifiertest.Audience},
		ClientID: verifiertest.ClientID, ClientSecret: verifiertest.ClientSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = v.Run(context.Background()) }()
	t.Cleanup(v.Close)
	deadline := time.Now().Add(2 * time.Minute)
	for tick := time.NewTicker(time.Millisecond); v.Health().Err != nil; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal(v.Health())
		}
	}
	e := echo.New()
	e.GET("/orders", func(c echo.Context) error {
		claims, _ := echoverifier.Claims(c)
		return c.String(http.StatusOK, claims.UserID)
	}, echoverifier.Middleware(v, verifier.RequireScopes("orders:read")))
	scoped := service.Token(func(c verifiertest.Object) { c["scope"] = "orders:read" })
	for name, tt := range map[string]struct {
		authorization string
		status        int
		challenge     string
	}{
		"a valid token":      {"Bearer " + scoped, 200, ""},
		"no token":           {"", 401, `Bearer realm="siriusys"`},
		"an invalid token":   {"Bearer x", 401, `Bearer realm="siriusys", error="invalid_token"`},
		"a scope is missing": {"Bearer " + service.Token(), 403, `Bearer realm="siriusys", error="insufficient_scope", scope="orders:read"`},
	} {
		r, w := httptest.NewRequest(http.MethodGet, "/orders", nil), httptest.NewRecorder()
		if tt.authorization != "" {
			r.Header.Set("Authorization", tt.authorization)
		}
		e.ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("WWW-Authenticate") != tt.challenge {
			t.Errorf("%s: status %d, headers %v", name, w.Code, w.Header())
		}
		if (w.Body.String() == verifiertest.UserID) != (tt.status == http.StatusOK) {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
}
