package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// A signup reveals nothing about the email address: the response, the work and the requested message are the same for every
// state.
func TestSignUpIsTheSameForEveryEmailAddress(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.pass(time.Hour)
			hashed, verified := w.hasher.cost(func() { w.signUp(strings.ToUpper(ada), otherPass) })
			if hashed != 1 || verified != 0 {
				t.Errorf("a signup cost %d hashes and %d verifications, want one hash", hashed, verified)
			}
			due := w.store.TakeMessages()
			want := []ports.MessageRequest{{
				Template: domain.MessageVerification, EmailIndexes: w.index(ada), At: w.now, Network: w.wideNetwork(), Client: w.client(),
			}}
			if diff := cmp.Diff(want, due); diff != "" {
				t.Errorf("requested messages (-want +got):\n%s", diff)
			}
			u := w.pendingSignups(ada)[0]
			if u.CanLogIn() || u.IsVerified() || !u.CreatedAt.Equal(w.now) {
				t.Error("the new signup is not pending since now")
			}
			if u.FullName.Value() != "Ada Lovelace" || u.Residence.StateProvince() != "DE-BY" {
				t.Error("the pending signup differs from the input")
			}
		})
	}
}

func TestSignUpMailsTheMessageOfEachState(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.signUp(strings.ToUpper(ada), otherPass)
			m := w.deliverOne(state.message)
			if (m.Name.Value() != "") != state.greeted {
				t.Errorf("the message greets %q, want a name: %t", m.Name.Value(), state.greeted)
			}
			if (m.Link != "") != (state.message == domain.MessageVerification) {
				t.Errorf("the message %s has the link %q", state.message, m.Link)
			}
			if state.greeted && m.To.Address() != ada {
				t.Errorf("the message goes to %s, want the email address as the account holder signed it up", m.To.Address())
			}
		})
	}
}

func TestSignUpReportsEveryViolationAndStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := app.SignUpInput{Email: "ada", FullName: "1", Country: "xx", StateProvince: strings.Repeat("x", 101), Password: "short"}
	w.wantViolations(w.SignUp(t.Context(), in), "email invalid_email", "full_name invalid_name", "country unknown_country",
		"state_province too_long", "password password_too_short")
	if w.hasher.hashed != 0 || len(w.store.TakeMessages()) != 0 {
		t.Error("a refused signup was hashed or requested a message")
	}
}

func TestSignUpWhileBusyStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hasher.err = domain.ErrBusy
	w.want(w.SignUp(t.Context(), signUpOf(ada, password)), domain.ErrBusy)
	if len(w.store.TakeMessages()) != 0 {
		t.Error("a failed signup requested a message")
	}
}

func TestSignUpReportsAStoreThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("disk full")
	w.Store = failingStore{w.store, broken}
	w.build()
	if err := w.SignUp(t.Context(), signUpOf(ada, password)); !errors.Is(err, broken) {
		t.Errorf("got the error %v, want the store's", err)
	}
}

func TestBreachedPasswordIsRefusedWithoutHashing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.registered(ada, password)
	reset := w.resetToken(ada)
	hashed, _ := w.hasher.cost(func() {
		w.wantViolations(w.SignUp(t.Context(), signUpOf("bea@example.com", breachedPass)), "password password_breached")
		w.wantViolations(w.resetPassword(reset, breachedPass, home), "new_password password_breached")
		w.wantViolations(w.ChangePassword(t.Context(), w.caller(session), password, breachedPass), "new_password password_breached")
	})
	if hashed != 0 || len(w.deliver()) != 0 {
		t.Errorf("breached passwords cost %d hashes, or requested messages", hashed)
	}
	w.must(w.resetPassword(reset, otherPass, home))
}
