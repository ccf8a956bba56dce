// Package flow tests the client against the real service. `make sdk` starts one and sets SERVICE_URL.
package flow

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	accounts "github.com/siriusys/user-management-service/sdk/go"
)

const (
	password    = "correct horse battery staple"
	newPassword = "seven purple llamas at dawn"
	waitLimit   = 2 * time.Minute // only a hang reaches it
)

func serviceURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("SERVICE_URL")
	if url == "" {
		t.Fatal("SERVICE_URL is not set: run `make sdk`, or sdk/with-service go -C sdk/go test ./...")
	}
	return url
}

func newClient(t *testing.T, store accounts.TokenStore) *accounts.Client {
	t.Helper()
	c, err := accounts.New(serviceURL(t), accounts.Options{Store: store, UserAgent: "flow-test/1"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mailedToken waits for the email to the address with a link to the page, and returns the link's token.
func mailedToken(t *testing.T, email, page string) accounts.Secret {
	t.Helper()
	link := regexp.MustCompile(`/pages/` + page + `#token=([\w-]+)`)
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, serviceURL(t)+"/dev/inbox", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var messages []struct{ To, Text string }
		err = json.NewDecoder(response.Body).Decode(&messages)
		_ = response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range messages {
			if match := link.FindStringSubmatch(message.Text); match != nil && strings.Contains(message.To, email) {
				return accounts.Secret(match[1])
			}
		}
	}
	t.Fatalf("no email with a link to %s arrived", page)
	return ""
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantProblem(t *testing.T, err error, status int, code string) accounts.Problem {
	t.Helper()
	var problem *accounts.Problem
	if !errors.As(err, &problem) || problem.Status != status || problem.Code != code || problem.RequestID == "" {
		t.Fatalf("got %v, want %d %s", err, status, code)
	}
	return *problem
}

func signUp(t *testing.T, c *accounts.Client, email string) {
	t.Helper()
	ctx := t.Context()
	must(t, c.SignUp(ctx, accounts.Signup{Email: email, FullName: "Ada Lovelace", Country: "DE", StateProvince: "Bayern", Password: password}))
	must(t, c.VerifyEmail(ctx, mailedToken(t, email, "verify-email"), password))
}

func TestSessions(t *testing.T) {
	t.Parallel()
	ctx, email := t.Context(), "sessions@example.com"
	store := accounts.NewFileStore(filepath.Join(t.TempDir(), "tokens"))
	c := newClient(t, store)
	signUp(t, c, email)
	must(t, c.LogOut(ctx))
	must(t, c.LogIn(ctx, email, password))

	profile, err := c.ReadProfile(ctx)
	must(t, err)
	if profile.Email != email || profile.FullName != "Ada Lovelace" || profile.StateProvince != "DE-BY" ||
		profile.ID == "" || profile.CreatedAt.IsZero() {
		t.Error("the profile is not that of the signup")
	}
	before, err := c.AccessToken(ctx)
	must(t, err)
	must(t, c.Refresh(ctx))
	if after, err := c.AccessToken(ctx); err != nil || after == before {
		t.Errorf("the refresh left the access token as it was, %v", err)
	}

	other := newClient(t, nil)
	must(t, other.LogIn(ctx, email, password))
	sessions, err := c.ListSessions(ctx)
	must(t, err)
	i := slices.IndexFunc(sessions, func(s accounts.Session) bool { return !s.Current })
	if len(sessions) != 2 || i < 0 {
		t.Fatalf("%d sessions, want this and the other one", len(sessions))
	}
	must(t, c.RevokeSession(ctx, sessions[i].ID))
	if _, err := other.ReadProfile(ctx); !errors.Is(err, accounts.ErrNotLoggedIn) {
		t.Errorf("the revoked session: %v", err)
	}
	wantProblem(t, c.RevokeSession(ctx, sessions[i].ID), http.StatusNotFound, "not_found")
	must(t, other.LogIn(ctx, email, password))
	must(t, c.LogOutEverywhere(ctx))
	if _, err := other.ReadProfile(ctx); !errors.Is(err, accounts.ErrNotLoggedIn) {
		t.Errorf("after a logout everywhere: %v", err)
	}
	if tokens, err := store.Load(ctx); err != nil || tokens.Access != "" || tokens.Refresh != "" || tokens.Device == "" {
		t.Errorf("a logout leaves the device token only, %v", err)
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	ctx, email := t.Context(), "account@example.com"
	c := newClient(t, nil)
	signUp(t, c, email)
	country, region := "FR", "Bretagne"
	profile, err := c.ChangeProfile(ctx, accounts.ProfileChange{Country: &country, StateProvince: &region})
	if must(t, err); profile.StateProvince != "FR-BRE" || profile.FullName != "Ada Lovelace" {
		t.Error("the profile did not change")
	}
	wantProblem(t, c.ChangePassword(ctx, "wrong", newPassword), http.StatusUnauthorized, "invalid_credentials")
	must(t, c.ChangePassword(ctx, password, newPassword))
	export, err := c.ExportAccount(ctx)
	if must(t, err); !strings.Contains(string(export), email) {
		t.Error("the export lacks the email address")
	}
	must(t, c.RequestPasswordReset(ctx, email))
	must(t, c.ResetPassword(ctx, mailedToken(t, email, "password-reset"), password))
	if _, err := c.ReadProfile(ctx); !errors.Is(err, accounts.ErrNotLoggedIn) {
		t.Errorf("a reset revokes all sessions: got %v", err)
	}
	must(t, c.LogIn(ctx, email, password))
	must(t, c.TerminateAccount(ctx, password))
	wantProblem(t, c.LogIn(ctx, email, password), http.StatusUnauthorized, "invalid_credentials")
	must(t, c.CancelTermination(ctx, mailedToken(t, email, "reverse-termination")))
	must(t, c.LogIn(ctx, email, password))
}

func TestProblems(t *testing.T) {
	t.Parallel()
	ctx, email := t.Context(), "problems@example.com"
	c := newClient(t, nil)
	problem := wantProblem(t, c.SignUp(ctx, accounts.Signup{Email: "nobody", Country: "XX", Password: "password"}),
		http.StatusUnprocessableEntity, "invalid_fields")
	codes := map[string]string{}
	for _, field := range problem.Fields {
		codes[field.Field] = field.Code
	}
	if codes["email"] != "invalid_email" || codes["full_name"] == "" || codes["country"] != "unknown_country" {
		t.Errorf("fields: %v", problem.Fields)
	}
	wantProblem(t, c.VerifyEmail(ctx, "unknown", password), http.StatusBadRequest, "invalid_token")
	if _, err := c.ReadProfile(ctx); !errors.Is(err, accounts.ErrNotLoggedIn) {
		t.Errorf("before the login: %v", err)
	}
	for range 5 {
		wantProblem(t, c.LogIn(ctx, email, "wrong"), http.StatusUnauthorized, "invalid_credentials")
	}
	// The wait is longer than a call waits by itself.
	problem = wantProblem(t, c.LogIn(ctx, email, "wrong"), http.StatusTooManyRequests, "too_many_requests")
	if problem.RetryAfter < 11*time.Second || problem.RetryAfter > time.Hour {
		t.Errorf("RetryAfter is %v", problem.RetryAfter)
	}
}
