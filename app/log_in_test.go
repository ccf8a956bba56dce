package app_test

import (
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// Each login costs one verification, and every refusal is the same error.
func TestLogInCostsOneHash(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
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
				if len(w.store.TakeMessages()) != 0 {
					t.Error("a refused login requested a message")
				}
			}
		})
	}
}

func TestEachLogInCreatesASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.registered(ada, password)
	second := w.loggedIn(ada, password)
	a, b := w.caller(first), w.caller(second)
	if a.UserID != b.UserID || a.SessionID == b.SessionID {
		t.Error("a second login is not a second session of the same user")
	}
	if first.RefreshToken == second.RefreshToken || first.AccessToken == second.AccessToken {
		t.Error("two sessions have a token in common")
	}
	w.wantLive(first)
	w.wantLive(second)
}

func TestLogInRefusesInvalidInputWithoutHashing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.logIn("ada", "")
	w.wantViolations(err, "email invalid_email", "password required")
	if w.hasher.verified != 0 {
		t.Error("invalid input was hashed")
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

func TestLogInReplacesAnOutdatedHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	old := w.user(c).PasswordHash
	w.hasher.Parameters++
	var pair app.TokenPair
	hashed, verified := w.hasher.cost(func() { pair = w.loggedIn(ada, password) })
	if hashed != 1 || verified != 1 || w.user(c).PasswordHash == old {
		t.Errorf("an outdated hash cost %d hashes and %d verifications, want one each and a new hash", hashed, verified)
	}
	w.wantLive(pair)
	if hashed, _ := w.hasher.cost(func() { w.loggedIn(ada, password) }); hashed != 0 {
		t.Error("a replaced hash was replaced again")
	}
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("replacing a hash mailed %v", messages)
	}
}

// An outdated hash reveals nothing: a login to an unusable account costs what any refused login costs.
func TestLogInToAnUnusableAccountReplacesNoHash(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
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

func TestLogInWithTheWrongPasswordReplacesNoHash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.hasher.Parameters++
	hashed, _ := w.hasher.cost(func() {
		_, err := w.logIn(ada, otherPass)
		w.want(err, domain.ErrInvalidCredentials)
	})
	if hashed != 0 {
		t.Error("a wrong password was hashed, not only verified")
	}
}

// Two logins that replace one hash concurrently both succeed.
func TestConcurrentLoginsReplaceAnOutdatedHashOnce(t *testing.T) {
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
	for _, outdated := range []bool{true, false} {
		w := newWorld(t)
		c := w.caller(w.registered(ada, password))
		change := func() { w.must(w.ChangePassword(t.Context(), c, password, otherPass)) }
		if outdated {
			w.hasher.Parameters++
			w.hasher.afterHash = change
		} else {
			w.hasher.afterVerify = change
		}
		_, err := w.logIn(ada, password)
		w.want(err, domain.ErrInvalidCredentials)
	}
}

// A login succeeds even if its outdated hash cannot be replaced now.
func TestLogInSucceedsWithoutReplacingTheHash(t *testing.T) {
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
