package app_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// limited is what an error says of a budget.
func limited(t *testing.T, err error) *domain.Limited {
	t.Helper()
	l, ok := errors.AsType[*domain.Limited](err)
	if !ok {
		t.Fatalf("the error %v tells nothing of a budget", err)
	}
	return l
}

// fail tries n wrong passwords as a stranger, the limits waited for.
func (w *world) fail(n int) {
	w.t.Helper()
	for range n {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrInvalidCredentials)
		w.pass(limited(w.t, err).RetryAfter)
	}
}

// After five wrong passwords each further one waits twice as long, up to an hour; whether the address has an account, or the
// password is right, makes no difference and is not even looked at.
func TestWrongPasswordsSlowDownAlike(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			for n := range 14 {
				_, err := w.logIn(ada, otherPass)
				w.want(err, domain.ErrInvalidCredentials)
				got, want := limited(t, err), domain.Limited{Limit: 5, Remaining: max(4-n, 0)}
				if n >= 4 {
					want.RetryAfter = min(30*time.Second<<(n-4), time.Hour)
				}
				if got.Limit != want.Limit || got.Remaining != want.Remaining || got.RetryAfter != want.RetryAfter {
					t.Fatalf("wrong password %d: %+v, want %+v", n+1, got, want)
				}
				for _, early := range []time.Duration{0, want.RetryAfter - 1} {
					if early <= 0 && n < 4 {
						continue
					}
					w.pass(early)
					hashed, verified := w.hasher.cost(func() { _, err = w.logIn(ada, password) })
					w.want(err, domain.ErrTooManyAttempts)
					if l := limited(t, err); hashed+verified != 0 || l.RetryAfter != want.RetryAfter-early || l.Remaining != 0 {
						t.Errorf("an early login cost %d hashes and is told to wait %v", hashed+verified, l.RetryAfter)
					}
					w.pass(-early)
				}
				w.pass(want.RetryAfter)
			}
		})
	}
}

func TestRightPasswordForgivesTheWrongOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for range 3 {
		w.fail(4)
		w.loggedIn(ada, password)
	}
	w.fail(7)
	w.loggedIn(ada, password)
	w.fail(4)
}

func TestHundredWrongPasswordsDisableThePasswordUntilAReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.registered(ada, password)
	w.fail(100)
	w.pass(24 * time.Hour)
	hashed, verified := w.hasher.cost(func() {
		_, err := w.logIn(ada, password)
		w.want(err, domain.ErrPasswordDisabled)
	})
	if hashed+verified != 0 {
		t.Error("a disabled password was hashed")
	}
	if _, err := w.RefreshTokens(t.Context(), session.RefreshToken, home); err != nil {
		t.Errorf("a live session ended with the password: %v", err)
	}
	w.must(w.ResetPassword(t.Context(), w.resetToken(ada), otherPass, home))
	w.loggedIn(ada, otherPass)
}

// The password of an address without account is disabled alike.
func TestHundredWrongPasswordsOfNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fail(100)
	w.pass(24 * time.Hour)
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrPasswordDisabled)
}

func TestKnownDeviceHasABudgetOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	known, err := w.logIn(ada, password)
	w.must(err)
	for range 1000 {
		_, _ = w.logIn(ada, otherPass)
	}
	in := app.LogInInput{Email: ada, Password: password, DeviceToken: known.DeviceToken, From: home}
	again, err := w.LogIn(t.Context(), in)
	w.must(err)
	in.DeviceToken, in.Password = again.DeviceToken, otherPass
	for range 5 {
		_, err = w.LogIn(t.Context(), in)
		w.want(err, domain.ErrInvalidCredentials)
	}
	in.Password = password
	_, err = w.LogIn(t.Context(), in)
	w.want(err, domain.ErrTooManyAttempts)
}

func TestDeviceTokenIsGoodForItsAddressAndTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.registered("bea@example.com", password)
	known, err := w.logIn("bea@example.com", password)
	w.must(err)
	own, err := w.logIn(ada, password)
	w.must(err)
	w.fail(5)
	w.pass(-30 * time.Second)
	for name, token := range map[string]string{
		"of another address": known.DeviceToken, "none": "", "changed": own.DeviceToken[:len(own.DeviceToken)-1] + "x", "garbage": "sdev_!",
		"a refresh token": own.RefreshToken,
	} {
		_, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: token, From: home})
		if !errors.Is(err, domain.ErrTooManyAttempts) {
			t.Errorf("a device token %s: %v, want what a stranger gets", name, err)
		}
	}
	in := app.LogInInput{Email: ada, Password: password, DeviceToken: own.DeviceToken, From: home}
	if _, err := w.LogIn(t.Context(), in); err != nil {
		t.Errorf("the address's own device token: %v", err)
	}
	w.pass(domain.DeviceTokenLifetime)
	w.fail(5)
	w.pass(-30 * time.Second)
	if _, err := w.LogIn(t.Context(), in); !errors.Is(err, domain.ErrTooManyAttempts) {
		t.Errorf("an expired device token: %v", err)
	}
}

// The guesses of a session and those of a login from its device count together.
func TestEveryPasswordCheckSharesTheBudget(t *testing.T) {
	t.Parallel()
	checks := map[string]func(w *world, in app.SignedIn, password string) error{
		"login": func(w *world, in app.SignedIn, password string) error {
			_, err := w.LogIn(w.t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
			return err
		},
		"password change": func(w *world, in app.SignedIn, password string) error {
			return w.ChangePassword(w.t.Context(), w.caller(in.TokenPair), password, "five yellow parrots sing")
		},
		"termination": func(w *world, in app.SignedIn, password string) error {
			return w.TerminateAccount(w.t.Context(), w.caller(in.TokenPair), password)
		},
	}
	for failing, fail := range checks {
		for name, check := range checks {
			t.Run(fmt.Sprintf("%s after wrong passwords at %s", name, failing), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.registered(ada, password)
				in, err := w.logIn(ada, password)
				w.must(err)
				for range 5 {
					if err := fail(w, in, otherPass); !errors.Is(err, domain.ErrInvalidCredentials) {
						t.Fatal(err)
					}
				}
				w.want(check(w, in, password), domain.ErrTooManyAttempts)
				w.pass(30 * time.Second)
				w.must(check(w, in, password))
			})
		}
	}
}

func TestVerificationSharesTheStrangersBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	w.fail(3)
	for range 2 {
		_, err := w.VerifyEmail(t.Context(), token, otherPass, home)
		w.want(err, domain.ErrWrongPassword)
	}
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrTooManyAttempts)
	w.pass(30 * time.Second)
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestGuessThatWasNotHashedDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.err = domain.ErrBusy
	for range 10 {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrBusy)
	}
	w.hasher.err = nil
	w.fail(4)
	w.loggedIn(ada, password)
}

func TestWhileTooManyWaitNothingIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Throttle.NetworkRequests, w.Throttle.Failures = 1, 1
	w.hasher.notReady = domain.ErrBusy
	for range 3 {
		w.want(w.SignUp(t.Context(), signUpOf(ada, password)), domain.ErrBusy)
		_, err := w.logIn(ada, password)
		w.want(err, domain.ErrBusy)
	}
	w.hasher.notReady = nil
	w.must(w.SignUp(t.Context(), signUpOf(ada, password)))
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
}

func TestNetworkHasABudgetOfWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for n := range w.Throttle.NetworkFailures {
		_, err := w.logIn(fmt.Sprintf("user%d@example.com", n), otherPass)
		w.want(err, domain.ErrInvalidCredentials)
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrTooManyAttempts)
	if l := limited(t, err); l.RetryAfter != w.Throttle.Window || l.Limit != w.Throttle.NetworkFailures {
		t.Errorf("told %+v", l)
	}
	if _, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, From: netip.MustParsePrefix("192.0.2.2/32")}); err != nil {
		t.Errorf("from another network: %v", err)
	}
	w.pass(w.Throttle.Window)
	w.loggedIn(ada, password)
}

func TestServiceHasABudgetOfWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Throttle.ServiceFailures = 20
	w.registered(ada, password)
	known, err := w.logIn(ada, password)
	w.must(err)
	for n := range 20 {
		from := netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(n)}), 32)
		_, err := w.LogIn(t.Context(), app.LogInInput{Email: fmt.Sprintf("user%d@example.com", n), Password: otherPass, From: from})
		w.want(err, domain.ErrInvalidCredentials)
	}
	_, err = w.logIn(ada, password)
	w.want(err, domain.ErrTooManyAttempts)
	if _, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: known.DeviceToken, From: home}); err != nil {
		t.Errorf("from a known device: %v", err)
	}
}

// Signups and requests for mail from one network count together, and what is refused is neither hashed nor stored.
func TestNetworkHasABudgetOfRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Throttle.NetworkRequests = 3
	w.signUp(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), ada, home))
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	w.store.TakeLetters()
	hashed, _ := w.hasher.cost(func() { w.want(w.SignUp(t.Context(), signUpOf(ada, password)), domain.ErrTooManyAttempts) })
	w.want(w.RequestPasswordReset(t.Context(), ada, home), domain.ErrTooManyAttempts)
	w.want(w.RequestEmailVerification(t.Context(), ada, home), domain.ErrTooManyAttempts)
	if letters := w.store.TakeLetters(); hashed != 0 || len(letters) != 0 {
		t.Errorf("refused requests cost %d hashes and %d letters", hashed, len(letters))
	}
	w.must(w.RequestPasswordReset(t.Context(), ada, netip.MustParsePrefix("2001:db8::/64")))
	w.pass(w.Throttle.Window)
	w.signUp(ada, password)
}

// An address gets three letters of a kind in a quarter of an hour and ten in a day, however often somebody asks.
func TestLettersToAnAddressAreCapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Throttle.NetworkRequests = 0
	w.registered(ada, password)
	w.pass(24 * time.Hour)
	day := w.now
	sent := 0
	for w.now.Before(day.Add(2 * time.Hour)) {
		for range 5 {
			w.must(w.RequestPasswordReset(t.Context(), ada, home))
		}
		burst := len(w.deliver())
		if burst > 3 {
			t.Errorf("%d letters at once", burst)
		}
		sent += burst
		w.pass(15 * time.Minute)
	}
	if sent != 10 {
		t.Errorf("%d letters in a day, want 10", sent)
	}
	// Of another kind there is a letter all the same.
	w.signUp(ada, password)
	w.deliverOne(domain.MailAlreadyRegistered)
	w.pass(22 * time.Hour)
	w.must(w.RequestPasswordReset(t.Context(), ada, home))
	w.deliverOne(domain.MailPasswordReset)
}

func TestLetterThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	letter := w.store.TakeLetters()[0]
	w.mailer.Fail(errors.New("the server is down"))
	for range 20 {
		if err := w.WriteLetter(t.Context(), "letter", letter); err == nil {
			t.Fatal("a letter was sent by a server that is down")
		}
	}
	w.mailer.Fail(nil)
	w.must(w.WriteLetter(t.Context(), "letter", letter))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v", sent)
	}
}
