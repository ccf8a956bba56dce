package porttest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var auditPromises = map[string]func(*testing.T, bench){
	"events come back as they were recorded, in the order of their ids": func(t *testing.T, b bench) {
		whole, bare := event(), event()
		whole.UserID, whole.SessionID = domain.UserID{ID: number(1)}, domain.SessionID{ID: number(2)}
		whole.KeyID, bare.Address, bare.Network = "key", "", ""
		must(t, b.r().Audit.Record(ctx, bare, whole))
		_, got := b.unsealed(t, 10)
		wantSame(t, []domain.AuditEvent{whole, bare}, got)
		_, got = b.unsealed(t, 1)
		wantSame(t, []domain.AuditEvent{whole}, got)
	},
	"an event of a transaction that fails is not there": func(t *testing.T, b bench) {
		failure := errors.New("no")
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			must(t, r.Audit.Record(ctx, event()))
			return failure
		}), failure)
		if _, got := b.unsealed(t, 10); len(got) != 0 {
			t.Errorf("recorded %v", got)
		}
	},
	"a session's event is there if and only if the session opened":  recordsLogins,
	"a session's event is there if and only if the session ended":   recordsLogouts,
	"a replay's event is there if and only if it ended the session": recordsReplays,
	"sealed events are told with their seals and no longer waiting": func(t *testing.T, b bench) {
		first := b.record(t, 3)
		b.seal(t, 2)
		b.seal(t, 10)
		second := b.record(t, 1)
		b.seal(t, 10)
		if newest, waiting := b.unsealed(t, 10); newest.Position != 4 || len(waiting) != 0 {
			t.Errorf("%d events wait behind position %d", len(waiting), newest.Position)
		}
		var chain domain.AuditSeal
		var want []ports.SealedEvent
		for _, e := range append(first, second...) {
			chain = chain.Next(e)
			want = append(want, ports.SealedEvent{Seal: chain, Event: e})
		}
		for after, limit := range map[int64]int{0: 10, 1: 2, 3: 10, 4: 10} {
			got, err := b.r().Audit.Sealed(ctx, after, limit)
			must(t, err)
			wantSame(t, slices.Concat(want[after:min(int(after)+limit, len(want))]), slices.Concat(got))
		}
		heads, err := b.r().Audit.Heads(ctx, 0, 10)
		must(t, err)
		var at []int64
		for _, h := range heads {
			at = append(at, h.Position)
		}
		wantSame(t, []int64{2, 3, 4}, at)
		strays, next, err := b.r().Audit.Strays(ctx, domain.ID{}, 10)
		if must(t, err); len(strays) != 0 || !next.IsZero() {
			t.Errorf("strays %v, then %v", strays, next)
		}
	},
	"many at once seal each event once": sealsEachEventOnce,
}

func (b bench) record(t *testing.T, n int) []domain.AuditEvent {
	t.Helper()
	made := make([]domain.AuditEvent, n)
	for i := range made {
		made[i] = event()
	}
	must(t, b.r().Audit.Record(ctx, made...))
	return made
}

func (b bench) unsealed(t *testing.T, limit int) (newest domain.AuditSeal, events []domain.AuditEvent) {
	t.Helper()
	must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) (err error) {
		newest, events, err = r.Audit.Unsealed(ctx, limit)
		return err
	}))
	return newest, events
}

func (b bench) seal(t *testing.T, limit int) {
	t.Helper()
	must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return sealSome(ctx, r, limit) }))
}

func sealSome(ctx context.Context, r ports.Repos, limit int) error {
	newest, events, err := r.Audit.Unsealed(ctx, limit)
	if err != nil || len(events) == 0 {
		return err
	}
	seals := make([]domain.AuditSeal, len(events))
	for i, e := range events {
		newest = newest.Next(e)
		seals[i] = newest
	}
	return r.Audit.Seal(ctx, seals, domain.AuditHead{Position: newest.Position, Chain: newest.Chain, At: start, Tag: []byte("tag")})
}

// about is the event as an intent records it.
func about(e domain.AuditEvent, user domain.UserID, session domain.SessionID) domain.AuditEvent {
	e.UserID, e.SessionID = user, session
	return e
}

func (b bench) wantRecorded(t *testing.T, want ...domain.AuditEvent) {
	t.Helper()
	_, got := b.unsealed(t, 100)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	b.seal(t, 100)
}

func recordsLogins(t *testing.T, b bench) {
	u, e := b.active(t, 1), event()
	must(t, b.r().Sessions.Open(ctx, sessionOf(1, u), u.PasswordHash, nil, e))
	b.wantRecorded(t, about(e, u.ID, sessionOf(1, u).ID))
	wantErr(t, b.r().Sessions.Open(ctx, sessionOf(2, u), "$hash$other", nil, event()), ports.ErrConflict)
	b.wantRecorded(t)
}

func recordsLogouts(t *testing.T, b bench) {
	u := b.active(t, 1)
	first, second := b.session(t, 1, u), b.session(t, 2, u)
	b.seal(t, 100)
	e := event()
	e.Address = ""
	must(t, b.r().Sessions.End(ctx, callerOf(first), e, start))
	b.wantRecorded(t, about(e, u.ID, first.ID))
	wantErr(t, b.r().Sessions.End(ctx, callerOf(first), event(), start), ports.ErrNotFound)
	wantErr(t, b.r().Sessions.EndAll(ctx, callerOf(first), event(), start), ports.ErrNotFound)
	b.wantRecorded(t)
	b.session(t, 3, u)
	b.seal(t, 100)
	e = event()
	e.Address = ""
	must(t, b.r().Sessions.EndAll(ctx, callerOf(second), e, start))
	b.wantRecorded(t, about(e, u.ID, domain.SessionID{}))
}

func recordsReplays(t *testing.T, b bench) {
	u := b.active(t, 1)
	s := b.session(t, 1, u)
	b.seal(t, 100)
	old := grantOf(s, 1)
	for range 2 { // the second time within the grace
		_, err := b.r().Sessions.Rotate(ctx, old, policy, event(), start)
		must(t, err)
	}
	b.wantRecorded(t)
	e := event()
	e.Address = ""
	_, err := b.r().Sessions.Rotate(ctx, old, policy, e, start.Add(time.Hour))
	must(t, err)
	b.wantRecorded(t, about(e, u.ID, s.ID))
	_, err = b.r().Sessions.Rotate(ctx, old, policy, event(), start.Add(time.Hour))
	wantErr(t, err, ports.ErrNotFound)
	b.wantRecorded(t)
}

func sealsEachEventOnce(t *testing.T, b bench) {
	const writers, each = 8, 10
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := b.r().Audit.Record(ctx, event()); err != nil {
					t.Error(err)
				}
				if err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return sealSome(ctx, r, 3) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.seal(t, writers*each)
	got, err := b.r().Audit.Sealed(ctx, 0, 1000)
	must(t, err)
	var chain domain.AuditSeal
	for _, s := range got {
		if chain = chain.Next(s.Event); s.Seal != chain {
			t.Fatalf("position %d is not behind the one before", s.Seal.Position)
		}
	}
	if len(got) != writers*each {
		t.Errorf("%d of %d events sealed", len(got), writers*each)
	}
}
