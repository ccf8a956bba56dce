package memory

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

type restoredData struct{ view }

// RestoredData returns the ports.RestoredData of the store.
func (s *Store) RestoredData() ports.RestoredData { return restoredData{view{store: s}} }

func (d restoredData) RevokeSessions(
	_ context.Context, after domain.SessionID, limit int, now time.Time,
) (last domain.SessionID, revoked int, err error) {
	last = after
	byID := func(a, b domain.SessionID) int { return bytes.Compare(a.ID[:], b.ID[:]) }
	err = d.do(func(s *state) error {
		found := 0
		for _, id := range slices.SortedFunc(maps.Keys(s.sessions), byID) {
			if byID(id, after) <= 0 || found == limit {
				continue
			}
			found++
			last = id
			if session := s.sessions[id]; session.RevokedAt.IsZero() {
				session.RevokedAt = now
				s.save(session)
				revoked++
			}
		}
		return nil
	})
	return last, revoked, err
}

func (d restoredData) RemoveLinks(_ context.Context, limit int) (removed int, err error) {
	err = d.do(func(s *state) error {
		for hash, l := range s.links {
			if removed < limit && l.Purpose != domain.CancelTermination {
				delete(s.links, hash)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

func (d restoredData) RemoveDevices(_ context.Context, limit int) (removed int, err error) {
	err = d.do(func(s *state) error {
		for device := range s.devices {
			if removed < limit {
				delete(s.devices, device)
				removed++
			}
		}
		return nil
	})
	return removed, err
}

func (d restoredData) RemoveMessages(_ context.Context, limit int) (removed int, err error) {
	err = d.do(func(s *state) error {
		removed = min(limit, len(s.messages))
		s.messages = s.messages[removed:]
		return nil
	})
	return removed, err
}
