package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var exportPromises = map[string]func(*testing.T, bench){
	"ExportAccount finds everything about the caller, and nothing about other users": exportsEverything,
	"ExportAccount finds at most limit each of sessions, links and events, the newest first": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 3 {
			at := start.Add(time.Duration(n) * time.Hour)
			s := policy.NewSession(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), at)
			must(t, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, eventAt(at)))
			l := linkOf(n, u.ID, domain.ResetPassword)
			l.ExpiresAt = l.ExpiresAt.Add(time.Duration(n) * time.Hour)
			must(t, b.r().Links.Add(ctx, l))
		}
		caller := domain.Caller{UserID: u.ID, SessionID: domain.SessionID{ID: number(1)}}
		got, err := b.r().Accounts.ExportAccount(ctx, caller, 2, event(), start.Add(3*time.Hour))
		must(t, err)
		if len(got.Sessions) != 2 || got.Sessions[0].ID.ID != number(2) || got.Sessions[1].ID.ID != number(1) {
			t.Errorf("sessions: %+v", got.Sessions)
		}
		if len(got.Links) != 2 || !got.Links[0].ExpiresAt.Equal(start.Add(domain.ResetMinLifetime+2*time.Hour)) {
			t.Errorf("links: %+v", got.Links)
		}
		if len(got.Events) != 2 || got.Events[0].SessionID.ID != number(2) {
			t.Errorf("events: %+v", got.Events)
		}
	},
	"exporting with a session that is not live is ErrNotFound, and records no event": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other, revoked := b.session(t, 1, u), b.session(t, 2, b.active(t, 2)), b.session(t, 3, u)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revoked), event(), start))
		refused := event()
		for _, c := range []domain.Caller{
			callerOf(revoked), {UserID: u.ID, SessionID: other.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}},
		} {
			_, err := b.r().Accounts.ExportAccount(ctx, c, 9, refused, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		_, err := b.r().Accounts.ExportAccount(ctx, callerOf(s), 9, refused, s.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		_, err = b.r().Accounts.ExportAccount(ctx, callerOf(s), 9, refused, start)
		wantErr(t, err, ports.ErrNotFound)
		events := b.unchained(t, 99)
		for _, e := range events {
			if e.ID == refused.ID {
				t.Error("the event of a refused export was recorded")
			}
		}
	},
	"ExportAccount records the event with the user and the session": func(t *testing.T, b bench) {
		s, e := b.session(t, 1, b.active(t, 1)), event()
		e.EmailIndex = ""
		_, err := b.r().Accounts.ExportAccount(ctx, callerOf(s), 9, e, start)
		must(t, err)
		e.UserID, e.SessionID = s.UserID, s.ID
		events := b.unchained(t, 99)
		wantSame(t, e, events[len(events)-1])
	},
}

// eventAt is a new audit event of a time.
func eventAt(at time.Time) domain.AuditEvent {
	e := event()
	e.At = at
	return e
}

func exportsEverything(t *testing.T, b bench) {
	u, other := b.active(t, 1), b.active(t, 2)
	own := b.session(t, 1, u)
	revoked := policy.NewSession(domain.SessionID{ID: number(2)}, u.ID, deviceOf(2), secretOf(2).Hash(), start.Add(-time.Hour))
	must(t, b.r().Sessions.Create(ctx, revoked, u.PasswordHash, nil, eventAt(start.Add(-time.Hour))))
	must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revoked), eventAt(start.Add(time.Minute)), start.Add(time.Minute)))
	revoked.RevokedAt = start.Add(time.Minute)
	b.session(t, 3, other)
	b.link(t, 3, other.ID, domain.ResetPassword)
	l := b.link(t, 1, u.ID, domain.ResetPassword)
	got, err := b.r().Accounts.ExportAccount(ctx, callerOf(own), 9, eventAt(start.Add(time.Hour)), start.Add(time.Hour))
	must(t, err)
	wantSame(t, domain.Export{
		User: u, Sessions: []domain.ExportedSession{exported(own), exported(revoked)},
		Devices: []domain.ExportedDevice{
			{ID: own.DeviceID, LastUsedAt: own.CreatedAt}, {ID: revoked.DeviceID, LastUsedAt: revoked.CreatedAt},
		},
		Links: []domain.ExportedLink{{Purpose: l.Purpose, ExpiresAt: l.ExpiresAt}},
		Events: []domain.ExportedEvent{
			{At: start.Add(time.Minute), Kind: "tested", SessionID: revoked.ID}, {At: start, Kind: "tested", SessionID: own.ID},
			{At: start.Add(-time.Hour), Kind: "tested", SessionID: revoked.ID},
		},
	}, got)
}

func exported(s domain.Session) domain.ExportedSession {
	return domain.ExportedSession{
		ID: s.ID, DeviceID: s.DeviceID, CreatedAt: s.CreatedAt, RotatedAt: s.RotatedAt,
		ExpiresAt: s.ExpiresAt, EndsAt: s.EndsAt, RevokedAt: s.RevokedAt,
	}
}
