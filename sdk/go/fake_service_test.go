package accounts

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	fakeURL       = "https://accounts.example"
	fakeLifetime  = 5 * time.Minute
	reuseInterval = 10 * time.Second
)

// fakeService has one user, whose tokens it rotates as the service does: within the reuse interval a used refresh token yields the
// newest one, later it ends the session. It serves a client without a network, so that it runs in the time of a test's bubble.
type fakeService struct {
	mu        sync.Mutex
	number    int               // of the newest tokens
	used      map[int]time.Time // when refresh tokens were used
	issued    time.Time         // when the newest access token was
	revoked   bool
	refreshes int  // requests to refresh
	strict    bool // without a reuse interval

	// before, if set, sees each request first, and reports whether it wrote the response itself.
	before func(w http.ResponseWriter, r *http.Request) bool
	// lose, if set, reports whether the response to a request is lost.
	lose func(r *http.Request) bool
}

func (f *fakeService) client(t *testing.T, store TokenStore) *Client {
	t.Helper()
	client, err := New(fakeURL, Options{Store: store, HTTPClient: &http.Client{Transport: f}, UserAgent: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// RoundTrip serves the request.
func (f *fakeService) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	f.ServeHTTP(recorder, r)
	if f.lose != nil && f.lose(r) {
		return nil, io.ErrUnexpectedEOF
	}
	return recorder.Result(), r.Context().Err()
}

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.before != nil && f.before(w, r) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch r.URL.Path {
	case "/login":
		f.number, f.revoked, f.used = f.number+1, false, map[int]time.Time{}
		f.respondTokens(w)
	case "/token/refresh":
		f.refresh(w, r)
	case "/me":
		if !f.isLive(r) {
			respondProblem(w, http.StatusUnauthorized, "invalid_access_token")
			return
		}
		respond(w, map[string]any{"id": "1", "email": "ada@example.com", "full_name": "Ada", "country": "DE", "state_province": "DE-BY"})
	case "/signup":
		w.WriteHeader(http.StatusAccepted)
	case "/logout", "/terminate":
		f.revoked = true
		w.WriteHeader(http.StatusNoContent)
	default:
		respondProblem(w, http.StatusNotFound, "not_found")
	}
}

func (f *fakeService) refresh(w http.ResponseWriter, r *http.Request) {
	f.refreshes++
	var request struct {
		RefreshToken string `json:"refresh_token"`
	}
	var number int
	_ = json.NewDecoder(r.Body).Decode(&request)
	_, _ = fmt.Sscanf(request.RefreshToken, "refresh-%d", &number)
	if at, wasUsed := f.used[number]; wasUsed && (f.strict || time.Since(at) > reuseInterval) {
		f.revoked = true
	}
	if f.revoked || number == 0 || number > f.number {
		respondProblem(w, http.StatusUnauthorized, "invalid_refresh_token")
		return
	}
	if number == f.number {
		f.used[number] = time.Now()
		f.number++
	}
	f.respondTokens(w)
}

func (f *fakeService) respondTokens(w http.ResponseWriter) {
	f.issued = time.Now()
	respond(w, map[string]any{
		"access_token": fmt.Sprint("access-", f.number), "token_type": "Bearer", "expires_in": fakeLifetime.Seconds(),
		"refresh_token": fmt.Sprint("refresh-", f.number), "refresh_expires_in": 1209600, "device_token": "device",
	})
}

func (f *fakeService) isLive(r *http.Request) bool {
	return !f.revoked && strings.HasPrefix(r.Header.Get("Authorization"), "Bearer access-") && time.Since(f.issued) < fakeLifetime
}

func respond(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func respondProblem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "code": code, "request_id": "r-1"})
}
