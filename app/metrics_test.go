package app_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Decisions are counted by the scope of the limit. Without limits there is nothing to decide.
func TestDecisionsOfTheRateLimitsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.NetworkRequests = 2
	w.build()
	for range 2 {
		w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	}
	w.want(w.RequestPasswordReset(t.Context(), ada, "", home), domain.ErrTooManyAttempts)
	got, scope := w.metrics.Counts(), w.RateLimits.Request([]string{"network"})[0].Scope
	if got.Allowed[scope] != 2 || got.Refused[scope] != 1 {
		t.Errorf("two allowed requests and one refused are counted as %+v", got)
	}
	if _, err := w.logIn(ada, otherPass); err == nil {
		t.Fatal("the login succeeded")
	}
	after, scope := w.metrics.Counts(), w.RateLimits.PasswordAttempt(domain.PasswordAttempt{})[0].Scope
	if after.Allowed[scope] != got.Allowed[scope]+1 {
		t.Errorf("a password attempt is counted as %+v", after)
	}

	w.RateLimits.NetworkRequests = 0
	w.build()
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	if diff := cmp.Diff(after, w.metrics.Counts()); diff != "" {
		t.Errorf("a request without a limit is counted:\n%s", diff)
	}
}

func TestAttemptsToSendAreCountedByOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUp(ada, password)
	due := w.store.TakeMessages()[0]
	busy := &ports.MailReplyError{Code: "451 4.7.1", Err: errors.New("recipient refused")}
	rejected := &ports.MailReplyError{Code: "550 5.1.1", Err: fmt.Errorf("recipient refused: %w", ports.ErrMessageRejected)}
	for _, result := range []error{errors.New("connection refused"), busy, busy, rejected, nil} {
		w.mailer.Fail(result)
		if err := w.SendMessage(t.Context(), "7", due); !errors.Is(err, result) {
			t.Errorf("got the error %v, want %v", err, result)
		}
	}
	want := map[ports.MessageOutcome]int{
		ports.MessageFailed: 1, ports.MessageRefused: 2, ports.MessageRejected: 1, ports.MessageSent: 1,
	}
	if diff := cmp.Diff(want, w.metrics.Counts().Messages); diff != "" {
		t.Errorf("the attempts are counted differently (-want +got):\n%s", diff)
	}
}
