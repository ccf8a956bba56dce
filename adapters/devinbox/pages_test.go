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

// do sends a request to the inbox through Echo.
func do(t *testing.T, inbox *devinbox.Inbox, method, path, accept string) *httptest.ResponseRecorder {
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
	if got := strings.TrimSpace(do(t, inbox, http.MethodGet, devinbox.Path, "application/json").Body.String()); got != "[]" {
		t.Errorf("the empty inbox is %s, want []", got)
	}
	mustDeliver(t, inbox, 1)
	mustDeliver(t, inbox, 2)
	w := do(t, inbox, http.MethodGet, devinbox.Path, "application/json")
	var messages []map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &messages); err != nil {
		t.Fatalf("the response is not an array of objects of strings: %v\n%s", err, w.Body)
	}
	if len(messages) != 2 || messages[0]["subject"] != "Grüße 2" {
		t.Fatalf("the messages are %v, want the newest first", messages)
	}
	for _, name := range []string{"id", "to", "subject", "text", "html", "received_at"} {
		if messages[0][name] == "" {
			t.Errorf("%s is missing or empty", name)
		}
	}
	if len(messages[0]) != 6 {
		t.Errorf("a message has %d members, want 6: %v", len(messages[0]), messages[0])
	}
	at := messages[0]["received_at"]
	if _, err := time.Parse(time.RFC3339, at); err != nil || !strings.HasSuffix(at, "Z") {
		t.Errorf("received_at is %s (%v), want RFC 3339 in UTC", at, err)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	body := do(t, inbox, http.MethodGet, devinbox.Path, "text/html").Body.String()
	if !strings.Contains(body, "curl http://localhost:9999/signup") {
		t.Errorf("the page of the empty inbox shows no signup command:\n%s", body)
	}
	mustDeliver(t, inbox, 1)
	id := inbox.Messages()[0].ID
	list := do(t, inbox, http.MethodGet, devinbox.Path, "*/*")
	for _, want := range []string{"Grüße 1", "Ada@example.com", `href="/dev/inbox/` + id + `"`, `http-equiv="refresh"`} {
		if !strings.Contains(list.Body.String(), want) {
			t.Errorf("the list lacks %s:\n%s", want, list.Body)
		}
	}
	page := do(t, inbox, http.MethodGet, devinbox.Path+"/"+id, "text/html")
	for _, want := range []string{`src="/dev/inbox/` + id + `/html"`, `sandbox="allow-popups allow-popups-to-escape-sandbox"`, "grün"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the message's page lacks %s:\n%s", want, page.Body)
		}
	}
	framed := do(t, inbox, http.MethodGet, devinbox.Path+"/"+id+"/html", "text/html")
	if !strings.Contains(framed.Body.String(), `<head><base target="_blank">`) {
		t.Errorf("the message's links open in the frame:\n%s", framed.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{"list": list, "page": page, "message": framed} {
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script") {
			t.Errorf("the policy of the %s is %q", name, policy)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("the %s may be stored", name)
		}
	}
	policy := framed.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "sandbox allow-popups allow-popups-to-escape-sandbox;") {
		t.Errorf("the message is not sandboxed when it is opened outside the frame: %q", policy)
	}
	for _, path := range []string{"/none", "/none/html"} {
		if got := do(t, inbox, http.MethodGet, devinbox.Path+path, "text/html").Code; got != http.StatusNotFound {
			t.Errorf("GET %s returned %d, want 404", path, got)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	mustDeliver(t, inbox, 1)
	if got := do(t, inbox, http.MethodDelete, devinbox.Path, "*/*").Code; got != http.StatusNoContent {
		t.Errorf("DELETE returned %d, want 204", got)
	}
	if got := len(inbox.Messages()); got != 0 {
		t.Errorf("the inbox contains %d messages after DELETE", got)
	}
}
