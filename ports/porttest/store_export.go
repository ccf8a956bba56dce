package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var exportPromises = map[string]func(*testing.T, bench){
	"an export holds what is kept about the caller, and of nobody else": exportsEverything,
	"an export holds at most so many of each, the newest": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		for n := range 3 {
			s := policy.Open(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), start.Add(time.Duration(n)*time.Hour))
			must(t, b.r().Sessions.Open(ctx, s, u.PasswordHash, nil, eventAt(s.CreatedAt)))
			l := linkOf(n, u.ID, domain.ResetPassword)
			l.ExpiresAt = l.ExpiresAt.Add(time.Duration(n) * time.Hour)
			must(t, b.r().Links.Add(ctx, l))
		}
		got, err := b.r().Accounts.Export(ctx, domain.Caller{UserID: u.ID, SessionID: domain.SessionID{ID: number(1)}}, 2, event(), start.Add(3*time.Hour))
		must(t, err)
		if len(got.Sessions) != 2 || got.Sessions[0].ID.ID != number(2) || got.Sessions[1].ID.ID != number(1) {
			t.Errorf("sessions: %+v", got.Sessions)
		}
		if len(got.Links) != 2 || !got.Links[0].ExpiresAt.Equal(start.Add(domain.ResetLifetime+2*time.Hour)) {
			t.Errorf("links: %+v", got.Links)
		}
		if len(got.Events) != 2 || got.Events[0].SessionID.ID != number(2) {
			t.Errorf("events: %+v", got.Events)
		}
	},
	"an export for a session that is not live is ErrNotFound, and no event": func(t *testing.T, b bench) {
		u := b.active(t, 1)
		s, other, ended := b.session(t, 1, u), b.session(t, 2, b.active(t, 2)), b.session(t, 3, u)
		must(t, b.r().Sessions.End(ctx, callerOf(ended), event(), start))
		refused := event()
		for _, c := range []domain.Caller{callerOf(ended), {UserID: u.ID, SessionID: other.ID}, {UserID: u.ID, SessionID: domain.SessionID{ID: number(9)}}} {
			_, err := b.r().Accounts.Export(ctx, c, 9, refused, start)
			wantErr(t, err, ports.ErrNotFound)
		}
		_, err := b.r().Accounts.Export(ctx, callerOf(s), 9, refused, s.ExpiresAt)
		wantErr(t, err, ports.ErrNotFound)
		must(t, b.r().Accounts.Terminate(ctx, u.ID, start))
		_, err = b.r().Accounts.Export(ctx, callerOf(s), 9, refused, start)
		wantErr(t, err, ports.ErrNotFound)
		_, events := b.unsealed(t, 99)
		for _, e := range events {
			if e.ID == refused.ID {
				t.Error("the event of an export that was refused was recorded")
			}
		}
	},
	"an export is recorded with its user and session": func(t *testing.T, b bench) {
		s, e := b.session(t, 1, b.active(t, 1)), event()
		e.Address = ""
		_, err := b.r().Accounts.Export(ctx, callerOf(s), 9, e, start)
		must(t, err)
		e.UserID, e.SessionID = s.UserID, s.ID
		_, events := b.unsealed(t, 99)
		wantSame(t, e, events[len(events)-1])
	},
}

func eventAt(at time.Time) domain.AuditEvent {
	e := event()
	e.At = at
	return e
}

func exportsEverything(t *testing.T, b bench) {
	u, other := b.active(t, 1), b.active(t, 2)
	own, ended := b.session(t, 1, u), policy.Open(domain.SessionID{ID: number(2)}, u.ID, deviceOf(2), secretOf(2).Hash(), start.Add(-time.Hour))
	must(t, b.r().Sessions.Open(ctx, ended, u.PasswordHash, nil, eventAt(start.Add(-time.Hour))))
	must(t, b.r().Sessions.End(ctx, callerOf(ended), eventAt(start.Add(time.Minute)), start.Add(time.Minute)))
	ended.EndedAt = start.Add(time.Minute)
	b.session(t, 3, other)
	b.link(t, 3, other.ID, domain.ResetPassword)
	l := b.link(t, 1, u.ID, domain.ResetPassword)
	got, err := b.r().Accounts.Export(ctx, callerOf(own), 9, eventAt(start.Add(time.Hour)), start.Add(time.Hour))
	must(t, err)
	wantSame(t, domain.Export{
		User: u, Sessions: []domain.ExportedSession{exported(own), exported(ended)},
		Links: []domain.ExportedLink{{Purpose: l.Purpose, ExpiresAt: l.ExpiresAt}},
		Events: []domain.ExportedEvent{
			{At: start.Add(time.Minute), Kind: "tested", SessionID: ended.ID}, {At: start, Kind: "tested", SessionID: own.ID},
			{At: start.Add(-time.Hour), Kind: "tested", SessionID: ended.ID},
		},
	}, got)
}

func exported(s domain.Session) domain.ExportedSession {
	return domain.ExportedSession{
		ID: s.ID, DeviceID: s.DeviceID, CreatedAt: s.CreatedAt, RotatedAt: s.RotatedAt, ExpiresAt: s.ExpiresAt, EndsAt: s.EndsAt, EndedAt: s.EndedAt,
	}
}
