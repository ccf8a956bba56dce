package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// viewOfOthers is everything that clients without a known device learn of an email address from its rate limits: from each of the
// networks they send wrong passwords until they are refused.
func (w *world) viewOfOthers(email string, networks int) (view []string) {
	w.t.Helper()
	for n := range networks {
		for refused := false; !refused; {
			err := w.logInFrom(fmt.Sprintf("198.18.%d.1/32", n), email, otherPass)
			refused = errors.Is(err, domain.ErrTooManyAttempts)
			l := rateLimitError(w.t, err)
			view = append(view, fmt.Sprintf("network %d: %v, %d of %d, %v", n, l.Err.Code, l.Remaining, l.Limit, l.RetryAfter))
		}
	}
	return view
}

// holderActions are what an account holder can do who gives no wrong password without a known device.
var holderActions = map[string]func(w *world, in app.LoggedIn){
	"nothing":                  func(*world, app.LoggedIn) {},
	"log in on a new device":   func(w *world, _ app.LoggedIn) { _, _ = w.logIn(ada, password) }, // refused after many attempts of others
	"log in on a known device": func(w *world, in app.LoggedIn) { w.must(w.logInOn(in, password)) },
	"wrong passwords on a known device": func(w *world, in app.LoggedIn) {
		for range 20 {
			w.want(w.logInOn(in, otherPass), domain.ErrInvalidCredentials)
		}
	},
	"change the password": func(w *world, in app.LoggedIn) {
		w.must(w.ChangePassword(w.t.Context(), w.caller(in.TokenPair), password, "five yellow parrots sing"))
	},
	"request a reset": func(w *world, _ app.LoggedIn) { w.resetToken(ada) },
	"reset the password": func(w *world, _ app.LoggedIn) {
		_, err := w.ResetPassword(w.t.Context(), resetOf(w.resetToken(ada), "five yellow parrots sing"))
		w.must(err)
	},
	"log out": func(w *world, in app.LoggedIn) { w.must(w.LogOut(w.t.Context(), w.caller(in.TokenPair), false)) },
	"refresh": func(w *world, in app.LoggedIn) {
		_, err := w.RefreshToken(w.t.Context(), in.RefreshToken, home)
		w.must(err)
	},
	"sign up again": func(w *world, _ app.LoggedIn) { w.signUp(ada, password) },
	"terminate": func(w *world, in app.LoggedIn) {
		w.want(w.TerminateAccount(w.t.Context(), w.caller(in.TokenPair), otherPass, nil), domain.ErrWrongPassword)
		w.must(w.TerminateAccount(w.t.Context(), w.caller(in.TokenPair), password, nil))
	},
}

func (w *world) logInOn(in app.LoggedIn, password string) error {
	_, err := w.LogIn(w.t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
	return err
}

// Other clients cannot learn from the rate limits whether the account holder was there, or whether there is an account: not from how
// many attempts remain, and not from how long they must wait. A termination is followed by the erasure.
func TestTheViewOfOthersDoesNotDependOnTheAccountHolder(t *testing.T) {
	t.Parallel()
	for action, act := range holderActions {
		for _, networksBefore := range []int{0, 3, 12} {
			t.Run(fmt.Sprintf("%s, after the attempts of %d networks", action, networksBefore), func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(viewAround(t, networksBefore, nil), viewAround(t, networksBefore, act)); diff != "" {
					t.Errorf("without an account (-), with one (+):\n%s", diff)
				}
			})
		}
	}
}

// viewAround is the view of others before and after the account holder acts, and a month later. Without act, there is no account.
func viewAround(t *testing.T, networksBefore int, act func(w *world, in app.LoggedIn)) []string {
	t.Helper()
	w := newWorld(t)
	w.TerminationGrace = 0
	w.build()
	var in app.LoggedIn
	if act != nil {
		in = w.verified(ada, password)
	}
	view := w.viewOfOthers(ada, networksBefore)
	w.pass(time.Minute)
	if act != nil {
		act(w, in)
	}
	w.pass(12 * time.Hour)
	w.must(w.EraseTerminated(t.Context(), func([]domain.UserID) {}))
	view = append(view, w.viewOfOthers(ada, 12)...)
	for range 31 {
		w.pass(24 * time.Hour)
		view = append(view, w.viewOfOthers(ada, 12)...)
	}
	return view
}
