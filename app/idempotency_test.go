package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const repeatKey = "8e03978e-40d5-43dd-bc93-6894a57f9324"

// repeatable is a signup with a key.
func repeatable(email, password, key string) app.SignUpInput {
	in := signUpOf(email, password)
	in.IdempotencyKey = &key
	return in
}

func TestARepeatedSignupHasNoFurtherEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
		w.pass(domain.IdempotencyLifetime / 4)
	}
	if due := w.store.TakeMessages(); len(due) != 1 || w.hasher.hashed != 1 {
		t.Errorf("%d messages and %d hashes, want one each", len(due), w.hasher.hashed)
	}
	w.pass(domain.IdempotencyLifetime / 4)
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	if due := w.store.TakeMessages(); len(due) != 1 {
		t.Errorf("%d messages after the lifetime of the key, want 1", len(due))
	}
}

func TestAnIdempotencyKeyIsForOneInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	name := repeatable(ada, password, repeatKey)
	name.FullName = "Ada Byron"
	shifted := repeatable(ada, password, repeatKey)
	shifted.Country, shifted.StateProvince = "DE", "DE-BY"
	for _, other := range []app.SignUpInput{
		repeatable(ada, otherPass, repeatKey), repeatable("bea@example.com", password, repeatKey), name, shifted,
	} {
		w.want(w.SignUp(t.Context(), other), domain.ErrIdempotencyKeyReused)
	}
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey+"-2")))
	if due := w.store.TakeMessages(); len(due) != 2 {
		t.Errorf("%d messages, want one for each key", len(due))
	}
	w.want(w.SignUp(t.Context(), repeatable(ada, password, "short")), domain.ErrInvalidIdempotencyKey)
}

// A call that failed leaves its key usable, also for another input.
func TestAFailedCallFreesItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantViolations(w.SignUp(t.Context(), repeatable(ada, breachedPass, repeatKey)), "password password_breached")
	w.hasher.err = domain.ErrBusy
	w.want(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)), domain.ErrBusy)
	w.hasher.err = nil
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	if due := w.store.TakeMessages(); len(due) != 1 {
		t.Errorf("%d messages, want 1", len(due))
	}
}

func TestARepetitionWaitsForTheFirstCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var inner error
	w.hasher.afterHash = func() { // the first call is hashed and not yet stored
		before := w.now
		inner = w.SignUp(t.Context(), repeatable(ada, password, repeatKey))
		if waited := w.now.Sub(before); waited < domain.IdempotencyWait || waited > 2*domain.IdempotencyWait {
			t.Errorf("the repetition waited %v", waited)
		}
	}
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	w.want(inner, domain.ErrIdempotentCallInProgress)
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	if due := w.store.TakeMessages(); len(due) != 1 {
		t.Errorf("%d messages, want 1", len(due))
	}
}

// A call whose replica was killed is repeated after a while. If it was only slow, it has no effect any more.
func TestAnAbandonedCallIsRepeatedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hasher.afterHash = func() {
		w.pass(domain.IdempotencyAbandonedAfter)
		w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
	}
	w.want(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)), domain.ErrIdempotentCallInProgress)
	if due := w.store.TakeMessages(); len(due) != 1 {
		t.Errorf("%d messages, want 1", len(due))
	}
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
}

func TestARepeatedResetReturnsADeviceTokenOfTheSameDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	key := repeatKey
	in := app.ResetPasswordInput{Token: w.resetToken(ada), NewPassword: otherPass, IdempotencyKey: &key, From: home}
	first, err := w.ResetPassword(t.Context(), in)
	w.must(err)
	w.deliverOne(domain.MessagePasswordChanged)
	w.pass(time.Hour)
	again, err := w.ResetPassword(t.Context(), in)
	w.must(err)
	if again == first || again == "" {
		t.Error("the repetition returned no new device token")
	}
	if due := w.store.TakeMessages(); len(due) != 0 {
		t.Errorf("the repetition requested %d messages", len(due))
	}
	for _, device := range []string{first, again} {
		_, err := w.LogIn(t.Context(), app.LogInInput{Email: ada, Password: otherPass, DeviceToken: device, From: home})
		w.must(err)
	}
	other := in
	other.NewPassword = "five yellow parrots sing"
	_, err = w.ResetPassword(t.Context(), other)
	w.want(err, domain.ErrIdempotencyKeyReused)
	unknown := in
	another := repeatKey + "-2"
	for _, k := range []*string{nil, &another} {
		unknown.IdempotencyKey = k
		_, err := w.ResetPassword(t.Context(), unknown)
		w.want(err, domain.ErrInvalidToken)
	}
}

func TestARepeatedTerminationSucceeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	other := w.caller(w.registered("bea@example.com", password))
	key := repeatKey
	w.must(w.TerminateAccount(t.Context(), c, password, &key))
	w.must(w.TerminateAccount(t.Context(), c, password, &key))
	w.want(w.TerminateAccount(t.Context(), c, otherPass, &key), domain.ErrIdempotencyKeyReused)
	w.want(w.TerminateAccount(t.Context(), c, password, nil), domain.ErrInvalidAccessToken)
	if due := w.store.TakeMessages(); len(due) != 1 {
		t.Errorf("%d messages, want 1", len(due))
	}
	w.want(w.TerminateAccount(t.Context(), other, otherPass, &key), domain.ErrWrongPassword)
	w.must(w.TerminateAccount(t.Context(), other, password, &key))
}

// A call that fails only because its client disconnected frees its key all the same.
func TestACallIsAbandonedThoughTheClientDisconnected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hasher.err = errors.New("client disconnected")
	if err := w.SignUp(t.Context(), repeatable(ada, password, repeatKey)); !errors.Is(err, w.hasher.err) {
		t.Fatal(err)
	}
	w.hasher.err = nil
	w.must(w.SignUp(t.Context(), repeatable(ada, password, repeatKey)))
}
