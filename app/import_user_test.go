package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// importOf returns an account of another system that has the email address and the password.
func (w *world) importOf(email, password string) app.ImportUserInput {
	w.t.Helper()
	parsed, err := domain.ParsePassword(password)
	w.must(err)
	hash, err := w.hasher.Hash(w.t.Context(), domain.HashWaiter{}, parsed)
	w.must(err)
	createdAt := w.now.Add(-365 * day)
	return app.ImportUserInput{
		Email: email, FullName: "Ada Lovelace", Country: "DE", StateProvince: "Bayern", PasswordHash: string(hash),
		CreatedAt: &createdAt,
	}
}

func (w *world) wantImported(in app.ImportUserInput, want bool) {
	w.t.Helper()
	added, err := w.ImportUser(w.t.Context(), in)
	w.must(err)
	if added != want {
		w.t.Errorf("ImportUser() = %t, want %t", added, want)
	}
}

func TestImportedUserLogsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.importOf(ada, password)
	elsewhere := in.CreatedAt.In(time.FixedZone("", 3600))
	in.CreatedAt = &elsewhere
	w.wantImported(in, true)

	u, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
	w.must(err)
	if u.Email.Address() != ada || u.FullName.Value() != "Ada Lovelace" || u.Residence != domain.RestoreResidence("DE", "DE-BY") {
		t.Error("the imported profile differs from the input")
	}
	if u.CreatedAt != in.CreatedAt.UTC() || !u.VerifiedAt.Equal(w.now) || !u.UpdatedAt.Equal(w.now) || !u.CanLogIn() {
		t.Errorf("created at %v, verified at %v, updated at %v", u.CreatedAt, u.VerifiedAt, u.UpdatedAt)
	}
	want := []domain.AuditEvent{{Kind: domain.AuditUserImported, At: w.now, UserID: u.ID}}
	if diff := cmp.Diff(want, w.store.Audited(), cmpopts.IgnoreFields(domain.AuditEvent{}, "ID")); diff != "" {
		t.Errorf("audit events (-want +got):\n%s", diff)
	}
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("an import mailed %v", messages)
	}
	if got := w.caller(w.loggedIn(ada, password)); got.UserID != u.ID {
		t.Errorf("logged in as %v, want %v", got.UserID, u.ID)
	}
}

func TestImportSkipsAnEmailAddressThatHasAnAccount(t *testing.T) {
	t.Parallel()
	for name, register := range map[string]func(w *world){
		"signed up":  func(w *world) { w.registered(ada, password) },
		"imported":   func(w *world) { w.wantImported(w.importOf(ada, password), true) },
		"terminated": func(w *world) { w.terminated(w.registered(ada, password)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			register(w)
			before, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
			w.must(err)
			events := len(w.store.Audited())
			w.wantImported(w.importOf(strings.ToUpper(ada), otherPass), false)

			after, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
			w.must(err)
			if after != before {
				t.Error("a skipped import changed the account")
			}
			if got := len(w.store.Audited()); got != events {
				t.Errorf("a skipped import recorded %d audit events", got-events)
			}
			if pending := w.pendingSignups(ada); len(pending) != 0 {
				t.Errorf("a skipped import left %d pending signups", len(pending))
			}
		})
	}
}

// pendingSignups returns the pending signups of an email address.
func (w *world) pendingSignups(email string) []domain.User {
	w.t.Helper()
	found, err := w.store.Repos().Accounts.FindPending(w.t.Context(), w.index(email), 100)
	w.must(err)
	return found
}

// A pending signup of an imported email address must not become a second account.
func TestImportRemovesPendingSignups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, bobs := w.pending(ada, otherPass), w.pending("bob@example.com", password)
	w.signUp("ADA@example.com", otherPass)
	w.wantImported(w.importOf(ada, password), true)

	if pending := w.pendingSignups(ada); len(pending) != 0 {
		t.Errorf("%d pending signups are left", len(pending))
	}
	_, err := w.VerifyEmail(t.Context(), token, otherPass, home)
	w.want(err, domain.ErrInvalidToken)
	_, err = w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, password))
	_, err = w.VerifyEmail(t.Context(), bobs, password, home)
	w.must(err)
}

func TestImportReportsEveryViolationAndStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	future, ancient := w.now.Add(1), time.Unix(-1, 0)
	for name, c := range map[string]struct {
		change func(in *app.ImportUserInput)
		want   []string
	}{
		"every field": {func(in *app.ImportUserInput) {
			*in = app.ImportUserInput{
				Email: "ada", FullName: "1", Country: "xx", StateProvince: strings.Repeat("x", 101), PasswordHash: "x",
				CreatedAt: &future,
			}
		}, []string{
			"email invalid_email", "full_name invalid_name", "country unknown_country", "state_province too_long",
			"password_hash unknown_hash", "created_at in_the_future",
		}},
		"no hash": {func(in *app.ImportUserInput) { in.PasswordHash = "" }, []string{"password_hash required"}},
		"costly hash": {func(in *app.ImportUserInput) {
			in.PasswordHash = string(memory.CostlyHash(password))
		}, []string{"password_hash costly_hash"}},
		"hash that is not recognized": {func(in *app.ImportUserInput) {
			in.PasswordHash = "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/"
		}, []string{"password_hash unknown_hash"}},
		"created in the future": {func(in *app.ImportUserInput) {
			in.CreatedAt = &future
		}, []string{"created_at in_the_future"}},
		"created before 1970": {func(in *app.ImportUserInput) {
			in.CreatedAt = &ancient
		}, []string{"created_at too_early"}},
		"created at the zero time": {func(in *app.ImportUserInput) {
			in.CreatedAt = new(time.Time)
		}, []string{"created_at too_early"}},
	} {
		in := w.importOf(ada, password)
		c.change(&in)
		w.wantViolations(w.Check(in), c.want...)
		added, err := w.ImportUser(t.Context(), in)
		w.wantViolations(err, c.want...)
		if _, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada)); added || !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s: the account was added", name)
		}
	}
	if events := w.store.Audited(); len(events) != 0 {
		t.Errorf("refused imports recorded %v", events)
	}
}

func TestImportWithoutACreationTimeIsCreatedNow(t *testing.T) {
	t.Parallel()
	for _, given := range []bool{true, false} {
		w := newWorld(t)
		in := w.importOf(ada, password)
		in.CreatedAt = nil
		if given {
			in.CreatedAt = &w.now
		}
		w.wantImported(in, true)
		u, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
		w.must(err)
		if !u.CreatedAt.Equal(w.now) {
			t.Errorf("created at %v, want %v", u.CreatedAt, w.now)
		}
	}
}

func TestImportReportsAStoreThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("disk full")
	w.Store = failingStore{w.store, broken}
	w.build()
	if added, err := w.ImportUser(t.Context(), w.importOf(ada, password)); added || !errors.Is(err, broken) {
		t.Errorf("ImportUser() = %t, %v, want the store's error", added, err)
	}
}
