package memory

import (
	"context"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

func (a accounts) ExportAccount(
	_ context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time,
) (found domain.Export, err error) {
	err = a.do(func(s *state) error {
		own, err := s.live(c, now)
		if err != nil {
			return err
		}
		found.User = s.users[c.UserID]
		for _, session := range s.sessions {
			if session.UserID == c.UserID {
				found.Sessions = append(found.Sessions, domain.ExportedSession{
					ID: session.ID, DeviceID: session.DeviceID, CreatedAt: session.CreatedAt, RotatedAt: session.RotatedAt,
					ExpiresAt: session.ExpiresAt, EndsAt: session.EndsAt, RevokedAt: session.RevokedAt,
				})
			}
		}
		for d, at := range s.devices {
			if d.UserID == c.UserID {
				found.Devices = append(found.Devices, domain.ExportedDevice{ID: d.ID, LastUsedAt: at})
			}
		}
		for _, l := range s.links {
			if l.UserID == c.UserID {
				found.Links = append(found.Links, domain.ExportedLink{Purpose: l.Purpose, ExpiresAt: l.ExpiresAt})
			}
		}
		for _, event := range slices.Backward(s.audit.events) {
			if event.UserID == c.UserID {
				found.Events = append(found.Events, domain.ExportedEvent{At: event.At, Kind: event.Kind, SessionID: event.SessionID})
			}
		}
		found.Sessions = newest(found.Sessions, limit, func(s domain.ExportedSession) time.Time { return s.CreatedAt })
		found.Devices = newest(found.Devices, limit, func(d domain.ExportedDevice) time.Time { return d.LastUsedAt })
		found.Links = newest(found.Links, limit, func(l domain.ExportedLink) time.Time { return l.ExpiresAt })
		found.Events = newest(found.Events, limit, func(e domain.ExportedEvent) time.Time { return e.At })
		s.record(about(e, own))
		return nil
	})
	return found, err
}

// newest returns at most limit of all, the newest first.
func newest[T any](all []T, limit int, at func(T) time.Time) []T {
	slices.SortStableFunc(all, func(a, b T) int { return at(b).Compare(at(a)) })
	return all[:min(limit, len(all))]
}
