package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type storedCall struct {
	domain.StoredCall
	network string
}

type idempotentCalls struct{ view }

func (r idempotentCalls) Begin(_ context.Context, c domain.IdempotentCall) (found domain.StoredCall, err error) {
	err = r.do(func(s *state) error {
		found = s.findCall(c)
		if c.State(found) != domain.CallUnknown {
			return nil
		}
		found = domain.StoredCall{Input: c.Inputs[0], Attempt: c.Attempt, BegunAt: c.At}
		s.calls[c.IDs[0]] = storedCall{found, c.Network}
		s.trimCalls(c.Network)
		return nil
	})
	return found, err
}

// findCall returns the newest call with one of the ids.
func (s *state) findCall(c domain.IdempotentCall) (found domain.StoredCall) {
	for _, id := range c.IDs {
		if call, ok := s.calls[id]; ok && !call.BegunAt.Before(found.BegunAt) {
			found = call.StoredCall
		}
	}
	return found
}

func (s *state) trimCalls(network string) {
	var ids []string
	for id, call := range s.calls {
		if call.network == network {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return s.calls[b].BegunAt.Compare(s.calls[a].BegunAt) })
	for _, id := range ids[min(len(ids), domain.MaxIdempotentCalls):] {
		delete(s.calls, id)
	}
}

func (r idempotentCalls) Find(_ context.Context, c domain.IdempotentCall) (found domain.StoredCall, err error) {
	err = r.do(func(s *state) error {
		found = s.findCall(c)
		return nil
	})
	return found, err
}

func (r idempotentCalls) Complete(_ context.Context, c domain.IdempotentCall, device domain.KnownDevice) error {
	return r.do(func(s *state) error {
		call, ok := s.calls[c.IDs[0]]
		if !ok || call.Attempt != c.Attempt || call.Completed {
			return ports.ErrConflict
		}
		call.Completed, call.Device = true, device
		s.calls[c.IDs[0]] = call
		return nil
	})
}

func (r idempotentCalls) Abandon(_ context.Context, c domain.IdempotentCall) error {
	return r.do(func(s *state) error {
		if call := s.calls[c.IDs[0]]; call.Attempt == c.Attempt && !call.Completed {
			delete(s.calls, c.IDs[0])
		}
		return nil
	})
}

func (r idempotentCalls) PurgeExpired(_ context.Context, before time.Time, limit int) (removed int, err error) {
	err = r.do(func(s *state) error {
		var expired []string
		for id, call := range s.calls {
			if call.BegunAt.Before(before) {
				expired = append(expired, id)
			}
		}
		slices.SortFunc(expired, func(a, b string) int {
			return cmp.Or(s.calls[a].BegunAt.Compare(s.calls[b].BegunAt), cmp.Compare(a, b))
		})
		for _, id := range expired[:min(limit, len(expired))] {
			delete(s.calls, id)
			removed++
		}
		return nil
	})
	return removed, err
}
