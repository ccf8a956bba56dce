package memory

import (
	"bytes"
	"context"
	"slices"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// auditLog is what the store keeps of the past. The slices only grow.
type auditLog struct {
	events []domain.AuditEvent
	seals  []domain.AuditSeal
	heads  []domain.AuditHead
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

// sealed is which events have a seal.
func (l auditLog) sealed() map[domain.ID]bool {
	done := map[domain.ID]bool{}
	for _, seal := range l.seals {
		done[seal.EventID] = true
	}
	return done
}

func (r audit) Unsealed(_ context.Context, limit int) (newest domain.AuditSeal, events []domain.AuditEvent, err error) {
	err = r.do(func(s *state) error {
		if n := len(s.audit.seals); n > 0 {
			newest = s.audit.seals[n-1]
		}
		done := s.audit.sealed()
		for _, e := range s.audit.events {
			if !done[e.ID] {
				events = append(events, e)
			}
		}
		slices.SortFunc(events, func(a, b domain.AuditEvent) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		events = events[:min(limit, len(events))]
		return nil
	})
	return newest, events, err
}

func (r audit) Seal(_ context.Context, seals []domain.AuditSeal, head domain.AuditHead) error {
	return r.do(func(s *state) error {
		s.audit.seals = append(slices.Clip(s.audit.seals), seals...)
		s.audit.heads = append(slices.Clip(s.audit.heads), head)
		return nil
	})
}

func (r audit) Sealed(_ context.Context, after int64, limit int) (found []ports.SealedEvent, err error) {
	err = r.do(func(s *state) error {
		events := map[domain.ID]domain.AuditEvent{}
		for _, e := range s.audit.events {
			events[e.ID] = e
		}
		for _, seal := range s.audit.seals {
			if seal.Position > after && len(found) < limit {
				found = append(found, ports.SealedEvent{Seal: seal, Event: events[seal.EventID]})
			}
		}
		return nil
	})
	return found, err
}

func (r audit) Heads(_ context.Context, after int64, limit int) (found []domain.AuditHead, err error) {
	err = r.do(func(s *state) error {
		for _, head := range s.audit.heads {
			if head.Position > after && len(found) < limit {
				found = append(found, head)
			}
		}
		return nil
	})
	return found, err
}

// Strays finds none: the memory store has nobody who writes beside it.
func (r audit) Strays(context.Context, domain.ID, int) (strays []domain.ID, next domain.ID, err error) {
	return nil, domain.ID{}, nil
}

// Audited returns the events in the order in which they were recorded.
func (s *Store) Audited() []domain.AuditEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.audit.events)
}
