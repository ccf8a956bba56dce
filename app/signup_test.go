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

// Whoever signs up learns nothing about the address: the answer, the work and what is queued are the same for each state.
func TestSignUpIsTheSameWhateverTheAddressIs(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.pass(time.Hour)
			hashed, verified := w.hasher.cost(func() { w.signUp(strings.ToUpper(ada), otherPass) })
			if hashed != 1 || verified != 0 {
				t.Errorf("a signup cost %d hashes and %d verifications, want one hash", hashed, verified)
			}
			due := w.store.TakeLetters()
			if len(due) != 1 || due[0].UserID.IsZero() {
				t.Fatalf("%d letters are due, want one to the new user", len(due))
			}
			if diff := cmp.Diff(ports.Letter{Template: domain.MailVerification, UserID: due[0].UserID, At: w.now}, due[0]); diff != "" {
				t.Error(diff)
			}
			u, err := w.store.Repos().Accounts.ByID(t.Context(), due[0].UserID)
			w.must(err)
			if u.CanSignIn() || u.IsVerified() || u.FullName.Value() != "Ada Lovelace" || u.Residence.StateProvince() != "DE-BY" || !u.CreatedAt.Equal(w.now) {
				t.Error("the new account is not the pending one that was signed up with")
			}
		})
	}
}

func TestSignUpMailsWhatTheAddressNeeds(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.signUp(strings.ToUpper(ada), otherPass)
			m := w.deliverOne(state.mail)
			if (m.Name.Value() != "") != state.greeted {
				t.Errorf("the letter greets %q", m.Name.Value())
			}
			if (m.Link != "") != (state.mail == domain.MailVerification) {
				t.Errorf("the letter has the link %q", m.Link)
			}
			if state.greeted && m.To.Address() != ada {
				t.Errorf("the owner is written to at %s, want the address as the owner wrote it", m.To.Address())
			}
		})
	}
}

func TestSignUpRefusesEveryFaultAtOnceAndStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.SignUp(t.Context(), app.SignUpInput{Email: "ada", FullName: "1", Country: "xx", StateProvince: strings.Repeat("x", 101), Password: "short"})
	w.wantFaults(err, "email invalid_email", "full_name invalid_name", "country unknown_country", "state_province too_long", "password password_too_short")
	if w.hasher.hashed != 0 || len(w.store.TakeLetters()) != 0 {
		t.Error("a refused signup was hashed or mailed")
	}
}

func TestSignUpWhileBusyStoresNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hasher.err = domain.ErrBusy
	w.want(w.SignUp(t.Context(), signUpOf(ada, password)), domain.ErrBusy)
	if len(w.store.TakeLetters()) != 0 {
		t.Error("a signup that failed is mailed")
	}
}

func TestSignUpReportsAStoreThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := errors.New("disk full")
	w.Store = failingStore{w.store, broken}
	if err := w.SignUp(t.Context(), signUpOf(ada, password)); !errors.Is(err, broken) {
		t.Errorf("got the error %v, want the store's", err)
	}
}

func TestBreachedPasswordIsRefusedUnhashed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.registered(ada, password)
	reset := w.resetToken(ada)
	hashed, _ := w.hasher.cost(func() {
		w.wantFaults(w.SignUp(t.Context(), signUpOf("bea@example.com", breachedPass)), "password password_breached")
		w.wantFaults(w.ResetPassword(t.Context(), reset, breachedPass, home), "new_password password_breached")
		w.wantFaults(w.ChangePassword(t.Context(), w.caller(session), password, breachedPass), "new_password password_breached")
	})
	if hashed != 0 || len(w.deliver()) != 0 {
		t.Errorf("a breached password cost %d hashes, or was mailed about", hashed)
	}
	w.must(w.ResetPassword(t.Context(), reset, otherPass, home))
}
