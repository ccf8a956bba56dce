package passwordhash

import "github.com/siriusys/user-management-service/domain"

// queue orders the hashes that wait. It has two lanes: one for known devices, one for clients without. In each lane the networks
// take turns, and in each network its accounts: first the oldest hash of one, then the oldest of the next. A queue is not safe for
// concurrent use.
type queue struct {
	capacity int
	size     int
	known    lane
	unknown  lane
	// skipped counts the hashes of unknown clients since the last one of a known one.
	skipped int
}

// knownTurn is the share of the lane of known devices while clients wait in both lanes: every fourth hash.
const knownTurn = 4

func newQueue(capacity int) *queue {
	return &queue{capacity: capacity, known: lane{networks: map[string]*network{}}, unknown: lane{networks: map[string]*network{}}}
}

func (q *queue) lane(w domain.HashWaiter) *lane {
	if w.IsKnown {
		return &q.known
	}
	return &q.unknown
}

// accepts reports whether push would accept a hash of the waiter, with room for further ones beyond the capacity. A full queue
// accepts a hash of a network that has fewer in it than another one, and of an account that has fewer than another of its network.
func (q *queue) accepts(w domain.HashWaiter, room int) bool {
	return q.size < q.capacity+room || q.excess(w) != nil
}

// push adds a hash. If the queue is full, it removes the hash that makes room, and returns it. ok is false if the waiter itself has
// most; the hash is not added then.
func (q *queue) push(j *job, room int) (removed *job, ok bool) {
	if q.size >= q.capacity+room {
		if removed = q.excess(j.waiter); removed == nil {
			return nil, false
		}
		q.remove(removed)
	}
	q.lane(j.waiter).push(j)
	q.size++
	return removed, true
}

// excess returns the hash that makes room for one of the waiter in a full queue: the newest one of the network with most, or of the
// waiter's network if none has more. It is nil if that is the waiter's own.
func (q *queue) excess(w domain.HashWaiter) *job {
	most, largest := q.largest()
	own := q.lane(w).networks[w.Network]
	switch {
	case largest == nil:
		return nil
	case own == nil || own.size < most:
		return largest.newest()
	case len(own.jobs[w.Account]) < len(own.jobs[own.largest()]):
		return own.newest()
	default:
		return nil
	}
}

// largest returns the network with the most hashes, and how many it has. Of several, it is one in the lane with more networks, so
// that many networks of one kind of clients keep none of the other kind out; in that lane it is the one whose turn comes last.
func (q *queue) largest() (most int, largest *network) {
	lanes := []*lane{&q.unknown, &q.known}
	if len(q.known.turns) > len(q.unknown.turns) {
		lanes = []*lane{&q.known, &q.unknown}
	}
	for _, l := range lanes {
		if n := l.largest(); n != nil && n.size > most {
			most, largest = n.size, n
		}
	}
	return most, largest
}

// pop removes the hash to compute next; nil if none waits.
func (q *queue) pop() *job {
	l := &q.unknown
	if len(q.known.turns) > 0 && (len(q.unknown.turns) == 0 || q.skipped >= knownTurn-1) {
		l = &q.known
	}
	if len(l.turns) == 0 {
		return nil
	}
	q.skipped++
	if l == &q.known {
		q.skipped = 0
	}
	q.size--
	return l.pop()
}

// remove removes a hash, and reports whether it was in the queue.
func (q *queue) remove(j *job) bool {
	if !q.lane(j.waiter).remove(j) {
		return false
	}
	q.size--
	return true
}
