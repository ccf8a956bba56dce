package porttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var unverifiedQueuePromises = map[string]func(*testing.T, bench){
	"without a backlog Enter lets messages pass at the pace":                    entersAtThePace,
	"Enter lets a network's messages wait when its pace is used up":             entersAtTheNetworksPace,
	"Enter lets no message pass one that is due":                                entersBehindWhatIsDue,
	"Refund gives the pace back":                                                refundsThePace,
	"Release takes the networks in turn, the oldest message first":              releasesInTurn,
	"of one network Release takes the clients in turn":                          releasesClientsInTurn,
	"Release takes the network that has been due for longest first":             releasesLongestDueFirst,
	"one message from a network to an email address waits":                      waitsOnce,
	"what other networks requested for the same address is removed at release":  releasesAnAddressOnce,
	"a released request is the one that entered, with its id":                   releasesTheRequest,
	"concurrent calls of Enter and Release keep the pace and release each once": releasesConcurrently,
	"a message leaves the queue if and only if it is in the outbox":             releasesAllOrNothing,
	"PurgeWaiting removes only messages from before the given time":             purgesWaiting,
	"PurgeNetworks removes only idle networks":                                  purgesNetworks,
}

// slow is a pace at which the service sends 2 messages and then one a second, a network 3 and then one a minute.
var slow = domain.UnverifiedPace{
	All: domain.Pace{Every: time.Second, Burst: 2}, Network: domain.Pace{Every: time.Minute, Burst: 3},
}

// unverifiedOf is the nth message of a network. Each goes to another email address.
func unverifiedOf(network string, n int) ports.UnverifiedMessage {
	return ports.UnverifiedMessage{
		EmailIndex: domain.EmailIndex(fmt.Sprintf("\x00\xff %s %d", network, n)), MessageID: fmt.Sprintf("%s-%d", network, n),
		Request: ports.MessageRequest{
			Template: domain.MessageVerification, UserID: domain.UserID{ID: number(n)}, At: start, Network: "\xff" + network,
		},
	}
}

// enter checks that a message may be sent, or waits.
func (b bench) enter(t rapid.TB, wantSent bool, m ports.UnverifiedMessage, at time.Time) {
	t.Helper()
	mayBeSent, err := b.r().UnverifiedQueue.Enter(ctx, m, slow, at)
	must(t, err)
	if mayBeSent != wantSent {
		t.Fatalf("%s may be sent: %v, want %v", m.MessageID, mayBeSent, wantSent)
	}
}

// wantReleased checks which messages a call of Release puts into the outbox, in any order.
func (b bench) wantReleased(t *testing.T, at time.Time, want ...string) {
	t.Helper()
	n, err := b.r().UnverifiedQueue.Release(ctx, slow, at)
	must(t, err)
	due := b.Messages(t)
	if n > len(due) {
		t.Fatalf("released %d messages, and %d are due", n, len(due))
	}
	var got []string
	for _, request := range due[len(due)-n:] {
		got = append(got, request.MessageID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("released %d: %q, want %q", n, got, want)
	}
}

func (b bench) wantWaiting(t *testing.T, want int) {
	t.Helper()
	n, err := b.r().UnverifiedQueue.Count(ctx, 1000)
	must(t, err)
	if n != want {
		t.Errorf("%d messages wait, want %d", n, want)
	}
}

func entersAtThePace(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("a", 1), start)
	b.enter(t, true, unverifiedOf("b", 1), start)
	b.enter(t, false, unverifiedOf("c", 1), start)
	b.wantWaiting(t, 1)
	b.wantReleased(t, start)
	b.wantReleased(t, start.Add(time.Second), "c-1")
	b.wantWaiting(t, 0)
	b.enter(t, true, unverifiedOf("d", 1), start.Add(2*time.Second))
}

func entersAtTheNetworksPace(t *testing.T, b bench) {
	at := start
	for n := range 3 {
		b.enter(t, true, unverifiedOf("a", n), at)
		at = at.Add(time.Second)
	}
	b.enter(t, false, unverifiedOf("a", 3), at)
	// The waiting message is not due, so that it delays no other network.
	b.enter(t, true, unverifiedOf("b", 0), at)
	b.wantReleased(t, start.Add(time.Minute-tick))
	b.wantReleased(t, start.Add(time.Minute), "a-3")
}

func entersBehindWhatIsDue(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("a", 1), start)
	b.enter(t, true, unverifiedOf("b", 1), start)
	b.enter(t, false, unverifiedOf("a", 2), start)
	at := start.Add(2 * time.Second) // the pace allows two messages again
	b.enter(t, false, unverifiedOf("c", 1), at)
	b.wantReleased(t, at, "a-2", "c-1")
}

func refundsThePace(t *testing.T, b bench) {
	for n := range 5 {
		b.enter(t, true, unverifiedOf("a", n), start)
		must(t, b.r().UnverifiedQueue.Refund(ctx, unverifiedOf("a", n).Request.Network, slow))
	}
	b.enter(t, true, unverifiedOf("a", 6), start)
	b.enter(t, true, unverifiedOf("a", 7), start)
	b.enter(t, false, unverifiedOf("a", 8), start)
	must(t, b.r().UnverifiedQueue.Refund(ctx, "a network that never requested one", slow))
}

func releasesInTurn(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	for n := range 3 {
		b.enter(t, false, unverifiedOf("a", n), start.Add(time.Duration(n)*tick))
	}
	b.enter(t, false, unverifiedOf("b", 0), start.Add(3*tick))
	b.enter(t, false, unverifiedOf("b", 1), start.Add(4*tick))
	b.wantReleased(t, start.Add(time.Second+tick), "a-0")
	b.wantReleased(t, start.Add(2*time.Second), "b-0")
	b.wantReleased(t, start.Add(10*time.Second), "a-1", "b-1")
	b.wantReleased(t, start.Add(11*time.Second), "a-2")
	b.wantReleased(t, start.Add(time.Hour))
}

func releasesClientsInTurn(t *testing.T, b bench) {
	of := func(client string, n int) ports.UnverifiedMessage {
		m := unverifiedOf("net", n)
		m.MessageID, m.Request.Client = fmt.Sprintf("%s-%d", client, n), "\xff"+client
		return m
	}
	for n := range 2 {
		b.enter(t, true, of("first", n), start)
	}
	for n := range 4 {
		b.enter(t, false, of("flood", 10+n), start.Add(time.Duration(n)*tick))
	}
	b.enter(t, false, of("honest", 20), start.Add(time.Second-tick))
	b.wantReleased(t, start.Add(time.Second), "flood-10")
	b.enter(t, false, of("late", 30), start.Add(time.Second+tick))
	b.enter(t, false, of("late", 31), start.Add(time.Second+2*tick))
	for minute, id := range []string{"honest-20", "late-30", "flood-11", "late-31", "flood-12", "flood-13"} {
		b.wantReleased(t, start.Add(time.Duration(minute+1)*time.Minute), id)
	}
}

func releasesLongestDueFirst(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	for n := range 20 {
		b.enter(t, false, unverifiedOf("flood", n), start.Add(time.Duration(n)*tick))
	}
	b.wantReleased(t, start.Add(time.Second), "flood-0")
	b.enter(t, false, unverifiedOf("honest", 1), start.Add(time.Second))
	// Both are due. The next slot is for one of them, the one after it for the other.
	b.wantReleased(t, start.Add(3*time.Second), "flood-1", "honest-1")
	// A network that has used up its pace leaves the slots to others.
	b.wantReleased(t, start.Add(5*time.Second), "flood-2")
	b.wantReleased(t, start.Add(30*time.Second))
	b.enter(t, true, unverifiedOf("honest", 2), start.Add(30*time.Second))
	b.wantReleased(t, start.Add(61*time.Second), "flood-3")
}

func waitsOnce(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	for range 5 {
		b.enter(t, false, unverifiedOf("a", 1), start)
	}
	b.wantWaiting(t, 1)
	n, err := b.r().UnverifiedQueue.Count(ctx, 0)
	must(t, err)
	if n != 0 {
		t.Errorf("counted %d, want at most the limit", n)
	}
}

func releasesAnAddressOnce(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	for n, network := range []string{"a", "b", "c"} {
		m := unverifiedOf(network, 1)
		m.EmailIndex = "the same email address"
		b.enter(t, false, m, start.Add(time.Duration(n)*tick))
	}
	b.wantWaiting(t, 3)
	b.enter(t, false, unverifiedOf("c", 2), start.Add(5*tick))
	b.wantReleased(t, start.Add(time.Minute), "a-1", "c-2")
	b.wantWaiting(t, 0)
}

func releasesTheRequest(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	m := unverifiedOf("a", 1)
	m.Request.EmailIndexes = domain.EmailIndexes{m.EmailIndex, "\xff of another key"}
	b.enter(t, false, m, start)
	if _, err := b.r().UnverifiedQueue.Release(ctx, slow, start.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	m.Request.MessageID = m.MessageID
	wantSame(t, []ports.MessageRequest{m.Request}, b.Messages(t))
}

func releasesConcurrently(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	const messages = 30
	at := start.Add(time.Hour)
	passed, released := make([]bool, messages), make([]int, messages)
	for _, err := range concurrently(2*messages, func(i int) (err error) {
		if i < messages {
			m := unverifiedOf(fmt.Sprint("network ", i%10), i)
			passed[i], err = b.r().UnverifiedQueue.Enter(ctx, m, slow, at)
			return err
		}
		released[i-messages], err = b.r().UnverifiedQueue.Release(ctx, slow, at)
		return err
	}) {
		must(t, err)
	}
	n := 0
	for i := range messages {
		n += released[i]
		if passed[i] {
			n++
		}
	}
	if n > slow.All.Burst {
		t.Errorf("%d messages passed, want at most %d", n, slow.All.Burst)
	}
	for second := range 2 * messages {
		_, err := b.r().UnverifiedQueue.Release(ctx, slow, at.Add(time.Duration(second+1)*time.Second))
		must(t, err)
	}
	ids := map[string]bool{}
	for _, request := range b.Messages(t) {
		ids[request.MessageID] = true
	}
	for i := range messages {
		if passed[i] == ids[unverifiedOf(fmt.Sprint("network ", i%10), i).MessageID] {
			t.Errorf("message %d: passed %v, released %v", i, passed[i], !passed[i])
		}
	}
	b.wantWaiting(t, 0)
}

func releasesAllOrNothing(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	b.enter(t, false, unverifiedOf("a", 1), start)
	crash := errors.New("the worker died")
	err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if _, err := r.UnverifiedQueue.Release(ctx, slow, start.Add(time.Minute)); err != nil {
			return err
		}
		return crash
	})
	wantErr(t, err, crash)
	b.wantWaiting(t, 1)
	if due := b.Messages(t); len(due) != 0 {
		t.Errorf("%d messages are due", len(due))
	}
	b.wantReleased(t, start.Add(time.Minute), "a-1")
	b.wantWaiting(t, 0)
}

func purgesWaiting(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	b.enter(t, false, unverifiedOf("a", 1), start)
	b.enter(t, false, unverifiedOf("b", 1), start.Add(tick))
	wantRemoved(t, 0)(b.r().UnverifiedQueue.PurgeWaiting(ctx, start, 10))
	wantRemoved(t, 1)(b.r().UnverifiedQueue.PurgeWaiting(ctx, start.Add(tick), 10))
	b.wantReleased(t, start.Add(time.Minute), "b-1")
	b.enter(t, true, unverifiedOf("a", 2), start.Add(2*time.Minute))
}

func purgesNetworks(t *testing.T, b bench) {
	b.enter(t, true, unverifiedOf("x", 1), start)
	b.enter(t, true, unverifiedOf("y", 1), start)
	b.enter(t, false, unverifiedOf("a", 1), start)
	used := start.Add(time.Minute)
	wantRemoved(t, 0)(b.r().UnverifiedQueue.PurgeNetworks(ctx, used, 10))
	wantRemoved(t, 2)(b.r().UnverifiedQueue.PurgeNetworks(ctx, used.Add(tick), 10))
	b.wantReleased(t, start.Add(time.Minute), "a-1")
}
