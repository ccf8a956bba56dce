package app_test

import (
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const (
	composed   = "ma\u00f1ana otra d\u00eda"
	decomposed = "man\u0303ana otra di\u0301a"
)

// importedWith imports Ada with a hash that another system made of the password as it was.
func (w *world) importedWith(password string) {
	w.t.Helper()
	in := w.importOf(ada, password)
	in.PasswordHash = string(memory.HashOfAnotherSystem(password))
	w.wantImported(in, true)
}

// The other system hashed what its clients sent. The first login replaces the hash by one in NFC, which every form matches.
func TestAnImportedPasswordThatIsNotInNFC(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importedWith(decomposed)
	_, err := w.logIn(ada, composed)
	w.want(err, domain.ErrInvalidCredentials)
	for n, form := range []string{decomposed, composed, decomposed} {
		hashed, verified := w.hasher.cost(func() { w.wantLive(w.loggedIn(ada, form)) })
		if verified != 1 || (hashed == 1) != (n == 0) {
			t.Errorf("login %d cost %d hashes and %d verifications", n+1, hashed, verified)
		}
	}
}

// Both forms of a password are one attempt.
func TestAWrongPasswordThatIsNotInNFCCountsOnce(t *testing.T) {
	t.Parallel()
	remaining := map[string]int{}
	for _, wrong := range []string{composed, decomposed} {
		w := newWorld(t)
		w.importedWith(password)
		_, err := w.logIn(ada, wrong)
		w.want(err, domain.ErrInvalidCredentials)
		remaining[wrong] = rateLimitError(t, err).Remaining
	}
	if remaining[composed] != remaining[decomposed] {
		t.Errorf("the remaining attempts differ: %v", remaining)
	}
}

// Another system may have accepted longer passwords. Wherever the account's password is asked for, the limit is the higher one.
func TestAnImportedPasswordLongerThanThisServiceAccepts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("correct horse battery ", 9)
	w := newWorld(t)
	w.importedWith(long)
	for range 2 {
		w.wantLive(w.loggedIn(ada, long))
	}
	_, err := w.logIn(ada, long[:domain.PasswordMaxLength])
	w.want(err, domain.ErrInvalidCredentials)
	c := w.caller(w.loggedIn(ada, long))
	w.wantViolations(w.ChangePassword(t.Context(), c, long, long), "new_password too_long")
	w.want(w.TerminateAccount(t.Context(), c, long+"!", nil), domain.ErrWrongPassword)
	w.must(w.TerminateAccount(t.Context(), c, long, nil))
	_, err = w.logIn(ada, strings.Repeat("x", domain.PasswordAttemptMaxLength+1))
	w.wantViolations(err, "password too_long")
}

// A hash that costs too much came into the store before such hashes were refused. The response is that for no account.
func TestLogInToAnAccountWithACostlyHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	u := w.user(c)
	w.must(w.store.Repos().Accounts.ReplacePassword(t.Context(), u.ID, u.PasswordHash, memory.CostlyHash(password), w.now))
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	_, err = w.ResetPassword(t.Context(), app.ResetPasswordInput{Token: w.resetToken(ada), NewPassword: otherPass, From: home})
	w.must(err)
	w.wantLive(w.loggedIn(ada, otherPass))
}
