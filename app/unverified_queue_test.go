package app_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// flood signs up other people's email addresses from several /24 networks: 3,000 in 10 minutes, more than twice what is sent in that
// time.
type flood struct {
	*world
	networks int
	signups  int
}

const floodPerSecond = 5

// second lets one second of the flood pass and returns the messages that were sent in it.
func (f *flood) second() []domain.Message {
	f.t.Helper()
	for range floodPerSecond {
		in := signUpOf(fmt.Sprintf("person%d@example.com", f.signups), otherPass)
		in.From = netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, byte(f.signups % f.networks), byte(f.signups)}), 32)
		// No signup is refused, and no client can tell that its message waits.
		f.must(f.SignUp(f.t.Context(), in))
		f.signups++
	}
	f.pass(time.Second)
	return f.deliver()
}

func accountOf(minute int) string { return fmt.Sprintf("account%d@example.com", minute) }

// wait returns after how many seconds of the flood a message of a template to an email address is sent.
func (f *flood) wait(template domain.MessageTemplate, to string) (seconds int) {
	f.t.Helper()
	for sent := f.deliver(); ; sent = f.second() {
		for _, m := range sent {
			if m.Template == template && m.To.Address() == to {
				return seconds
			}
		}
		if seconds++; seconds > 600 {
			f.t.Fatalf("no %s message to %s in 10 minutes", template, to)
		}
	}
}

// However many signups a network floods with, an honest one in another network gets its message soon, and a reset immediately.
func TestAFloodOfSignupsDelaysOnlyItsOwnNetworks(t *testing.T) {
	t.Parallel()
	for networks, longest := range map[int]int{1: 1, 16: 17/2 + 2} {
		t.Run(fmt.Sprint(networks, " networks"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.unlimited()
			for minute := range 10 {
				w.registered(accountOf(minute), password)
				w.pass(time.Minute)
			}
			f := &flood{world: w, networks: networks}
			sent := 0
			for second := range 600 {
				sent += len(f.second())
				if second%60 != 30 {
					continue
				}
				honest := fmt.Sprintf("honest%d@example.com", second)
				in := signUpOf(honest, password)
				in.From = netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, byte(second / 60), 1}), 32)
				w.must(w.SignUp(t.Context(), in))
				if waited := f.wait(domain.MessageVerification, honest); waited > longest {
					t.Errorf("second %d: an honest signup's message waited for %d s, want at most %d", second, waited, longest)
				}
				account := accountOf(second / 60)
				w.must(w.RequestPasswordReset(t.Context(), account, "", home))
				if waited := f.wait(domain.MessagePasswordReset, account); waited > 0 {
					t.Errorf("second %d: a reset message waited for %d s", second, waited)
				}
			}
			if most := networks*(20+11) + 30; sent > most {
				t.Errorf("%d messages were sent in 10 minutes, want at most %d", sent, most)
			}
			if waiting := w.metrics.Counts().UnverifiedWaiting; waiting < 2000 {
				t.Errorf("the metric reports %d waiting messages", waiting)
			}
		})
	}
}

// An attacker signs up the email address of another person from a network whose messages wait for hours. The person signs up from
// elsewhere and gets the message.
func TestAWaitingMessageDoesNotHoldUpTheAccountHolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	attacker := netip.MustParsePrefix("198.51.100.7/32")
	for n := range 100 {
		in := signUpOf(fmt.Sprintf("person%d@example.com", n), otherPass)
		in.From = attacker
		w.must(w.SignUp(t.Context(), in))
		w.pass(time.Second)
	}
	w.deliver()
	in := signUpOf(ada, otherPass)
	in.From = attacker
	w.must(w.SignUp(t.Context(), in))
	if sent := w.deliver(); len(sent) != 0 {
		t.Fatalf("sent %v, want the message to wait", sent)
	}
	w.signUp(ada, password)
	sent := w.deliver()
	w.pass(time.Second)
	if sent = append(sent, w.deliver()...); !slices.ContainsFunc(sent, func(m domain.Message) bool { return m.To.Address() == ada }) {
		t.Errorf("sent %v, want the account holder's message", sent)
	}
}

// Which of a client's own messages wait does not depend on whether an email address that it signed up has an account.
func TestTheQueueShowsNoAccounts(t *testing.T) {
	t.Parallel()
	waits := map[bool][]string{}
	for _, state := range emailStates() {
		w := newWorld(t)
		w.unlimited()
		state.reach(w)
		w.deliver()
		w.pass(time.Hour)
		attacker, burst := network(7), w.RateLimits.UnverifiedPace().Network.Burst
		for n := range burst - 1 {
			w.signUpFrom(attacker, fmt.Sprintf("own%d@example.com", n), otherPass)
			w.deliver()
			w.pass(time.Second)
		}
		w.signUpFrom(attacker, ada, otherPass)
		w.deliver()
		w.signUpFrom(attacker, "probe@example.com", otherPass)
		isSent := slices.ContainsFunc(w.deliver(), func(m domain.Message) bool { return m.To.Address() == "probe@example.com" })
		waits[!isSent] = append(waits[!isSent], state.name)
	}
	if len(waits[false]) > 0 {
		t.Errorf("the message after those of the states %v is sent immediately, after those of %v it waits", waits[false], waits[true])
	}
}

// Resets of an account's password never wait in the queue.
func TestResetMessagesDoNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.UnverifiedPerMinute = 1
	w.unlimited()
	w.registered(ada, password)
	w.signUp("other@example.com", otherPass)
	w.deliver() // the pace is used up
	w.must(w.RequestPasswordReset(t.Context(), ada, "", home))
	w.deliverOne(domain.MessagePasswordReset)
}

// A client that signs up without end delays the messages of its neighbors by one message, not by its backlog.
func TestAClientDoesNotHoldUpItsNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unlimited()
	attacker, neighbor := netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("198.51.100.8/32")
	for n := range 500 {
		w.signUpFrom(attacker, fmt.Sprintf("person%d@example.com", n), otherPass)
	}
	w.deliver()
	w.signUpFrom(neighbor, ada, password)
	for waited := time.Duration(0); ; waited += time.Second {
		if slices.ContainsFunc(w.deliver(), func(m domain.Message) bool { return m.To.Address() == ada }) {
			return
		}
		if waited > 2*time.Minute {
			t.Fatalf("the neighbor's message still waits after %v", waited)
		}
		w.pass(time.Second)
	}
}

func TestAReleasedMessageKeepsItsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.UnverifiedPerMinute = 1
	w.unlimited()
	w.pending("first@example.com", password)
	w.signUp(ada, password)
	request := w.store.TakeMessages()[0]
	// The worker dies before it reports the job as done: the job runs again, before and after the release.
	w.must(w.SendMessage(t.Context(), "the id", request))
	w.must(w.SendMessage(t.Context(), "the id", request))
	if sent := w.mailer.Sent(); len(sent) != 1 {
		t.Fatalf("sent %v, want the message to wait", sent)
	}
	w.pass(time.Minute)
	m := w.deliverOne(domain.MessageVerification)
	w.must(w.SendMessage(t.Context(), "the id", request))
	for _, m := range append(w.mailer.Sent()[1:], m) {
		if m.ID != "the id" {
			t.Errorf("sent under the id %q", m.ID)
		}
	}
}

// A released message that cannot be sent is retried by its job, and does not enter the queue again.
func TestAReleasedMessageIsRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.UnverifiedPerMinute = 1
	w.unlimited()
	w.pending("first@example.com", password)
	w.signUp(ada, password)
	w.deliver()
	w.pass(time.Minute)
	w.must(w.ReleaseUnverified(t.Context()))
	released := w.store.TakeMessages()
	if len(released) != 1 || released[0].MessageID == "" || strings.Contains(fmt.Sprint(released), ada) {
		t.Fatalf("released %v", released)
	}
	down := errors.New("the server is down")
	w.mailer.Fail(down)
	for range 3 {
		if err := w.SendMessage(t.Context(), "another job", released[0]); !errors.Is(err, down) {
			t.Fatalf("error %v", err)
		}
	}
	w.mailer.Fail(nil)
	w.must(w.SendMessage(t.Context(), "another job", released[0]))
	if sent := w.mailer.Sent(); len(sent) != 2 || sent[1].ID != released[0].MessageID {
		t.Errorf("sent %v", sent)
	}
}

// The messages of abandoned signups do not wait for ever.
func TestCleanUpRemovesWaitingMessagesOfAbandonedSignups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.UnverifiedPerMinute = 1
	w.unlimited()
	w.signUp("first@example.com", password)
	w.signUp(ada, password)
	for _, request := range w.store.TakeMessages() {
		w.must(w.SendMessage(t.Context(), request.UserID.String(), request))
	}
	queue := w.store.Repos().UnverifiedQueue
	for past, want := range []int{1, 0} {
		w.pass(7*day + time.Duration(past))
		w.must(w.CleanUp(t.Context()))
		if n, err := queue.Count(t.Context(), 10); err != nil || n != want {
			t.Errorf("%d messages wait, want %d (%v)", n, want, err)
		}
		if past == 0 {
			w.pass(-7 * day)
		}
	}
}

// When the pace is disabled, what already waits is released.
func TestWithoutAPaceNothingWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.RateLimits.UnverifiedPerMinute = 1
	w.unlimited()
	w.signUp("first@example.com", password)
	w.signUp(ada, password)
	w.deliver()
	w.RateLimits.UnverifiedPerMinute = 0
	w.build()
	for n := range 50 {
		w.signUp(fmt.Sprintf("person%d@example.com", n), password)
	}
	if sent := w.deliver(); len(sent) != 50 {
		t.Errorf("sent %d of 50 messages", len(sent))
	}
	w.pass(time.Minute)
	if m := w.deliverOne(domain.MessageVerification); m.To.Address() != ada {
		t.Errorf("sent %v", m)
	}
}
