package memory

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// auditLog contains the audit events and the chain over them. The slices only grow, so copies of the state share them.
type auditLog struct {
	events      []domain.AuditEvent
	entries     []domain.AuditChainEntry
	checkpoints []domain.AuditCheckpoint
	counts      map[domain.AuditCount]int64 // by the count's other fields
}

type audit struct{ view }

func (r audit) Record(_ context.Context, events ...domain.AuditEvent) error {
	return r.do(func(s *state) error {
		s.record(events...)
		return nil
	})
}

func (s *state) record(events ...domain.AuditEvent) {
	s.audit.events = append(slices.Clip(s.audit.events), events...)
}

func (r audit) RecordFirst(_ context.Context, network string, events ...domain.AuditEvent) error {
	return r.do(func(s *state) error {
		s.recordFirst(network, events...)
		return nil
	})
}

func (s *state) recordFirst(network string, events ...domain.AuditEvent) {
	counts := maps.Clone(s.audit.counts)
	if counts == nil {
		counts = map[domain.AuditCount]int64{}
	}
	s.audit.counts = counts
	for _, e := range events {
		key := domain.AuditCount{Hour: domain.AuditHour(e.At), Network: network, Kind: e.Kind}
		if counts[key]++; counts[key] == 1 {
			e.SessionID, e.EmailIndex, e.KeyID, e.Count = domain.SessionID{}, "", "", 0
			s.record(e)
		}
	}
}

func (r audit) IsRecorded(_ context.Context, id domain.ID) (isRecorded bool, err error) {
	err = r.do(func(s *state) error {
		isRecorded = slices.ContainsFunc(s.audit.events, func(e domain.AuditEvent) bool { return e.ID == id })
		return nil
	})
	return isRecorded, err
}

func (r audit) TakeCounts(_ context.Context, before time.Time, limit int) (taken []domain.AuditCount, err error) {
	err = r.do(func(s *state) error {
		left := map[domain.AuditCount]int64{}
		for c, n := range s.audit.counts {
			if len(taken) == limit || !c.Hour.Before(before) {
				left[c] = n
				continue
			}
			c.Count = n
			taken = append(taken, c)
		}
		s.audit.counts = left
		return nil
	})
	return taken, err
}

// chained is the set of events that have an entry in the chain.
func (l auditLog) chained() map[domain.ID]bool {
	chained := map[domain.ID]bool{}
	for _, entry := range l.entries {
		chained[entry.EventID] = true
	}
	return chained
}

// LockChain always succeeds: transactions of this store run one after the other.
func (r audit) LockChain(context.Context) (bool, error) { return true, nil }

func (r audit) FindUnchained(_ context.Context, limit int) (events []domain.AuditEvent, more bool, err error) {
	err = r.do(func(s *state) error {
		chained := s.audit.chained()
		for _, e := range s.audit.events {
			if !chained[e.ID] {
				events = append(events, e)
			}
		}
		slices.SortFunc(events, func(a, b domain.AuditEvent) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		events = events[:min(limit, len(events))]
		more = len(events) == limit
		return nil
	})
	return events, more, err
}

func (r audit) FindOldestUnchained(ctx context.Context) (time.Time, error) {
	events, _, err := r.FindUnchained(ctx, 1)
	if err != nil || len(events) == 0 {
		return time.Time{}, err
	}
	return events[0].At, nil
}

func (r audit) FindLastPosition(context.Context) (last int64, err error) {
	err = r.do(func(s *state) error {
		last = s.audit.lastPosition()
		return nil
	})
	return last, err
}

func (l auditLog) lastPosition() (last int64) {
	for _, entry := range l.entries {
		last = max(last, entry.Position)
	}
	return last
}

// errNoPredecessor: the rows of the chain and the checkpoints have no gaps.
var errNoPredecessor = errors.New("the chain has no row before this one")

func (r audit) AppendChain(
	_ context.Context, opening domain.AuditCheckpoint, entries []domain.AuditChainEntry, signing domain.AuditCheckpoint,
) error {
	return r.do(func(s *state) error {
		changed := s.audit
		changed.entries, changed.checkpoints = slices.Clone(changed.entries), slices.Clone(changed.checkpoints)
		changed, err := changed.withCheckpoint(opening)
		for _, entry := range entries {
			if err == nil {
				changed, err = changed.withEntry(entry)
			}
		}
		if err == nil {
			changed, err = changed.withCheckpoint(signing)
		}
		if err == nil {
			s.audit = changed
		}
		return err
	})
}

func (l auditLog) withEntry(entry domain.AuditChainEntry) (auditLog, error) {
	if before := entry.Position - 1; before > 0 && !l.hasPosition(before) {
		return l, errNoPredecessor
	}
	l.entries = append(l.entries, entry)
	return l, nil
}

func (l auditLog) withCheckpoint(c domain.AuditCheckpoint) (auditLog, error) {
	if c.IsZero() {
		return l, nil
	}
	isPrevious := func(other domain.AuditCheckpoint) bool { return other.Number == c.Number-1 }
	if c.Number > 1 && !slices.ContainsFunc(l.checkpoints, isPrevious) || c.Position > 0 && !l.hasPosition(c.Position) {
		return l, errNoPredecessor
	}
	l.checkpoints = append(l.checkpoints, c)
	return l, nil
}

// hasPosition reports whether an entry or a checkpoint has the position.
func (l auditLog) hasPosition(position int64) bool {
	return slices.ContainsFunc(l.entries, func(e domain.AuditChainEntry) bool { return e.Position == position }) ||
		slices.ContainsFunc(l.checkpoints, func(c domain.AuditCheckpoint) bool { return c.Position == position })
}

func (r audit) ListChain(_ context.Context, after int64, limit int) (found []ports.ChainedEvent, err error) {
	err = r.do(func(s *state) error {
		events := map[domain.ID]domain.AuditEvent{}
		for _, e := range s.audit.events {
			events[e.ID] = e
		}
		for _, entry := range s.audit.entries {
			if entry.Position > after && len(found) < limit {
				found = append(found, ports.ChainedEvent{Entry: entry, Event: events[entry.EventID]})
			}
		}
		return nil
	})
	return found, err
}

func (r audit) ListCheckpoints(_ context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error) {
	return r.checkpoints(limit, func(c domain.AuditCheckpoint) bool { return c.Number > after })
}

func (r audit) ListNewestCheckpoints(_ context.Context, limit int) ([]domain.AuditCheckpoint, error) {
	return r.newestCheckpoints(limit, func(domain.AuditCheckpoint) bool { return true })
}

func (r audit) ListBreaks(_ context.Context, after int64, limit int) ([]domain.AuditCheckpoint, error) {
	return r.newestCheckpoints(limit, func(c domain.AuditCheckpoint) bool { return c.OpensSegment() && c.Segment > after })
}

func (r audit) newestCheckpoints(limit int, match func(domain.AuditCheckpoint) bool) ([]domain.AuditCheckpoint, error) {
	found, err := r.checkpoints(math.MaxInt, match)
	slices.Reverse(found)
	return found[:min(limit, len(found))], err
}

// checkpoints returns the first checkpoints that match, in the order of their numbers.
func (r audit) checkpoints(limit int, match func(domain.AuditCheckpoint) bool) (found []domain.AuditCheckpoint, err error) {
	err = r.do(func(s *state) error {
		for _, c := range s.audit.checkpoints {
			if match(c) && len(found) < limit {
				found = append(found, c)
			}
		}
		return nil
	})
	return found, err
}

// ListUnaccounted finds none: only record adds events, and each of them waits for its entry.
func (r audit) ListUnaccounted(context.Context, domain.ID, int) (unaccounted []domain.ID, next domain.ID, err error) {
	return nil, domain.ID{}, nil
}

// Audited returns the events in the order in which they were recorded.
func (s *Store) Audited() []domain.AuditEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.audit.events)
}

// ChainedAudit returns copies of the chain and of the checkpoints.
func (s *Store) ChainedAudit() ([]domain.AuditChainEntry, []domain.AuditCheckpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.audit.entries), slices.Clone(s.state.audit.checkpoints)
}

// TamperAudit replaces the whole audit log, as the owner of a database can.
func (s *Store) TamperAudit(events []domain.AuditEvent, entries []domain.AuditChainEntry, checkpoints []domain.AuditCheckpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.audit = auditLog{events: events, entries: entries, checkpoints: checkpoints}
}
