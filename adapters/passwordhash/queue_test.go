package passwordhash

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

// waiting is a hash of a client in a network; a known one is of the network's one account.
func waiting(isKnown bool, network string) *job {
	return &job{waiter: domain.HashWaiter{IsKnown: isKnown, Network: network}, ctx: context.Background(), done: make(chan outcome, 1)}
}

// fill adds n hashes of a waiter.
func fill(t *testing.T, q *queue, n int, isKnown bool, key string) {
	t.Helper()
	for range n {
		if _, ok := q.push(waiting(isKnown, key), 0); !ok {
			t.Fatalf("the queue refused a hash of %s", key)
		}
	}
}

// order removes all hashes and returns their keys.
func order(q *queue) (keys string) {
	for j := q.pop(); j != nil; j = q.pop() {
		keys += j.waiter.Network + j.waiter.Account
	}
	return keys
}

func TestWaitersTakeTurns(t *testing.T) {
	t.Parallel()
	q := newQueue(100)
	fill(t, q, 4, false, "a")
	fill(t, q, 1, false, "b")
	fill(t, q, 2, false, "c")
	if got, want := order(q), "abcacaa"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

func TestEveryFourthHashIsOfAKnownDevice(t *testing.T) {
	t.Parallel()
	q := newQueue(100)
	fill(t, q, 7, false, "a")
	fill(t, q, 3, true, "D")
	if got, want := order(q), "aaaDaaaDaD"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

// An attacker fills the queue from one network. A client of another one gets a place, at the attacker's expense.
func TestAFullQueueMakesRoomForASmallerWaiter(t *testing.T) {
	t.Parallel()
	for _, isKnown := range []bool{false, true} {
		q := newQueue(8)
		fill(t, q, 7, isKnown, "a")
		newest := waiting(isKnown, "a")
		if _, ok := q.push(newest, 0); !ok {
			t.Fatal("the queue is not full yet")
		}
		if removed, ok := q.push(waiting(isKnown, "a"), 0); ok || removed != nil {
			t.Error("the largest waiter got a further place")
		}
		removed, ok := q.push(waiting(false, "v"), 0)
		if !ok || removed != newest {
			t.Errorf("the victim was accepted: %v, and the attacker's newest hash was removed: %v", ok, removed == newest)
		}
	}
}

// If all waiters have equally many hashes, the newcomer's place is that of the newest hash in the lane with more of them. Thus neither
// many accounts nor many networks keep a client of the other kind out.
func TestWaitersThatHoldEquallyManyLoseThePlaceInTheirOwnLane(t *testing.T) {
	t.Parallel()
	for _, isKnown := range []bool{false, true} {
		q := newQueue(8)
		victim := waiting(!isKnown, "victim")
		q.push(victim, 0)
		for n := range 7 {
			fill(t, q, 1, isKnown, fmt.Sprint("attacker", n))
		}
		for n := range 20 {
			if removed, ok := q.push(waiting(isKnown, fmt.Sprint("further attacker", n)), 0); !ok || removed == victim {
				t.Fatalf("known attackers %v, number %d: accepted %v, the victim was removed %v", isKnown, n, ok, removed == victim)
			}
		}
		if first := q.lane(domain.HashWaiter{IsKnown: isKnown}).turns[0]; first != "attacker0" {
			t.Errorf("known attackers %v: the one whose turn is next lost its place; now it is %s", isKnown, first)
		}
	}
}

// A full queue never refuses a waiter that has fewer hashes in it than the largest, and no hash is lost or computed twice.
func TestQueueProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue(rapid.IntRange(1, 8).Draw(t, "capacity"))
		held := map[domain.HashWaiter]int{}
		var jobs []*job
		drop := func(j *job) {
			held[j.waiter]--
			jobs, _ = without(jobs, j)
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				j := waiting(rapid.Bool().Draw(t, "known"), fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "key")))
				most := 0
				for _, n := range held {
					most = max(most, n)
				}
				accepted := q.accepts(j.waiter, 0)
				removed, ok := q.push(j, 0)
				if ok != accepted {
					t.Fatalf("accepts: %v, push: %v", accepted, ok)
				}
				if !ok {
					if len(jobs) < q.capacity || held[j.waiter] < most {
						t.Fatalf("refused a waiter with %d of %d hashes; the largest has %d", held[j.waiter], len(jobs), most)
					}
					return
				}
				if removed != nil {
					if len(jobs) < q.capacity || held[removed.waiter] != most {
						t.Fatalf("removed a hash of a waiter with %d; the largest has %d", held[removed.waiter], most)
					}
					drop(removed)
				}
				jobs, held[j.waiter] = append(jobs, j), held[j.waiter]+1
			},
			"pop": func(t *rapid.T) {
				j := q.pop()
				if (j == nil) != (len(jobs) == 0) {
					t.Fatalf("pop returned %v with %d hashes waiting", j, len(jobs))
				}
				if j != nil {
					drop(j)
				}
			},
			"leave": func(t *rapid.T) {
				if len(jobs) == 0 {
					return
				}
				j := rapid.SampledFrom(jobs).Draw(t, "job")
				if !q.remove(j) || q.remove(j) {
					t.Fatal("a waiting hash was not removed once")
				}
				drop(j)
			},
			"": func(t *rapid.T) {
				if q.size != len(jobs) || q.size > q.capacity {
					t.Fatalf("size %d of %d, want %d", q.size, q.capacity, len(jobs))
				}
			},
		})
	})
}

// With k waiters in a lane, the next hash of each comes within k hashes of that lane, however many the others have.
func TestATurnComesWithinOneRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue(1000)
		attackers := rapid.IntRange(1, 16).Draw(t, "attackers")
		for a := range attackers {
			for range rapid.IntRange(1, 20).Draw(t, "hashes") {
				q.push(waiting(false, fmt.Sprint("attacker", a)), 0)
			}
		}
		isKnown := rapid.Bool().Draw(t, "known")
		q.push(waiting(isKnown, "victim"), 0)
		within := attackers + 1
		if isKnown {
			within = knownTurn
		}
		for n := 1; ; n++ {
			q.push(waiting(false, fmt.Sprint("attacker", n%attackers)), 0) // they keep coming
			if q.pop().waiter.Network == "victim" {
				if n > within {
					t.Fatalf("the victim's hash was number %d, want at most %d", n, within)
				}
				return
			}
		}
	})
}

func ofAccount(network, account string) *job {
	j := waiting(true, network)
	j.waiter.Account = account
	return j
}

// An attacker with any number of accounts in one network has one turn of the lane, and the accounts in it take turns.
func TestAccountsOfOneNetworkShareItsTurns(t *testing.T) {
	t.Parallel()
	q := newQueue(100)
	for n := range 40 {
		q.push(ofAccount("attacker", fmt.Sprint(n%20)), 0)
	}
	q.push(ofAccount("victim", "1"), 0)
	q.push(ofAccount("attacker", "neighbor"), 0)
	if q.pop(); q.pop().waiter.Network != "victim" {
		t.Error("the victim's network did not get the second turn")
	}
	for n := 1; q.pop().waiter.Account != "neighbor"; n++ {
		if n > 20 {
			t.Fatal("a neighbor in the attacker's network waits for more than one round of its accounts")
		}
	}
}

// A full queue of one network's accounts makes room for another network, and for an account that has fewer than its neighbors.
func TestAFullQueueOfAccountsMakesRoom(t *testing.T) {
	t.Parallel()
	q := newQueue(8)
	for n := range 4 {
		q.push(ofAccount("attacker", fmt.Sprint(n)), 0)
		q.push(ofAccount("attacker", fmt.Sprint(n)), 0)
	}
	if removed, ok := q.push(ofAccount("attacker", "3"), 0); ok {
		t.Errorf("an account that has most got a further place for %+v", removed.waiter)
	}
	for _, victim := range []*job{ofAccount("victim", "1"), ofAccount("attacker", "neighbor"), waiting(false, "attacker")} {
		if removed, ok := q.push(victim, 0); !ok || removed.waiter.Network != "attacker" || removed.waiter.Account == "neighbor" {
			t.Errorf("%+v: accepted %v, removed %+v", victim.waiter, ok, removed)
		}
	}
}
