package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// unverified is what waits, in the order in which it entered.
type unverified struct {
	waiting  []waitingMessage
	networks map[string]unverifiedNetwork
	// used is the state of the pace of the service.
	used time.Time
}

type waitingMessage struct {
	ports.UnverifiedMessage
	queuedAt time.Time
	turn     int
}

// unverifiedNetwork is the state of a network's pace, and when its next waiting message is due.
type unverifiedNetwork struct {
	used, due time.Time
	isWaiting bool
}

func (u unverified) clone() unverified {
	return unverified{waiting: slices.Clone(u.waiting), networks: maps.Clone(u.networks), used: u.used}
}

type unverifiedQueue struct{ view }

func (r unverifiedQueue) Enter(
	_ context.Context, m ports.UnverifiedMessage, pace domain.UnverifiedPace, now time.Time,
) (mayBeSent bool, err error) {
	err = r.do(func(s *state) error {
		u, network := &s.unverified, s.unverified.networks[m.Request.Network]
		usedByNetwork, isDue := pace.Network.Take(network.used, now)
		usedByAll, passes := pace.All.Take(u.used, now)
		if mayBeSent = !network.isWaiting && isDue && passes && len(u.due(now)) == 0; mayBeSent {
			network.used, u.used = usedByNetwork, usedByAll
		} else {
			u.wait(m, now)
			if !network.isWaiting {
				network.isWaiting, network.due = true, later(now, pace.Network.DueAt(network.used))
			}
		}
		u.networks[m.Request.Network] = network
		return nil
	})
	return mayBeSent, err
}

func (r unverifiedQueue) Refund(_ context.Context, network string, pace domain.UnverifiedPace) error {
	return r.do(func(s *state) error {
		n := s.unverified.networks[network]
		n.used = n.used.Add(-pace.Network.Every)
		s.unverified.networks[network], s.unverified.used = n, s.unverified.used.Add(-pace.All.Every)
		return nil
	})
}

func (u *unverified) wait(m ports.UnverifiedMessage, now time.Time) {
	if !slices.ContainsFunc(u.waiting, func(other waitingMessage) bool {
		return other.EmailIndex == m.EmailIndex && other.Request.Network == m.Request.Network
	}) {
		u.waiting = append(u.waiting, waitingMessage{m, now, u.turnOf(m.Request)})
	}
}

// turnOf is the turn after the client's last waiting message, or the network's current one.
func (u *unverified) turnOf(r ports.MessageRequest) int {
	current, next := -1, 0
	for _, w := range u.waiting {
		if w.Request.Network != r.Network {
			continue
		}
		if current < 0 || w.turn < current {
			current = w.turn
		}
		if w.Request.Client == r.Client {
			next = max(next, w.turn+1)
		}
	}
	return max(current, next)
}

// due are the networks whose next message is due, the one that has been due for longest first.
func (u *unverified) due(now time.Time) []string {
	var due []string
	for network, n := range u.networks {
		if n.isWaiting && !now.Before(n.due) {
			due = append(due, network)
		}
	}
	slices.SortFunc(due, func(a, b string) int {
		return cmp.Or(u.networks[a].due.Compare(u.networks[b].due), cmp.Compare(a, b))
	})
	return due
}

func (r unverifiedQueue) Release(_ context.Context, pace domain.UnverifiedPace, now time.Time) (released int, err error) {
	err = r.do(func(s *state) error {
		for due := s.unverified.due(now); len(due) > 0; due = s.unverified.due(now) {
			for _, name := range due {
				used, passes := pace.All.Take(s.unverified.used, now)
				if !passes {
					return nil
				}
				if s.releaseNext(name, pace.Network, now) {
					s.unverified.used = used
					released++
				}
			}
		}
		return nil
	})
	return released, err
}

// releaseNext releases the next message of a network, if there still is one.
func (s *state) releaseNext(name string, pace domain.Pace, now time.Time) bool {
	u, network := &s.unverified, s.unverified.networks[name]
	ofNetwork := func(m waitingMessage) bool { return m.Request.Network == name }
	i := u.next(name)
	if i >= 0 {
		next := u.waiting[i]
		u.waiting = slices.DeleteFunc(u.waiting, func(m waitingMessage) bool { return m.EmailIndex == next.EmailIndex })
		next.Request.MessageID = next.MessageID
		s.enqueue(next.Request)
		network.used, _ = pace.Take(network.used, now)
	}
	network.isWaiting, network.due = slices.ContainsFunc(u.waiting, ofNetwork), later(now, pace.DueAt(network.used))
	u.networks[name] = network
	return i >= 0
}

// next is the index of the next message of a network; -1 if none waits.
func (u *unverified) next(network string) int {
	next := -1
	for i, w := range u.waiting {
		if w.Request.Network == network && (next < 0 || w.turn < u.waiting[next].turn) {
			next = i
		}
	}
	return next
}

func (r unverifiedQueue) Count(_ context.Context, limit int) (n int, err error) {
	err = r.do(func(s *state) error {
		n = min(len(s.unverified.waiting), limit)
		return nil
	})
	return n, err
}

func (r unverifiedQueue) PurgeWaiting(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		s.unverified.waiting = slices.DeleteFunc(s.unverified.waiting, func(m waitingMessage) bool {
			isOld := removed < limit && m.queuedAt.Before(before)
			if isOld {
				removed++
			}
			return isOld
		})
		return nil
	})
	return removed, err
}

func (r unverifiedQueue) PurgeNetworks(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		for name, network := range s.unverified.networks {
			if removed < limit && !network.isWaiting && network.used.Before(before) {
				delete(s.unverified.networks, name)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
