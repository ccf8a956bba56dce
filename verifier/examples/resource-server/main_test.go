package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
	"github.com/siriusys/user-management-service/verifier/verifiertest"
)

func TestTheAPIAcceptsTokensUntilTheLogout(t *testing.T) {
	t.Parallel()
	service := verifiertest.Start(t)
	v, err := verifier.New(verifier.Config{
		ServiceURL: service.URL, Audiences: []string{verifiertest.Audience},
		ClientID: verifiertest.ClientID, ClientSecret: verifiertest.ClientSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path, token string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		r.Header.Set("Authorization", "Bearer "+token)
		routes(v).ServeHTTP(w, r)
		return w
	}
	token := service.Token()
	if w := get("/readyz", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("before Run: status %d of /readyz", w.Code)
	}
	go func() { _ = v.Run(context.Background()) }()
	t.Cleanup(v.Close)
	eventually(t, func() bool { return get("/readyz", "").Code == http.StatusOK })
	if w := get("/orders", token); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), verifiertest.UserID) {
		t.Errorf("a valid token: %d %s", w.Code, w.Body)
	}
	if w := get("/admin/orders", token); w.Code != http.StatusForbidden {
		t.Errorf("without the scope: %d %s", w.Code, w.Body)
	}
	service.Revoke(verifiertest.SessionID)
	eventually(t, func() bool { return get("/orders", token).Code == http.StatusUnauthorized })
}

func eventually(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for ; !done(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatal("not in time")
		}
	}
}
