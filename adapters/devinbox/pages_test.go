package devinbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/devinbox"
)

// ask sends a request to the inbox as it is registered with Echo.
func ask(t *testing.T, inbox *devinbox.Inbox, method, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	e := echo.New()
	inbox.Register(e)
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Host = "localhost:9999"
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestJSON(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	if got := strings.TrimSpace(ask(t, inbox, http.MethodGet, devinbox.Path, "application/json").Body.String()); got != "[]" {
		t.Errorf("the empty inbox is %s, want []", got)
	}
	mustDeliver(t, inbox, 1)
	mustDeliver(t, inbox, 2)
	w := ask(t, inbox, http.MethodGet, devinbox.Path, "application/json")
	var letters []map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &letters); err != nil {
		t.Fatalf("the answer is no array of objects of strings: %v\n%s", err, w.Body)
	}
	if len(letters) != 2 || letters[0]["subject"] != "Grüße 2" {
		t.Fatalf("the letters are %v, want the newest first", letters)
	}
	for _, name := range []string{"id", "to", "subject", "text", "html", "received_at"} {
		if letters[0][name] == "" {
			t.Errorf("%s is missing or empty", name)
		}
	}
	if len(letters[0]) != 6 {
		t.Errorf("a letter has %d members, want 6: %v", len(letters[0]), letters[0])
	}
	if at, err := time.Parse(time.RFC3339, letters[0]["received_at"]); err != nil || !strings.HasSuffix(letters[0]["received_at"], "Z") {
		t.Errorf("received_at is %s (%v), want RFC 3339 in UTC", at, err)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	if body := ask(t, inbox, http.MethodGet, devinbox.Path, "text/html").Body.String(); !strings.Contains(body, "curl http://localhost:9999/signup") {
		t.Errorf("the empty inbox does not say how to fill it:\n%s", body)
	}
	mustDeliver(t, inbox, 1)
	id := inbox.Letters()[0].ID
	list := ask(t, inbox, http.MethodGet, devinbox.Path, "*/*")
	for _, want := range []string{"Grüße 1", "Ada@example.com", `href="/dev/inbox/` + id + `"`, `http-equiv="refresh"`} {
		if !strings.Contains(list.Body.String(), want) {
			t.Errorf("the list lacks %s:\n%s", want, list.Body)
		}
	}
	page := ask(t, inbox, http.MethodGet, devinbox.Path+"/"+id, "text/html")
	for _, want := range []string{`src="/dev/inbox/` + id + `/html"`, `sandbox="allow-popups allow-popups-to-escape-sandbox"`, "grün"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the letter's page lacks %s:\n%s", want, page.Body)
		}
	}
	framed := ask(t, inbox, http.MethodGet, devinbox.Path+"/"+id+"/html", "text/html")
	if !strings.Contains(framed.Body.String(), `<head><base target="_blank">`) {
		t.Errorf("the letter's links open in the frame:\n%s", framed.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{"list": list, "page": page, "letter": framed} {
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script") {
			t.Errorf("the policy of the %s is %q", name, policy)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the %s may be stored", name)
		}
	}
	if policy := framed.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox allow-popups allow-popups-to-escape-sandbox;") {
		t.Errorf("the letter is not sandboxed when it is opened by itself: %q", policy)
	}
	for _, path := range []string{"/none", "/none/html"} {
		if got := ask(t, inbox, http.MethodGet, devinbox.Path+path, "text/html").Code; got != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, got)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	mustDeliver(t, inbox, 1)
	if got := ask(t, inbox, http.MethodDelete, devinbox.Path, "*/*").Code; got != http.StatusNoContent {
		t.Errorf("DELETE answers %d, want 204", got)
	}
	if got := len(inbox.Letters()); got != 0 {
		t.Errorf("there are %d letters after DELETE", got)
	}
}
