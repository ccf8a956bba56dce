package app_test

import (
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// Each login costs one verification, and whatever is wrong, the answer is the same.
func TestLogInCostsOneHash(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			for _, attempt := range []string{password, otherPass} {
				w := newWorld(t)
				state.reach(w)
				var err error
				hashed, verified := w.hasher.cost(func() { _, err = w.logIn("aDA@Example.com ", attempt) })
				if hashed != 0 || verified != 1 {
					t.Errorf("a login cost %d hashes and %d verifications, want one verification", hashed, verified)
				}
				if state.name == "verified" && attempt == password {
					w.must(err)
					continue
				}
				if !errors.Is(err, domain.ErrInvalidCredentials) {
					t.Errorf("got the error %v, want exactly %v", err, domain.ErrInvalidCredentials)
				}
				if len(w.store.TakeLetters()) != 0 {
					t.Error("a refused login was mailed about")
				}
			}
		})
	}
}

func TestLogInOpensASessionEachTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.registered(ada, password)
	second := w.loggedIn(ada, password)
	a, b := w.caller(first), w.caller(second)
	if a.UserID != b.UserID || a.SessionID == b.SessionID || first.RefreshToken == second.RefreshToken || first.AccessToken == second.AccessToken {
		t.Error("a second login is not a second session of the same user")
	}
	w.wantLive(first)
	w.wantLive(second)
}

func TestLogInRefusesFaultyInputWithoutHashing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.logIn("ada", "")
	w.wantFaults(err, "email invalid_email", "password required")
	if w.hasher.verified != 0 {
		t.Error("faulty input was hashed")
	}
}

func TestLogInWhileBusy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.err = domain.ErrBusy
	_, err := w.logIn(ada, password)
	w.want(err, domain.ErrBusy)
}

func TestLogInRenewsAStaleHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	old := w.user(c).PasswordHash
	w.hasher.Parameters++
	var pair app.TokenPair
	hashed, verified := w.hasher.cost(func() { pair = w.loggedIn(ada, password) })
	if hashed != 1 || verified != 1 || w.user(c).PasswordHash == old {
		t.Errorf("a stale hash cost %d hashes and %d verifications, want one each and a new hash", hashed, verified)
	}
	w.wantLive(pair)
	if hashed, _ := w.hasher.cost(func() { w.loggedIn(ada, password) }); hashed != 0 {
		t.Error("a renewed hash was renewed again")
	}
	if mails := w.deliver(); len(mails) != 0 {
		t.Errorf("renewing a hash mailed %v", mails)
	}
}

// A stale hash gives nothing away: the login to an account that cannot be used costs what any refused login costs.
func TestLogInToAnUnusableAccountRenewsNothing(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		w := newWorld(t)
		state.reach(w)
		w.hasher.Parameters++
		if state.name == "verified" {
			continue
		}
		hashed, verified := w.hasher.cost(func() {
			_, err := w.logIn(ada, password)
			w.want(err, domain.ErrInvalidCredentials)
		})
		if hashed != 0 || verified != 1 {
			t.Errorf("%s: a login cost %d hashes and %d verifications, want one verification", state.name, hashed, verified)
		}
	}
}

func TestLogInWithTheWrongPasswordRenewsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.Parameters++
	hashed, _ := w.hasher.cost(func() {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrInvalidCredentials)
	})
	if hashed != 0 {
		t.Error("a wrong password was hashed anew")
	}
}

// Of two logins that renew one hash at once, both succeed.
func TestSimultaneousLoginsRenewAStaleHashOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.Parameters++
	var other app.TokenPair
	w.hasher.afterHash = func() { other = w.loggedIn(ada, password) }
	w.wantLive(w.loggedIn(ada, password))
	w.wantLive(other)
}

// A password change that overtakes a login leaves no session of the old password.
func TestPasswordChangeOvertakesLogIn(t *testing.T) {
	t.Parallel()
	for _, stale := range []bool{true, false} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		change := func() { w.must(w.ChangePassword(t.Context(), c, password, otherPass)) }
		if stale {
			w.hasher.Parameters++
			w.hasher.afterHash = change
		} else {
			w.hasher.afterVerify = change
		}
		_, err := w.logIn(ada, password)
		w.want(err, domain.ErrInvalidCredentials)
	}
}

// A hash that cannot be renewed now is no reason to refuse a login.
func TestLogInWithoutRenewing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	old := w.user(c).PasswordHash
	w.hasher.Parameters++
	w.hasher.afterVerify = func() { w.hasher.err = domain.ErrBusy }
	w.wantLive(w.loggedIn(ada, password))
	if w.user(c).PasswordHash != old {
		t.Error("the hash was replaced")
	}
}
