package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// unlimited lifts the limit of requests by network, which is not what these tests are about.
func (w *world) unlimited() {
	w.RateLimits.NetworkRequests = 0
	w.build()
}

func (w *world) requestReset(deviceToken string) {
	w.t.Helper()
	w.must(w.RequestPasswordReset(w.t.Context(), ada, deviceToken, home))
}

// An attacker requests resets all night. The account holder requests one in the morning, and resets the password with the last link
// that was mailed, or with the next one.
func TestResetsOfTheNightDoNotStopTheOneOfTheMorning(t *testing.T) {
	t.Parallel()
	for attacker, every := range map[string]time.Duration{
		"ten requests immediately": time.Nanosecond, "ten requests": time.Hour, "a request every minute": time.Minute,
	} {
		t.Run(attacker, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.unlimited()
			w.registered(ada, password)
			morning := w.now.Add(8 * time.Hour)
			var last domain.Message
			for n := 0; w.now.Before(morning); n++ {
				if n < 10 || every == time.Minute {
					w.requestReset("")
				}
				if sent := w.deliver(); len(sent) > 0 {
					last = sent[len(sent)-1]
				}
				w.pass(every)
				if n > 10 && every < time.Minute {
					w.now = morning
				}
			}
			if sent := len(w.mailer.Sent()); sent > 11 {
				t.Errorf("the mailbox received %d messages", sent)
			}
			w.requestReset("")
			if sent := w.deliver(); len(sent) > 0 {
				last = sent[len(sent)-1]
			}
			if err := w.resetPassword(w.token(last, resetLink), otherPass, home); err != nil {
				t.Errorf("the account holder's reset: %v", err)
			}
		})
	}
}

// After a reset the used link no longer counts as live: a further request waits for the end of the gap, and is then sent.
func TestARequestAfterAResetIsSentAtTheEndOfTheGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for range 4 {
		w.requestReset("")
	}
	sent := w.deliver()
	if len(sent) != 3 {
		t.Fatalf("sent %d messages, want 3", len(sent))
	}
	w.must(w.resetPassword(w.token(sent[2], resetLink), otherPass, home))
	w.deliverOne(domain.MessagePasswordChanged)
	for range 5 {
		w.requestReset("")
	}
	if sent := w.deliver(); len(sent) != 0 {
		t.Fatalf("sent %v within the gap", sent)
	}
	w.pass(5 * time.Minute)
	again := w.deliverOne(domain.MessagePasswordReset)
	w.must(w.resetPassword(w.token(again, resetLink), password, home))
}

// A reset link is valid for at least twice the gap after it, and the message says for how long.
func TestResetLinksLiveLongerAsTheGapsGrow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	for n := range 12 {
		w.requestReset("")
		m := w.deliverOne(domain.MessagePasswordReset)
		if n == 11 && m.LinkLifetime != 8*time.Hour {
			t.Errorf("the link of message %d is valid for %v", n+1, m.LinkLifetime)
		}
		token := w.token(m, resetLink)
		requestedAt := w.now
		w.pass(m.LinkLifetime - 1)
		// A password that is refused leaves the link usable, and shows that it is.
		if err := w.resetPassword(token, "short", home); errors.Is(err, domain.ErrInvalidToken) {
			t.Errorf("the link of message %d is not valid for %v", n+1, m.LinkLifetime)
		}
		w.now = requestedAt
		w.pass(4 * time.Hour)
		if w.now.Sub(requestedAt) > m.LinkLifetime && n >= 9 {
			t.Errorf("the link of message %d expired before the gap ended", n+1)
		}
		w.now = requestedAt.Add(min(4*time.Hour, m.LinkLifetime/2))
	}
}

// A request with the token of a known device is outside of the spacing, five times a day.
func TestAKnownDeviceRequestsAResetWhateverOthersRequested(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	device := w.verified(ada, password).DeviceToken
	for range 100 {
		w.requestReset("")
	}
	w.deliver()
	for range 5 {
		w.requestReset(device)
		m := w.deliverOne(domain.MessagePasswordReset)
		if m.LinkLifetime != time.Hour {
			t.Errorf("the link is valid for %v", m.LinkLifetime)
		}
	}
	// Beyond its limit a device is spaced like any other client.
	w.requestReset(device)
	if sent := w.deliver(); len(sent) != 0 {
		t.Errorf("sent %v beyond the limit of the device", sent)
	}
	w.pass(24 * time.Hour)
	w.requestReset(device)
	w.deliverOne(domain.MessagePasswordReset)
}

// Tokens of other accounts and forged ones are spaced, and the request does not differ.
func TestADeviceOfAnotherAccountIsSpaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	const eve = "eve@example.com"
	ofEve := w.verified(eve, otherPass).DeviceToken
	w.registered(ada, password)
	for range 3 {
		w.requestReset("")
	}
	w.deliver()
	for _, token := range []string{ofEve, "sdev_AAAA", "nonsense"} {
		w.requestReset(token)
		if sent := w.deliver(); len(sent) != 0 {
			t.Errorf("a request with another device token sent %v", sent)
		}
	}
}

// A device that the account no longer has is spaced, though its token is authentic.
func TestARemovedDeviceIsSpaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	device := w.verified(ada, password).DeviceToken
	w.must(w.resetPassword(w.resetToken(ada), otherPass, home)) // removes the devices
	for range 3 {
		w.requestReset("")
	}
	w.deliver()
	w.requestReset(device)
	if sent := w.deliver(); len(sent) != 0 {
		t.Errorf("a removed device sent %v", sent)
	}
}

// A device message that cannot be sent does not count.
func TestADeviceMessageThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	device := w.verified(ada, password).DeviceToken
	w.requestReset(device)
	request := w.store.TakeMessages()[0]
	w.mailer.Fail(errors.New("the server is down"))
	for range 10 {
		if err := w.SendMessage(t.Context(), "1", request); err == nil {
			t.Fatal("a server that is down sent a message")
		}
	}
	w.mailer.Fail(nil)
	for range 5 {
		w.requestReset(device)
		w.deliverOne(domain.MessagePasswordReset)
	}
}

// Messages that the mail server rejects count for nothing: the next request is not spaced by them, and finds no link that was never
// sent.
func TestARejectedMessageDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	w.registered(ada, password)
	w.mailer.Fail(ports.ErrMessageRejected)
	for n := range 10 {
		w.requestReset("")
		err := w.SendMessage(t.Context(), fmt.Sprint(n), w.store.TakeMessages()[0])
		if !errors.Is(err, ports.ErrMessageRejected) {
			t.Fatalf("error %v", err)
		}
	}
	w.mailer.Fail(nil)
	for range 3 {
		w.requestReset("")
		w.deliverOne(domain.MessagePasswordReset)
	}
}

// Other clients request a notice with every signup. The account holder gets two a day.
func TestNoticesOfSignupsAreTwoADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	w.registered(ada, password)
	for n := range 3 {
		for range 10 {
			w.signUp(ada, otherPass)
		}
		if sent := w.deliver(); len(sent) != 2 || sent[0].Template != domain.MessageAlreadyRegistered {
			t.Errorf("day %d: sent %v, want two notices", n, sent)
		}
		w.pass(24 * time.Hour)
	}
}

// Notices of the account holder's own actions do not depend on what other clients request, and none is lost.
func TestNoticesOfOwnActionsAreNeverDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	c := w.caller(w.registered(ada, password))
	for range 50 {
		w.requestReset("")
		w.signUp(ada, otherPass)
	}
	w.deliver()
	current, next := password, otherPass
	for range 12 {
		w.must(w.ChangePassword(t.Context(), c, current, next))
		current, next = next, current
	}
	if sent := w.deliver(); len(sent) != 10 {
		t.Errorf("sent %d notices of password changes, want 10 of 12", len(sent))
	}
	w.pass(4 * time.Hour)
	w.deliverOne(domain.MessagePasswordChanged)
	w.must(w.TerminateAccount(t.Context(), c, current, nil))
	w.token(w.deliverOne(domain.MessageTerminated), cancellationLink)
}

// A postponed message names when it is due. Its worker tries it again then, under the same id.
func TestAPostponedMessageIsNotDueBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	u, err := w.store.Repos().Accounts.FindVerified(t.Context(), w.index(ada))
	w.must(err)
	notice := ports.MessageRequest{Template: domain.MessagePasswordChanged, UserID: u.ID, At: w.now}
	for range 11 {
		w.must(w.store.Repos().Outbox.Enqueue(t.Context(), notice))
	}
	w.deliver()
	if len(w.jobs) != 1 || !w.jobs[0].dueAt.Equal(w.now.Add(4*time.Hour)) {
		t.Fatalf("postponed: %+v, want one job in 4 hours", w.jobs)
	}
	id := w.jobs[0].id
	w.pass(4*time.Hour - 1)
	if sent := w.deliver(); len(sent) != 0 {
		t.Errorf("sent %v too early", sent)
	}
	w.pass(1)
	if m := w.deliverOne(domain.MessagePasswordChanged); m.ID != id {
		t.Errorf("sent under the id %s, want %s", m.ID, id)
	}
}

// Ten wrong passwords end a link. The account holder's next request finds none and gets another, at the gap's end at the latest.
func TestADeadVerificationLinkIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	w.signUp(ada, password)
	for range 2 {
		w.must(w.RequestEmailVerification(t.Context(), ada, home))
	}
	var tokens []string
	for _, m := range w.deliver() {
		tokens = append(tokens, w.token(m, verificationLink))
	}
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	if sent := w.deliver(); len(sent) != 0 {
		t.Fatalf("a request while links are alive sent %v", sent)
	}
	for _, token := range tokens {
		for range domain.LinkAttempts {
			_, err := w.VerifyEmail(t.Context(), token, otherPass, home)
			w.want(err, domain.ErrNoMatchingSignup)
		}
	}
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	w.pass(5 * time.Minute)
	sent := w.deliver()
	if len(sent) != 1 {
		t.Fatalf("after the links died, %v were sent, want one", sent)
	}
	_, err := w.VerifyEmail(t.Context(), w.token(sent[0], verificationLink), password, home)
	w.must(err)
}
