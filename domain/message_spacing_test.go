package domain_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

// mailbox simulates the jobs for one email address and template. Its clock stands still until a test moves it.
type mailbox struct {
	spacing domain.MessageSpacing
	history domain.MessageHistory
	now     time.Time
	sent    []time.Time
	until   []time.Time // when each link expires
	jobs    int
	waiting map[string]time.Time
}

func newMailbox(template domain.MessageTemplate) *mailbox {
	return &mailbox{
		spacing: domain.DefaultRateLimitPolicy().MessageSpacing(template),
		now:     time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC), waiting: map[string]time.Time{},
	}
}

// ask adds a job and runs it.
func (m *mailbox) ask() {
	m.jobs++
	m.run(fmt.Sprint("job ", m.jobs))
}

func (m *mailbox) run(job string) {
	after, plan := m.spacing.Plan(m.history, domain.MessageJob{ID: job}, m.now)
	m.history = after
	delete(m.waiting, job)
	switch {
	case plan.Send:
		m.sent, m.until = append(m.sent, m.now), append(m.until, m.now.Add(plan.LinkLifetime))
	case !plan.WaitUntil.IsZero():
		m.waiting[job] = plan.WaitUntil
	}
}

// pass moves the clock and runs the waiting jobs that are due on the way.
func (m *mailbox) pass(d time.Duration) {
	end := m.now.Add(d)
	for {
		job, due := "", end
		for waiting, at := range m.waiting {
			if !at.After(due) {
				job, due = waiting, at
			}
		}
		if job == "" {
			break
		}
		m.now = due
		m.run(job)
	}
	m.now = end
}

// liveUntil returns when the last link expires; a time in the past if no link is live.
func (m *mailbox) liveUntil() time.Time {
	if len(m.until) == 0 {
		return time.Time{}
	}
	return m.until[len(m.until)-1]
}

// An attacker requests a message every five seconds for 30 days. The account holder, who asks at any moment, has a live link or receives
// one within the gap, and the mailbox receives no more than 13 messages on the first day, and about nine on each further one.
func TestAnAttackerStopsNoMessage(t *testing.T) {
	t.Parallel()
	for _, template := range []domain.MessageTemplate{domain.MessagePasswordReset, domain.MessageVerification} {
		m := newMailbox(template)
		begin := m.now
		for m.now.Before(begin.Add(30 * 24 * time.Hour)) {
			m.ask()
			if len(m.waiting) > 1 || len(m.history.Sent) > 14 {
				t.Fatalf("%s: %d jobs wait, the history has %d messages", template, len(m.waiting), len(m.history.Sent))
			}
			if !m.now.Before(m.liveUntil()) && len(m.waiting) == 0 {
				t.Fatalf("%s: after %v there is neither a live link nor a waiting job", template, m.now.Sub(begin))
			}
			m.pass(5 * time.Second)
		}
		perDay := map[int]int{}
		for i, at := range m.sent {
			perDay[int(at.Sub(begin)/(24*time.Hour))]++
			if i > 0 && at.Sub(m.sent[i-1]) > 4*time.Hour+5*time.Second {
				t.Errorf("%s: a gap of %v", template, at.Sub(m.sent[i-1]))
			}
			if lifetime := m.until[i].Sub(at); lifetime < time.Hour || lifetime > 24*time.Hour {
				t.Errorf("%s: a link is valid for %v", template, lifetime)
			}
		}
		for day, n := range perDay {
			if day > 0 && (n < 7 || n > 10) || n > 13 {
				t.Errorf("%s: %d messages on day %d", template, n, day)
			}
		}
	}
}

// Whatever is requested when, each request is followed by a live link, immediately or within the gap.
func TestWhoAsksHasALiveLinkOrGetsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		template := rapid.SampledFrom([]domain.MessageTemplate{domain.MessagePasswordReset, domain.MessageVerification}).Draw(t, "template")
		m := newMailbox(template)
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			m.pass(time.Duration(rapid.IntRange(0, 5*3600).Draw(t, "seconds")) * time.Second)
			m.ask()
			isLive := m.now.Before(m.liveUntil())
			if !isLive && len(m.waiting) == 0 || len(m.waiting) > 1 {
				t.Fatalf("live link %v, %d waiting jobs", isLive, len(m.waiting))
			}
			for _, at := range m.waiting {
				if wait := at.Sub(m.now); wait > 4*time.Hour || !at.Before(m.liveUntil()) {
					t.Fatalf("a job waits for %v, and the last link expires %v after it", wait, m.liveUntil().Sub(at))
				}
			}
		}
		for i := range m.sent {
			if n := sentWithin(m.sent[i:], 24*time.Hour); n > 13 {
				t.Fatalf("%d messages within a day", n)
			}
		}
	})
}

func sentWithin(sent []time.Time, d time.Duration) (n int) {
	for _, at := range sent {
		if at.Sub(sent[0]) < d {
			n++
		}
	}
	return n
}

func TestGapsAndLifetimes(t *testing.T) {
	t.Parallel()
	m := newMailbox(domain.MessagePasswordReset)
	want := []struct{ gap, lifetime time.Duration }{
		{0, time.Hour},
		{0, time.Hour},
		{0, time.Hour},
		{5 * time.Minute, time.Hour},
		{10 * time.Minute, time.Hour},
		{20 * time.Minute, 2 * time.Hour},
		{40 * time.Minute, 3 * time.Hour},
		{80 * time.Minute, 6 * time.Hour},
		{160 * time.Minute, 8 * time.Hour},
		{4 * time.Hour, 8 * time.Hour},
		{4 * time.Hour, 8 * time.Hour},
	}
	for i, w := range want {
		if w.gap > 0 {
			m.pass(w.gap - 1)
			if m.ask(); len(m.sent) != i {
				t.Fatalf("message %d was sent before its gap of %v", i+1, w.gap)
			}
			clear(m.waiting)
			m.pass(1)
		}
		m.ask()
		if len(m.sent) != i+1 || m.until[i].Sub(m.sent[i]) != w.lifetime {
			t.Fatalf("message %d: %d sent, link valid for %v, want %v", i+1, len(m.sent), m.until[len(m.until)-1].Sub(m.now), w.lifetime)
		}
	}
}

// A link that was used or removed does not serve the next request, which then waits instead of being dropped.
func TestARequestAfterAUsedLinkWaitsForTheEndOfTheGap(t *testing.T) {
	t.Parallel()
	m := newMailbox(domain.MessagePasswordReset)
	for range 4 {
		m.ask()
	}
	if len(m.sent) != 3 || len(m.waiting) != 0 {
		t.Fatalf("%d sent, %d waiting, want the fourth dropped", len(m.sent), len(m.waiting))
	}
	after, plan := m.spacing.Plan(m.history, domain.MessageJob{ID: "after use", LinkGone: true}, m.now)
	if want := m.now.Add(5 * time.Minute); plan.Send || !plan.WaitUntil.Equal(want) {
		t.Fatalf("%+v, want a wait until %v", plan, want)
	}
	if _, plan := m.spacing.Plan(after, domain.MessageJob{ID: "another", LinkGone: true}, m.now); plan.Send || !plan.WaitUntil.IsZero() {
		t.Errorf("%+v, want it dropped in favor of the waiting job", plan)
	}
	if _, plan := m.spacing.Plan(after, domain.MessageJob{ID: "after use", LinkGone: true}, plan.WaitUntil); !plan.Send {
		t.Errorf("%+v, want the waiting job sent", plan)
	}
}

func TestAFailedMessageIsRefunded(t *testing.T) {
	t.Parallel()
	for n := range 6 {
		m := newMailbox(domain.MessagePasswordReset)
		for range n {
			m.ask()
			m.pass(time.Hour)
		}
		before := m.history
		after, plan := m.spacing.Plan(m.history, domain.MessageJob{ID: "fails"}, m.now)
		got := plan.Refund(after)
		got.WaitingJob, got.WaitingUntil, before.WaitingJob, before.WaitingUntil = "", time.Time{}, "", time.Time{}
		if n > 0 && !reflect.DeepEqual(got, before) {
			t.Errorf("after %d messages: %+v, want %+v", n, got, before)
		}
		if _, again := m.spacing.Plan(got, domain.MessageJob{ID: "another"}, m.now); !again.Send {
			t.Errorf("after %d messages and one that failed, the next one is not sent", n)
		}
	}
}

// A worker that dies while it sends leaves a job that counts as sent. Its retry is sent, and counts no second time.
func TestARetryAfterACrashIsSent(t *testing.T) {
	t.Parallel()
	m := newMailbox(domain.MessagePasswordReset)
	for range 3 {
		m.ask()
	}
	crashed := m.history.SentBy
	after, plan := m.spacing.Plan(m.history, domain.MessageJob{ID: crashed}, m.now.Add(2*time.Minute))
	if !plan.Send || len(after.Sent) != 3 {
		t.Fatalf("%+v, %d counted; want it sent and counted once", plan, len(after.Sent))
	}
	// If the retry fails as well, the link of the message was never sent: the next request must not rely on it.
	if _, next := m.spacing.Plan(plan.Refund(after), domain.MessageJob{ID: "next"}, m.now.Add(2*time.Minute)); !next.Send {
		t.Errorf("%+v, want it sent", next)
	}
}

// Notices that other clients can cause are two a day. Notices of the account holder's own actions are never dropped.
func TestNoticesOfADay(t *testing.T) {
	t.Parallel()
	for template, want := range map[domain.MessageTemplate]int{
		domain.MessageAlreadyRegistered: 2, domain.MessageSignupAfterTermination: 2,
		domain.MessagePasswordChanged: 15, domain.MessageTerminated: 15, domain.MessageTerminationCancelled: 15,
	} {
		m := newMailbox(template)
		for range 20 {
			m.ask()
		}
		isDropped := want == 2
		if isWaiting := len(m.waiting) == 1; isWaiting == isDropped {
			t.Errorf("%s: %d jobs wait", template, len(m.waiting))
		}
		for range 23 * 60 {
			m.pass(time.Minute)
			m.ask()
		}
		if len(m.sent) != want {
			t.Errorf("%s: %d messages in a day, want %d", template, len(m.sent), want)
		}
	}
}

func TestWithoutABurstNothingIsSpaced(t *testing.T) {
	t.Parallel()
	var policy domain.RateLimitPolicy
	for _, template := range domain.MessageTemplates() {
		m := newMailbox(template)
		m.spacing = policy.MessageSpacing(template)
		for range 100 {
			m.ask()
		}
		if len(m.sent) != 100 {
			t.Errorf("%s: %d of 100 sent", template, len(m.sent))
		}
	}
}
