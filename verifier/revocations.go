package verifier

import (
	"errors"
	"sync"
	"time"
)

// maxRevocations bounds the memory of revocations to about 50 MB. The service revokes as many only in an emergency.
const maxRevocations = 1 << 20

// errTooManyRevocations ends the stream. The feed is stale then, until enough revocations no longer matter.
var errTooManyRevocations = errors.New("more revocations than are kept")

// revocations is the set of revoked sessions. It is safe for concurrent use.
//
// A revocation is kept until no token of its session can be accepted any more, and at most twice as long: there are two generations,
// and the older one is dropped as a whole. So nothing scans the set, and its memory shrinks again.
type revocations struct {
	keep  time.Duration // how long a revocation matters
	limit int

	mu           sync.RWMutex
	newer, older generation
}

type generation struct {
	sessions map[sessionID]struct{}
	ends     time.Time // when its last revocation no longer matters
}

func newRevocations(keep time.Duration, limit int) *revocations {
	r := &revocations{keep: keep, limit: limit}
	r.newer.sessions = map[sessionID]struct{}{}
	return r
}

// add adds a session that the service revoked at a time, by the service's clock. now is the time by this machine's clock. The later
// one counts, so a clock that is ahead drops nothing too early.
func (r *revocations) add(id sessionID, revokedAt, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(now)
	if r.has(id) {
		return nil
	}
	if len(r.newer.sessions)+len(r.older.sessions) >= r.limit {
		return errTooManyRevocations
	}
	r.newer.sessions[id] = struct{}{}
	ends := now.Add(r.keep)
	if revokedAt.After(now) {
		ends = revokedAt.Add(r.keep)
	}
	if ends.After(r.newer.ends) {
		r.newer.ends = ends
	}
	return nil
}

func (r *revocations) contains(id sessionID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.has(id)
}

func (r *revocations) has(id sessionID) bool {
	if _, ok := r.newer.sessions[id]; ok {
		return true
	}
	_, ok := r.older.sessions[id]
	return ok
}

// purge drops what no longer matters at now.
func (r *revocations) purge(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(now)
}

func (r *revocations) drop(now time.Time) {
	if now.Before(r.older.ends) || len(r.newer.sessions)+len(r.older.sessions) == 0 {
		return
	}
	r.older, r.newer = r.newer, generation{sessions: map[sessionID]struct{}{}}
}

func (r *revocations) count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.newer.sessions) + len(r.older.sessions)
}
