package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// rateLimitError returns the rate limit that err reports.
func rateLimitError(t *testing.T, err error) *domain.RateLimitError {
	t.Helper()
	l, ok := errors.AsType[*domain.RateLimitError](err)
	if !ok {
		t.Fatalf("the error %v reports no rate limit", err)
	}
	return l
}

// failLogins tries n wrong passwords without a known device, and waits as long as the limits require.
func (w *world) failLogins(n int) {
	w.t.Helper()
	for range n {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrInvalidCredentials)
		w.pass(rateLimitError(w.t, err).RetryAfter)
	}
}

// After five wrong passwords each further attempt waits twice as long, up to an hour. An attempt while blocked looks up no
// account and checks no password, so it behaves the same for every state of the email address and for the right password.
func TestWrongPasswordsSlowDownAlike(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			for n := range 14 {
				_, err := w.logIn(ada, otherPass)
				w.want(err, domain.ErrInvalidCredentials)
				got, want := rateLimitError(t, err), domain.RateLimitState{Limit: 5, Remaining: max(4-n, 0)}
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
					if l := rateLimitError(t, err); hashed+verified != 0 || l.RetryAfter != want.RetryAfter-early || l.Remaining != 0 {
						t.Errorf("an early login cost %d hashes and must wait %v, want 0 and %v", hashed+verified, l.RetryAfter, want.RetryAfter-early)
					}
					w.pass(-early)
				}
				w.pass(want.RetryAfter)
			}
		})
	}
}

func TestRightPasswordClearsTheCounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for range 3 {
		w.failLogins(4)
		w.loggedIn(ada, password)
	}
	w.failLogins(7)
	w.loggedIn(ada, password)
	w.failLogins(4)
}

// logInFrom logs in without a known device from a network.
func (w *world) logInFrom(from, email, password string) error {
	w.t.Helper()
	_, err := w.LogIn(w.t.Context(), app.LogInInput{Email: email, Password: password, From: netip.MustParsePrefix(from)})
	return err
}

// attack sends wrong passwords for an email address from the nth /24 network until they are refused, and returns how many were
// checked.
func (w *world) attack(email string, n int) (checked int) {
	w.t.Helper()
	from := fmt.Sprintf("198.18.%d.1/32", n)
	for errors.Is(w.logInFrom(from, email, otherPass), domain.ErrInvalidCredentials) {
		checked++
	}
	return checked
}

// Five wrong passwords block the attackers' network, not the account holder's.
func TestWrongPasswordsFromOneNetworkDoNotBlockAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	if checked := w.attack(ada, 1); checked != 5 {
		t.Errorf("%d wrong passwords were checked, want 5", checked)
	}
	w.want(w.logInFrom("198.18.1.200/32", ada, password), domain.ErrTooManyAttempts) // a neighbor of the attacker
	w.must(w.logInFrom("203.0.113.7/32", ada, password))
}

// One network that waits out every block uses up no more than its share of what an email address takes in a month. The account
// holder logs in from elsewhere on each of the days.
func TestOneNetworkCannotUseUpTheAttemptsOfAMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	checked := 0
	for range 30 * 24 {
		if errors.Is(w.logInFrom("198.18.1.1/32", ada, otherPass), domain.ErrInvalidCredentials) {
			checked++
		}
		w.pass(time.Hour)
		if checked%5 == 0 {
			w.must(w.logInFrom("203.0.113.7/32", ada, password))
		}
	}
	if checked < 20 || checked > 25 { // a second window may begin on the last day
		t.Errorf("%d wrong passwords were checked in 30 days, want 20", checked)
	}
}

// However the attackers spread their attempts over networks and days, at most 50 a day and 80 in 30 days are checked. The blocks
// end by time alone, the known device is not concerned, and a reset gives the account holder another one: five years long.
func TestEveryBlockOfAnEmailAddressEndsByTime(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"account", "no account"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var device string
			if state == "account" {
				w.registered(ada, password)
				in, err := w.logIn(ada, password)
				w.must(err)
				device = in.DeviceToken
			}
			const attacked, years = 65, 5
			var perDay []int
			for day := range attacked {
				checked := 0
				for n := range 20 {
					checked += w.attack(ada, n)
				}
				perDay = append(perDay, checked)
				if state == "account" && day%20 == 0 {
					in := app.LogInInput{Email: ada, Password: password, DeviceToken: device, From: home}
					again, err := w.LogIn(t.Context(), in)
					if err != nil {
						t.Fatalf("day %d: the known device: %v", day, err)
					}
					device = again.DeviceToken
				}
				w.pass(24 * time.Hour)
			}
			for begin := range perDay {
				sum := 0
				for _, n := range perDay[begin:min(begin+30, attacked)] {
					sum += n
				}
				// A window of the counter that begins within 30 days may follow another one.
				if perDay[begin] > 50 || sum > 2*80 {
					t.Fatalf("day %d: %d wrong passwords were checked, and %d in 30 days", begin, perDay[begin], sum)
				}
			}
			for range years * 12 {
				w.attack(ada, 1)
				w.pass(30 * 24 * time.Hour)
			}
			w.pass(30 * 24 * time.Hour)
			if state == "account" {
				w.must(w.logInFrom("203.0.113.7/32", ada, password))
			}
		})
	}
}

// Clients that cannot read the messages to an email address cannot keep its pending signup from being verified.
func TestWrongPasswordsForAnEmailAddressDoNotBlockItsVerification(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 20 {
		w.attack(ada, n)
	}
	token := w.pending(ada, password)
	for range 9 {
		_, err := w.VerifyEmail(t.Context(), token, otherPass, home)
		w.want(err, domain.ErrNoMatchingSignup)
	}
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestKnownDeviceHasARateLimitOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	known, err := w.logIn(ada, password)
	w.must(err)
	for n := range 20 {
		w.attack(ada, n)
	}
	in := app.LogInInput{Email: ada, Password: password, DeviceToken: known.DeviceToken, From: home}
	again, err := w.LogIn(t.Context(), in)
	w.must(err)
	in.DeviceToken, in.Password = again.DeviceToken, otherPass
	for range 20 {
		_, err = w.LogIn(t.Context(), in)
		w.want(err, domain.ErrInvalidCredentials)
	}
	in.Password = password
	_, err = w.LogIn(t.Context(), in)
	w.want(err, domain.ErrTooManyAttempts)
	w.pass(30*24*time.Hour - time.Second)
	_, err = w.LogIn(t.Context(), in)
	w.want(err, domain.ErrTooManyAttempts)
	w.pass(time.Second)
	_, err = w.LogIn(t.Context(), in)
	w.must(err)
}

// Attempts count before they are hashed, right ones too: one client cannot keep the service busy with its right password.
func TestAttemptsAreLimitedRightOrWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	in, err := w.logIn(ada, password)
	w.must(err)
	w.pass(w.RateLimits.Window)
	for range 30 {
		w.must(w.logInFrom("198.18.1.1/32", ada, password))
	}
	hashed, verified := w.hasher.cost(func() {
		w.want(w.logInFrom("198.18.1.2/32", ada, password), domain.ErrTooManyAttempts)
	})
	if hashed+verified != 0 {
		t.Error("a refused attempt was hashed")
	}
	w.must(w.logInFrom("198.18.2.1/32", ada, password))
	for range 30 {
		again, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
		w.must(err)
		in.DeviceToken = again.DeviceToken
	}
	_, err = w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
	w.want(err, domain.ErrTooManyAttempts)
	w.pass(w.RateLimits.Window)
	w.must(w.logInFrom("198.18.1.1/32", ada, password))
}

func TestDeviceTokenIsValidForItsAccountUntilItExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.registered("bea@example.com", password)
	known, err := w.logIn("bea@example.com", password)
	w.must(err)
	own, err := w.logIn(ada, password)
	w.must(err)
	w.failLogins(w.RateLimits.Attempts)
	w.pass(-30 * time.Second)
	for name, token := range map[string]string{
		"of another account": known.DeviceToken, "none": "", "changed": own.DeviceToken[:len(own.DeviceToken)-1] + "x", "garbage": "sdev_!",
		"a refresh token": own.RefreshToken,
	} {
		_, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: token, From: home})
		if !errors.Is(err, domain.ErrTooManyAttempts) {
			t.Errorf("device token: %s: got the error %v, want the rate limit without a known device", name, err)
		}
	}
	in := app.LogInInput{Email: ada, Password: password, DeviceToken: own.DeviceToken, From: home}
	if _, err := w.LogIn(t.Context(), in); err != nil {
		t.Errorf("the account's own device token: %v", err)
	}
	w.pass(domain.DeviceTokenLifetime)
	w.failLogins(w.RateLimits.Attempts)
	w.pass(-30 * time.Second)
	if _, err := w.LogIn(t.Context(), in); !errors.Is(err, domain.ErrTooManyAttempts) {
		t.Errorf("an expired device token: got the error %v, want %v", err, domain.ErrTooManyAttempts)
	}
}

// The attempts of a session and those of a login from its device count together.
func TestEveryPasswordCheckSharesTheRateLimit(t *testing.T) {
	t.Parallel()
	checks := map[string]func(w *world, in app.LoggedIn, password string) error{
		"login": func(w *world, in app.LoggedIn, password string) error {
			_, err := w.LogIn(w.t.Context(), app.LogInInput{Email: ada, Password: password, DeviceToken: in.DeviceToken, From: home})
			return err
		},
		"password change": func(w *world, in app.LoggedIn, password string) error {
			return w.ChangePassword(w.t.Context(), w.caller(in.TokenPair), password, "five yellow parrots sing")
		},
		"termination": func(w *world, in app.LoggedIn, password string) error {
			return w.TerminateAccount(w.t.Context(), w.caller(in.TokenPair), password, nil)
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
				for range 20 {
					if err := fail(w, in, otherPass); !errors.Is(err, domain.ErrInvalidCredentials) {
						t.Fatal(err)
					}
				}
				w.want(check(w, in, password), domain.ErrTooManyAttempts)
			})
		}
	}
}

// Ten wrong passwords end one link. Another link of the same email address, and the right password with it, are not affected.
func TestVerificationLinkEndsAfterTenWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.pending(ada, password)
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	second := w.token(w.deliverOne(domain.MessageVerification), verificationLink)
	for n := range domain.LinkAttempts {
		_, err := w.VerifyEmail(t.Context(), first, otherPass, home)
		w.want(err, domain.ErrNoMatchingSignup)
		limit, ok := errors.AsType[*domain.RateLimitError](err)
		if !ok || limit.Remaining != domain.LinkAttempts-1-n || limit.RetryAfter != 0 {
			t.Errorf("after %d wrong passwords: %+v", n+1, limit)
		}
	}
	hashed, verified := w.hasher.cost(func() {
		_, err := w.VerifyEmail(t.Context(), first, password, home)
		w.want(err, domain.ErrInvalidToken)
	})
	if hashed+verified != 0 {
		t.Error("a dead link cost a hash")
	}
	_, err := w.VerifyEmail(t.Context(), second, password, home)
	w.must(err)
}

func TestAttemptThatWasNotHashedDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.err = domain.ErrBusy
	for range 10 {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrBusy)
	}
	w.hasher.err = nil
	w.failLogins(4)
	w.loggedIn(ada, password)
}

func TestNothingIsCountedWhileTheHashQueueIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.NetworkRequests, w.RateLimits.Attempts = 1, 1
	w.build()
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

func TestNetworkHasARateLimitOfWrongPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for n := range w.RateLimits.NetworkFailures {
		_, err := w.logIn(fmt.Sprintf("user%d@example.com", n), otherPass)
		w.want(err, domain.ErrInvalidCredentials)
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrTooManyAttempts)
	if l := rateLimitError(t, err); l.RetryAfter != w.RateLimits.Window || l.Limit != w.RateLimits.NetworkFailures {
		t.Errorf("got the rate limit %+v, want %d until %v", l, w.RateLimits.NetworkFailures, w.RateLimits.Window)
	}
	elsewhere := netip.MustParsePrefix("192.0.2.2/32")
	if _, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: password, From: elsewhere}); err != nil {
		t.Errorf("from another network: %v", err)
	}
	w.pass(w.RateLimits.Window)
	w.loggedIn(ada, password)
}

// Ten thousand wrong passwords and requests from one network refuse no client of another one: there is no limit of the whole
// service. A home network of a /56 uses at most an eighth of what its /48 may.
func TestOneNetworkCannotUseUpTheLimitsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	passwords, requests := 0, 0
	for n := range 10_050 {
		from := fmt.Sprintf("2001:db8:1:%x::/64", n%256)
		if err := w.logInFrom(from, fmt.Sprintf("user%d@example.com", n), otherPass); errors.Is(err, domain.ErrInvalidCredentials) {
			passwords++
		}
		err := w.RequestPasswordReset(t.Context(), fmt.Sprintf("user%d@example.com", n), "", netip.MustParsePrefix(from))
		if err == nil {
			requests++
		}
	}
	if passwords != 200 || requests != 200 {
		t.Errorf("the /56 sent %d passwords and %d requests, want 200 of each", passwords, requests)
	}
	neighbor := "2001:db8:1:100::/64" // in another /56 of the same /48
	w.must(w.logInFrom(neighbor, ada, password))
	w.must(w.RequestPasswordReset(t.Context(), ada, "", netip.MustParsePrefix(neighbor)))
	w.must(w.logInFrom("203.0.113.7/32", ada, password))
}

// A client that hangs up while it waits in the queue does not count for the email address, whose holder may be another person,
// but counts for its networks, so that it cannot fill the queue without end.
func TestAnAttemptThatHangsUpBeforeItsHashCountsForItsNetworkOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.NetworkFailures = 6
	w.build()
	w.registered(ada, password)
	for range 6 {
		ctx, hangUp := context.WithCancel(t.Context())
		hangUp()
		if _, err := w.LogIn(ctx, app.LogInInput{Email: ada, Password: otherPass, From: home}); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrTooManyAttempts)
	w.pass(w.RateLimits.Window)
	_, err = w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
	if l := rateLimitError(t, err); l.Remaining != 4 {
		t.Errorf("%d of the address's attempts remain, want 4", l.Remaining)
	}
}

// Signups and requests for messages from one network count together. A refused request is neither hashed nor stored.
func TestNetworkHasARateLimitOfRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.NetworkRequests = 3
	w.build()
	w.signUp(ada, password)
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	w.store.TakeMessages()
	hashed, _ := w.hasher.cost(func() {
		w.want(w.SignUp(t.Context(), signUpOf(ada, password)), domain.ErrTooManyAttempts)
	})
	w.want(w.RequestPasswordReset(t.Context(), ada, "", home), domain.ErrTooManyAttempts)
	w.want(w.RequestEmailVerification(t.Context(), ada, home), domain.ErrTooManyAttempts)
	if due := w.store.TakeMessages(); hashed != 0 || len(due) != 0 {
		t.Errorf("refused requests cost %d hashes and requested %d messages", hashed, len(due))
	}
	w.must(w.RequestPasswordReset(t.Context(), ada, "", netip.MustParsePrefix("2001:db8::/64")))
	w.pass(w.RateLimits.Window)
	w.signUp(ada, password)
}

func TestMessageThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	request := w.store.TakeMessages()[0]
	w.mailer.Fail(errors.New("the server is down"))
	for range 20 {
		if err := w.SendMessage(t.Context(), "1", request); err == nil {
			t.Fatal("a server that is down sent a message")
		}
	}
	w.mailer.Fail(nil)
	w.must(w.SendMessage(t.Context(), "1", request))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Errorf("sent %v, want one message", sent)
	}
}
