package app_test

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, other, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	reset := w.resetToken(ada)
	hashed, verified := w.hasher.cost(func() { w.must(w.ChangePassword(t.Context(), w.caller(own), password, otherPass)) })
	if hashed != 1 || verified != 1 {
		t.Errorf("a password change cost %d hashes and %d verifications, want one each", hashed, verified)
	}
	w.wantLive(own)
	w.wantRevoked(other)
	w.wantLive(bobs)
	w.want(w.resetPassword(reset, "a third password of hers", home), domain.ErrInvalidToken)
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, otherPass))

	w.wantNotice(domain.MessagePasswordChanged)
}

func TestChangePasswordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, other := w.registered(ada, password), w.loggedIn(ada, password)
	reset := w.resetToken(ada)
	c := w.caller(own)
	for _, refused := range []struct {
		name, current, replacement string
		want                       *domain.Error
		violations                 []string
	}{
		{name: "wrong password", current: otherPass, replacement: otherPass, want: domain.ErrWrongPassword},
		{name: "short", current: password, replacement: "short", violations: []string{"new_password password_too_short"}},
		{name: "own name", current: password, replacement: "Ada Lovelace 1815", violations: []string{"new_password password_too_easy"}},
		{name: "own email address", current: password, replacement: "ada@example.com", violations: []string{"new_password password_too_easy"}},
		{name: "empty", violations: []string{"current_password required", "new_password required"}},
	} {
		err := w.ChangePassword(t.Context(), c, refused.current, refused.replacement)
		if refused.want != nil {
			w.want(err, refused.want)
		} else {
			w.wantViolations(err, refused.violations...)
		}
	}
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("refused changes mailed %v", messages)
	}
	w.wantLive(own)
	w.wantLive(other)
	w.wantLive(w.loggedIn(ada, password))
	w.must(w.resetPassword(reset, otherPass, home))
}

func TestChangePasswordNeedsALiveSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	w.pass(14 * 24 * time.Hour)
	hashed, verified := w.hasher.cost(func() {
		w.want(w.ChangePassword(t.Context(), c, password, otherPass), domain.ErrInvalidAccessToken)
	})
	if hashed+verified != 0 {
		t.Error("the password of an expired session was hashed")
	}
}

// Of two concurrent changes one takes effect; the other is refused, because its password is no longer the current one.
func TestConcurrentPasswordChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.registered(ada, password), w.loggedIn(ada, password)
	a, b := w.caller(first), w.caller(second)
	w.hasher.afterHash = func() { w.must(w.ChangePassword(t.Context(), b, password, otherPass)) }
	w.want(w.ChangePassword(t.Context(), a, password, "a third password of hers"), domain.ErrWrongPassword)
	w.wantRevoked(first)
	w.wantLive(second)
	w.wantLive(w.loggedIn(ada, otherPass))
	w.deliverOne(domain.MessagePasswordChanged)
}
