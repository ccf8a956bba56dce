package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// resetToken asks for a reset and returns the mailed token.
func (w *world) resetToken(email string) string {
	w.t.Helper()
	w.must(w.RequestPasswordReset(w.t.Context(), email, home))
	return w.token(w.deliverOne(domain.MailPasswordReset), resetting)
}

// Asking for a reset does the same for each state of the address; only an account that can sign in gets a link.
func TestRequestPasswordResetIsTheSameWhateverTheAddressIs(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			hashed, verified := w.hasher.cost(func() { w.must(w.RequestPasswordReset(t.Context(), "ADA@example.com", home)) })
			if hashed+verified != 0 {
				t.Error("asking for a reset hashed")
			}
			due := w.store.TakeLetters()
			if len(due) != 1 || len(due[0].Address) == 0 {
				t.Fatalf("%d letters are due, want one to the address", len(due))
			}
			if diff := cmp.Diff(ports.Letter{Template: domain.MailPasswordReset, Address: due[0].Address, At: w.now}, due[0]); diff != "" {
				t.Error(diff)
			}
			w.must(w.WriteLetter(t.Context(), "reset", due[0]))
			sent := w.mailer.Sent()
			last := sent[max(0, len(sent)-1):]
			if mailed := len(last) == 1 && last[0].Template == domain.MailPasswordReset; mailed != (state.name == "verified") {
				t.Errorf("a reset link was mailed: %t", mailed)
			}
		})
	}
}

func TestRequestPasswordResetRefusesAFaultyAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantFaults(w.RequestPasswordReset(t.Context(), "ada", home), "email invalid_email")
	if len(w.store.TakeLetters()) != 0 {
		t.Error("a faulty address has a letter")
	}
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	used, other, foreign := w.resetToken(ada), w.resetToken(ada), w.resetToken("bob@example.com")
	w.pass(time.Second)
	w.must(w.ResetPassword(t.Context(), used, otherPass, home))
	w.wantEnded(first)
	w.wantEnded(second)
	w.wantLive(bobs)
	for _, dead := range []string{used, other} {
		w.want(w.ResetPassword(t.Context(), dead, "a third password of hers", home), domain.ErrInvalidToken)
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, otherPass))

	m := w.deliverOne(domain.MailPasswordChanged)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || m.Link != "" || !m.At.Equal(w.now) {
		t.Error("the notice goes elsewhere, or says something else")
	}
	w.must(w.ResetPassword(t.Context(), foreign, otherPass, home))
}

func TestResetPasswordWithAWeakOneLeavesTheLinkAlive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	token := w.resetToken(ada)
	for weak, code := range map[string]string{
		"": "required", "short": "password_too_short", "aaaaaaaaaaaaaaa": "password_too_easy", "AdaLovelace1815": "password_too_easy",
	} {
		w.wantFaults(w.ResetPassword(t.Context(), token, weak, home), "new_password "+code)
	}
	w.wantLive(pair)
	w.must(w.ResetPassword(t.Context(), token, otherPass, home))
}

func TestResetLinkExpires(t *testing.T) {
	t.Parallel()
	for past, dead := range map[time.Duration]bool{-1: false, 0: true, 1: true} {
		w := newWorld(t)
		w.registered(ada, password)
		token := w.resetToken(ada)
		w.pass(domain.ResetLifetime + past)
		err := w.ResetPassword(t.Context(), token, otherPass, home)
		if !dead {
			w.must(err)
			continue
		}
		w.want(err, domain.ErrInvalidToken)
		w.wantLive(w.loggedIn(ada, password))
	}
}

// A link must still be good when it is used up, not only when it is looked at.
func TestResetLinkExpiresWhileThePasswordIsHashed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pair := w.registered(ada, password)
	token := w.resetToken(ada)
	w.hasher.afterHash = func() { w.pass(domain.ResetLifetime) }
	w.want(w.ResetPassword(t.Context(), token, otherPass, home), domain.ErrInvalidToken)
	w.pass(-domain.ResetLifetime)
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
		w.want(w.ResetPassword(t.Context(), bad, otherPass, home), domain.ErrInvalidToken)
	}
	w.wantFaults(w.ResetPassword(t.Context(), "", "", home), "token required", "new_password required")
	w.hasher.err = domain.ErrBusy
	w.want(w.ResetPassword(t.Context(), token, otherPass, home), domain.ErrBusy)
	w.hasher.err = nil
	w.must(w.ResetPassword(t.Context(), token, otherPass, home))
}

// A link that was mailed before the account was terminated or deactivated resets nothing.
func TestResetPasswordOfAnAccountThatCannotSignIn(t *testing.T) {
	t.Parallel()
	for _, terminated := range []bool{true, false} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		token := w.resetToken(ada)
		if terminated {
			w.must(w.TerminateAccount(t.Context(), c, password))
		} else {
			w.deactivate(c)
		}
		before := w.user(c)
		w.want(w.ResetPassword(t.Context(), token, otherPass, home), domain.ErrInvalidToken)
		if w.user(c) != before {
			t.Error("the account changed")
		}
	}
}

// Of two resets made at once one takes effect.
func TestSimultaneousResets(t *testing.T) {
	t.Parallel()
	for _, same := range []bool{true, false} {
		w := newWorld(t)
		w.registered(ada, password)
		first, second := w.resetToken(ada), w.resetToken(ada)
		if same {
			second = first
		}
		w.hasher.afterHash = func() { w.must(w.ResetPassword(t.Context(), second, otherPass, home)) }
		w.want(w.ResetPassword(t.Context(), first, "a third password of hers", home), domain.ErrInvalidToken)
		w.wantLive(w.loggedIn(ada, otherPass))
		w.deliverOne(domain.MailPasswordChanged)
	}
}
