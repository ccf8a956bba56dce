package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// resetToken requests a reset and returns the mailed token.
func (w *world) resetToken(email string) string {
	w.t.Helper()
	w.must(w.RequestPasswordReset(w.t.Context(), email, "", home))
	return w.token(w.deliverOne(domain.MessagePasswordReset), resetLink)
}

// A reset request does the same for every state of the email address. Only an account that can log in gets a link.
func TestRequestPasswordResetIsTheSameForEveryEmailAddress(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			hashed, verified := w.hasher.cost(func() { w.must(w.RequestPasswordReset(t.Context(), "ADA@example.com", "", home)) })
			if hashed+verified != 0 {
				t.Error("a reset request hashed")
			}
			due := w.store.TakeMessages()
			if len(due) != 1 || len(due[0].EmailIndexes) == 0 {
				t.Fatalf("%d messages are due, want one to the email address", len(due))
			}
			want := ports.MessageRequest{
				Template: domain.MessagePasswordReset, EmailIndexes: due[0].EmailIndexes, At: w.now, Network: w.wideNetwork(), Client: w.client(),
			}
			if diff := cmp.Diff(want, due[0]); diff != "" {
				t.Errorf("requested message (-want +got):\n%s", diff)
			}
			w.must(w.SendMessage(t.Context(), "reset", due[0]))
			sent := w.mailer.Sent()
			last := sent[max(0, len(sent)-1):]
			if mailed := len(last) == 1 && last[0].Template == domain.MessagePasswordReset; mailed != (state.name == "verified") {
				t.Errorf("a reset link was mailed: %t, want %t", mailed, !mailed)
			}
		})
	}
}

func TestRequestPasswordResetRefusesAnInvalidEmailAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantViolations(w.RequestPasswordReset(t.Context(), "ada", "", home), "email invalid_email")
	tooLong := strings.Repeat("x", domain.TokenMaxLength+1)
	w.wantViolations(w.RequestPasswordReset(t.Context(), "ada", tooLong, home), "email invalid_email", "device_token too_long")
	if len(w.store.TakeMessages()) != 0 {
		t.Error("an invalid email address requested a message")
	}
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	used, other, bobsToken := w.resetToken(ada), w.resetToken(ada), w.resetToken("bob@example.com")
	w.pass(time.Second)
	w.must(w.resetPassword(used, otherPass, home))
	w.wantRevoked(first)
	w.wantRevoked(second)
	w.wantLive(bobs)
	for _, invalid := range []string{used, other} {
		w.want(w.resetPassword(invalid, "a third password of hers", home), domain.ErrInvalidToken)
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, otherPass))

	w.wantNotice(domain.MessagePasswordChanged)
	w.must(w.resetPassword(bobsToken, otherPass, home))
}

func TestWeakPasswordLeavesTheResetLinkUsable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	token := w.resetToken(ada)
	for weak, code := range map[string]string{
		"": "required", "short": "password_too_short", "aaaaaaaaaaaaaaa": "password_too_easy", "AdaLovelace1815": "password_too_easy",
	} {
		w.wantViolations(w.resetPassword(token, weak, home), "new_password "+code)
	}
	w.wantLive(pair)
	w.must(w.resetPassword(token, otherPass, home))
}

func TestResetLinkExpires(t *testing.T) {
	t.Parallel()
	for past, invalid := range map[time.Duration]bool{-1: false, 0: true, 1: true} {
		w := newWorld(t)
		w.registered(ada, password)
		token := w.resetToken(ada)
		w.pass(domain.ResetMinLifetime + past)
		err := w.resetPassword(token, otherPass, home)
		if !invalid {
			w.must(err)
			continue
		}
		w.want(err, domain.ErrInvalidToken)
		w.wantLive(w.loggedIn(ada, password))
	}
}

// A link must be valid when it is used, not only when it is looked up.
func TestResetLinkExpiresWhileThePasswordIsHashed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	token := w.resetToken(ada)
	w.hasher.afterHash = func() { w.pass(domain.ResetMinLifetime) }
	w.want(w.resetPassword(token, otherPass, home), domain.ErrInvalidToken)
	w.pass(-domain.ResetMinLifetime)
	w.wantLive(pair)
	w.wantLive(w.loggedIn(ada, password))
}

func TestResetPasswordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	verify := w.pending(ada, password)
	_, err := w.VerifyEmail(t.Context(), verify, password, home)
	w.must(err)
	token := w.resetToken(ada)
	for _, bad := range []string{"x", verify, "srst_" + verify[len("svfy_"):], token + "\n"} {
		w.want(w.resetPassword(bad, otherPass, home), domain.ErrInvalidToken)
	}
	w.wantViolations(w.resetPassword("", "", home), "token required", "new_password required")
	w.hasher.err = domain.ErrBusy
	w.want(w.resetPassword(token, otherPass, home), domain.ErrBusy)
	w.hasher.err = nil
	w.must(w.resetPassword(token, otherPass, home))
}

// A link that was mailed before the account was terminated or deactivated resets nothing.
func TestResetPasswordOfAnAccountThatCannotLogIn(t *testing.T) {
	t.Parallel()
	for _, terminated := range []bool{true, false} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		token := w.resetToken(ada)
		if terminated {
			w.must(w.TerminateAccount(t.Context(), c, password, nil))
		} else {
			w.deactivate(c)
		}
		before := w.user(c)
		w.want(w.resetPassword(token, otherPass, home), domain.ErrInvalidToken)
		if w.user(c) != before {
			t.Error("the account changed")
		}
	}
}

// Of two concurrent resets one takes effect.
func TestConcurrentResets(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{true, false} {
		w := newWorld(t)
		w.registered(ada, password)
		first, second := w.resetToken(ada), w.resetToken(ada)
		if same {
			second = first
		}
		w.hasher.afterHash = func() { w.must(w.resetPassword(second, otherPass, home)) }
		w.want(w.resetPassword(first, "a third password of hers", home), domain.ErrInvalidToken)
		w.wantLive(w.loggedIn(ada, otherPass))
		w.deliverOne(domain.MessagePasswordChanged)
	}
}

// The holder of a reset link cannot make the service hash without end: not by hanging up, which still uses the link if a password
// was hashed, and not by resets that fail afterwards.
func TestAResetLinkHashesAFewPasswordsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	token := w.resetToken(ada)
	ctx, hangUp := context.WithCancel(t.Context())
	w.hasher.afterHash = hangUp
	if _, err := w.ResetPassword(ctx, app.ResetPasswordInput{Token: token, NewPassword: otherPass, From: home}); err != nil {
		t.Errorf("a reset whose client hung up after the hash: %v", err)
	}
	w.loggedIn(ada, otherPass)
	w.deliverOne(domain.MessagePasswordChanged)

	token = w.resetToken(ada)
	w.Store = failingStore{w.store, errors.New("the store fails")}
	w.build()
	for range domain.LinkAttempts {
		if err := w.resetPassword(token, password, home); err == nil {
			t.Fatal("the store did not fail")
		}
	}
	hashed, _ := w.hasher.cost(func() { w.want(w.resetPassword(token, password, home), domain.ErrInvalidToken) })
	if hashed != 0 {
		t.Error("a dead link hashed a password")
	}
}
