package porttest

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var auditPromises = map[string]func(*testing.T, bench){
	"FindUnchained returns events as they were recorded, in the order of their ids, up to the limit": func(t *testing.T, b bench) {
		whole, bare := event(), event()
		whole.UserID, whole.SessionID = domain.UserID{ID: number(1)}, domain.SessionID{ID: number(2)}
		whole.KeyID, whole.Count, bare.EmailIndex, bare.Network = "key", 7, "", ""
		must(t, b.r().Audit.Record(ctx, bare, whole))
		wantSame(t, []domain.AuditEvent{whole, bare}, b.unchained(t, 10))
		wantSame(t, []domain.AuditEvent{whole}, b.unchained(t, 1))
	},
	"IsRecorded finds events by their ids, chained or not": func(t *testing.T, b bench) {
		recorded := b.record(t, 1)[0]
		b.chain(t, 10)
		unchained := b.record(t, 1)[0]
		for id, want := range map[domain.ID]bool{recorded.ID: true, unchained.ID: true, event().ID: false} {
			isRecorded, err := b.r().Audit.IsRecorded(ctx, id)
			must(t, err)
			if isRecorded != want {
				t.Errorf("the event %v is recorded: %v, want %v", id, isRecorded, want)
			}
		}
	},
	"an event of a transaction that fails is not recorded": func(t *testing.T, b bench) {
		wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			must(t, r.Audit.Record(ctx, event()))
			return errOfDo
		}), errOfDo)
		if got := b.unchained(t, 10); len(got) != 0 {
			t.Errorf("recorded %v, want no event", got)
		}
	},
	"an event of a login is recorded if and only if the session was created":          recordsLogins,
	"an event of a logout is recorded if and only if a session was revoked":           recordsLogouts,
	"an event of a late reuse is recorded with the pseudonym of its user and network": recordsReuses,
	"chained events are listed with their entries, and no longer wait for them": func(t *testing.T, b bench) {
		first := b.record(t, 3)
		b.chain(t, 2)
		b.chain(t, 10)
		second := b.record(t, 1)
		b.chain(t, 10)
		last, err := b.r().Audit.FindLastPosition(ctx)
		must(t, err)
		if unchained := b.unchained(t, 10); last != 4 || len(unchained) != 0 {
			t.Errorf("%d events wait after position %d, want none after position 4", len(unchained), last)
		}
		var entry domain.AuditChainEntry
		var want []ports.ChainedEvent
		for _, e := range append(first, second...) {
			entry = entry.Next(e)
			want = append(want, ports.ChainedEvent{Entry: entry, Event: e})
		}
		for after, limit := range map[int64]int{0: 10, 1: 2, 3: 10, 4: 10} {
			got, err := b.r().Audit.ListChain(ctx, after, limit)
			must(t, err)
			wantSame(t, slices.Concat(want[after:min(int(after)+limit, len(want))]), slices.Concat(got))
		}
		checkpoints, err := b.r().Audit.ListCheckpoints(ctx, 0, 10)
		must(t, err)
		var positions []int64
		for _, c := range checkpoints {
			positions = append(positions, c.Position)
		}
		wantSame(t, []int64{2, 3, 4}, positions)
		unaccounted, next, err := b.r().Audit.ListUnaccounted(ctx, domain.ID{}, 10)
		if must(t, err); len(unaccounted) != 0 || !next.IsZero() {
			t.Errorf("unaccounted events %v, next %v; want none", unaccounted, next)
		}
	},
	"RecordFirst adds the first event of a network, kind and hour, and counts the others":     recordsFirsts,
	"concurrent calls of RecordFirst add one event, and all are counted":                      recordsOneOfConcurrent,
	"TakeCounts removes the counts of earlier hours, up to the limit, with their transaction": takesCounts,
	"concurrent transactions chain each event once":                                           chainsEachEventOnce,
	"checkpoints are listed as they were added, from either end":                              listsCheckpoints,
	"an entry or a checkpoint without a predecessor is not added":                             requiresPredecessors,
	"the first entry of a segment follows its first checkpoint":                               followsTheOpening,
	"an event that has an entry is not found as unchained":                                    skipsChainedEvents,
	"FindOldestUnchained returns the time of the first event that waits": func(t *testing.T, b bench) {
		wantOldest := func(want time.Time) {
			t.Helper()
			got, err := b.r().Audit.FindOldestUnchained(ctx)
			must(t, err)
			wantSame(t, want, got)
		}
		wantOldest(time.Time{})
		first, second := event(), event()
		first.At = second.At.Add(time.Minute) // the queue is in the order of the ids
		must(t, b.r().Audit.Record(ctx, first, second))
		waiting := b.unchained(t, 10)
		wantOldest(waiting[0].At)
		b.chain(t, 1)
		wantOldest(waiting[1].At)
		b.chain(t, 1)
		wantOldest(time.Time{})
	},
	"there is no last position before the first entry": func(t *testing.T, b bench) {
		last, err := b.r().Audit.FindLastPosition(ctx)
		if must(t, err); last != 0 {
			t.Errorf("the last position is %d", last)
		}
	},
}

// record records n events.
func (b bench) record(t *testing.T, n int) []domain.AuditEvent {
	t.Helper()
	made := make([]domain.AuditEvent, n)
	for i := range made {
		made[i] = event()
	}
	must(t, b.r().Audit.Record(ctx, made...))
	return made
}

// unchained returns what FindUnchained returns in a transaction, whose other changes it reverts.
func (b bench) unchained(t rapid.TB, limit int) (events []domain.AuditEvent) {
	t.Helper()
	wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		found, more, err := r.Audit.FindUnchained(ctx, limit)
		if must(t, err); len(found) == limit && !more {
			t.Error("there are certainly no more events after a full page")
		}
		events = found
		return errOfDo
	}), errOfDo)
	return events
}

// recordedAs returns the unchained events with the id of e.
func (b bench) recordedAs(t rapid.TB, e domain.AuditEvent) []domain.AuditEvent {
	t.Helper()
	events := b.unchained(t, 10_000)
	return slices.DeleteFunc(events, func(recorded domain.AuditEvent) bool { return recorded.ID != e.ID })
}

// chain appends at most limit events to the chain.
func (b bench) chain(t *testing.T, limit int) {
	t.Helper()
	must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return appendChain(ctx, r, limit) }))
}

// appendChain chains events after the newest checkpoint, unless another transaction does.
func appendChain(ctx context.Context, r ports.Repos, limit int) error {
	locked, err := r.Audit.LockChain(ctx)
	if err != nil || !locked {
		return err
	}
	newest, err := r.Audit.ListNewestCheckpoints(ctx, 1)
	if err != nil {
		return err
	}
	events, _, err := r.Audit.FindUnchained(ctx, limit)
	if err != nil || len(events) == 0 {
		return err
	}
	entries, signing := chainOf(newest, events)
	return r.Audit.AppendChain(ctx, domain.AuditCheckpoint{}, entries, signing)
}

// chainOf returns the entries of events after the newest checkpoint, and one that signs them.
func chainOf(newest []domain.AuditCheckpoint, events []domain.AuditEvent) ([]domain.AuditChainEntry, domain.AuditCheckpoint) {
	var before domain.AuditCheckpoint
	if len(newest) > 0 {
		before = newest[0]
	}
	end, entries := before.End(), make([]domain.AuditChainEntry, len(events))
	for i, e := range events {
		end = end.Next(e)
		entries[i] = end
	}
	return entries, signed(before.Next(end, start))
}

func signed(c domain.AuditCheckpoint) domain.AuditCheckpoint {
	c.Signature = domain.AuditSignature{Key: "key", Value: []byte("signature \x00\xff")}
	return c
}

// append adds to the chain in a transaction.
func (b bench) append(opening domain.AuditCheckpoint, entries []domain.AuditChainEntry, signing domain.AuditCheckpoint) error {
	return b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		return r.Audit.AppendChain(ctx, opening, entries, signing)
	})
}

func listsCheckpoints(t *testing.T, b bench) {
	list := func(list func(context.Context, int64, int) ([]domain.AuditCheckpoint, error), after int64, limit int) []domain.AuditCheckpoint {
		t.Helper()
		found, err := list(ctx, after, limit)
		must(t, err)
		return slices.Concat(found)
	}
	newest := func(ctx context.Context, _ int64, limit int) ([]domain.AuditCheckpoint, error) {
		return b.r().Audit.ListNewestCheckpoints(ctx, limit)
	}
	b.record(t, 1)
	b.chain(t, 10)
	first := list(newest, 0, 1)[0]
	second := signed(domain.OpenAuditSegment(first, domain.AuditBreakEntries, 2, 1, start))
	must(t, b.append(second, nil, domain.AuditCheckpoint{}))
	third := signed(domain.OpenAuditSegment(second, domain.AuditBreakOrder, 3, 1, start.Add(time.Hour)))
	must(t, b.append(third, nil, domain.AuditCheckpoint{}))

	all, breaks := b.r().Audit.ListCheckpoints, b.r().Audit.ListBreaks
	wantSame(t, []domain.AuditCheckpoint{first, second, third}, list(all, 0, 10))
	wantSame(t, []domain.AuditCheckpoint{second}, list(all, 1, 1))
	wantSame(t, []domain.AuditCheckpoint{third, second}, list(newest, 0, 2))
	wantSame(t, []domain.AuditCheckpoint{third, second}, list(breaks, 1, 10))
	wantSame(t, []domain.AuditCheckpoint{third}, list(breaks, 1, 1))
	wantSame(t, []domain.AuditCheckpoint{third}, list(breaks, 2, 10))
}

func requiresPredecessors(t *testing.T, b bench) {
	events := b.record(t, 2)
	entries, signing := chainOf(nil, events)
	gap := entries[1]
	gap.Position = math.MaxInt64 >> 2
	highest := domain.AuditChainEntry{Position: math.MaxInt64, EventID: events[0].ID}
	last := signed(domain.AuditCheckpoint{Number: math.MaxInt64, Segment: 1})
	skipped, beyond := signing, signing
	skipped.Number, beyond.Position = 2, gap.Position
	for name, err := range map[string]error{
		"an entry without the one before":      b.append(domain.AuditCheckpoint{}, entries[1:], signing),
		"an entry after a gap":                 b.append(domain.AuditCheckpoint{}, []domain.AuditChainEntry{entries[0], gap}, signing),
		"a checkpoint without the one before":  b.append(domain.AuditCheckpoint{}, entries, skipped),
		"a checkpoint beyond the last entry":   b.append(domain.AuditCheckpoint{}, entries, beyond),
		"an opening beyond the last entry":     b.append(beyond, nil, domain.AuditCheckpoint{}),
		"the highest position of all":          b.append(domain.AuditCheckpoint{}, []domain.AuditChainEntry{highest}, signing),
		"a checkpoint with the highest number": b.append(last, nil, domain.AuditCheckpoint{}),
	} {
		if err == nil {
			t.Errorf("%s was added", name)
		}
	}
	wantSame(t, events, b.unchained(t, 10))
	must(t, b.append(domain.AuditCheckpoint{}, entries, signing))
}

func followsTheOpening(t *testing.T, b bench) {
	b.record(t, 2)
	b.chain(t, 10)
	newest, err := b.r().Audit.ListNewestCheckpoints(ctx, 1)
	must(t, err)
	opening := signed(domain.OpenAuditSegment(newest[0], domain.AuditBreakEntries, 2, 2, start))
	events := b.record(t, 1)
	entries, signing := chainOf([]domain.AuditCheckpoint{opening}, events)
	must(t, b.append(opening, entries, signing))
	chained, err := b.r().Audit.ListChain(ctx, 2, 10)
	must(t, err)
	wantSame(t, []ports.ChainedEvent{{Entry: entries[0], Event: events[0]}}, slices.Concat(chained))
}

func skipsChainedEvents(t *testing.T, b bench) {
	first, second := b.record(t, 1), b.record(t, 1)
	entries, signing := chainOf(nil, first)
	must(t, b.append(domain.AuditCheckpoint{}, entries, signing))
	wantSame(t, second, b.unchained(t, 10))
}

// about is the event as a repository records it, with the user and session filled in.
func about(e domain.AuditEvent, user domain.UserID, session domain.SessionID) domain.AuditEvent {
	e.UserID, e.SessionID = user, session
	return e
}

// wantRecorded checks which events were recorded since it was last called, and chains them.
func (b bench) wantRecorded(t *testing.T, want ...domain.AuditEvent) {
	t.Helper()
	got := b.unchained(t, 100)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	b.chain(t, 100)
}

func recordsLogins(t *testing.T, b bench) {
	u, e := b.active(t, 1), event()
	must(t, b.r().Sessions.Create(ctx, sessionOf(1, u), u.PasswordHash, nil, e))
	b.wantRecorded(t, about(e, u.ID, sessionOf(1, u).ID))
	wantErr(t, b.r().Sessions.Create(ctx, sessionOf(2, u), "$hash$other", nil, event()), ports.ErrConflict)
	b.wantRecorded(t)
}

func recordsLogouts(t *testing.T, b bench) {
	u := b.active(t, 1)
	first, second := b.session(t, 1, u), b.session(t, 2, u)
	b.chain(t, 100)
	e := event()
	e.EmailIndex = ""
	must(t, b.r().Sessions.RevokeSession(ctx, callerOf(first), e, start))
	b.wantRecorded(t, about(e, u.ID, first.ID))
	wantErr(t, b.r().Sessions.RevokeSession(ctx, callerOf(first), event(), start), ports.ErrNotFound)
	wantErr(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(first), event(), start), ports.ErrNotFound)
	b.wantRecorded(t)
	b.session(t, 3, u)
	b.chain(t, 100)
	e = event()
	e.EmailIndex = ""
	must(t, b.r().Sessions.RevokeAllSessions(ctx, callerOf(second), e, start))
	b.wantRecorded(t, about(e, u.ID, domain.SessionID{}))
}

func recordsReuses(t *testing.T, b bench) {
	u := b.active(t, 1)
	s := b.session(t, 1, u)
	b.chain(t, 100)
	old := grantOf(s, 1)
	for range 2 { // the second time within the reuse interval
		_, err := b.r().Sessions.RefreshToken(ctx, old, policy, homeNetwork, event(), start)
		must(t, err)
	}
	b.wantRecorded(t)
	e := event()
	e.EmailIndex = ""
	_, err := b.r().Sessions.RefreshToken(ctx, old, policy, homeNetwork, e, start.Add(time.Hour))
	must(t, err)
	e.Kind, e.Network = domain.AuditRefreshTokenReused, domain.AuditPseudonym(e.Network, u.ID)
	b.wantRecorded(t, about(e, u.ID, s.ID))
	_, err = b.r().Sessions.RefreshToken(ctx, old, policy, homeNetwork, event(), start.Add(time.Hour))
	wantErr(t, err, ports.ErrNotFound)
	b.wantRecorded(t)
}

func chainsEachEventOnce(t *testing.T, b bench) {
	const writers, each = 8, 10
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				if err := b.r().Audit.Record(ctx, event()); err != nil {
					t.Error(err)
				}
				if err := b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error { return appendChain(ctx, r, 3) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.chain(t, writers*each)
	got, err := b.r().Audit.ListChain(ctx, 0, 1000)
	must(t, err)
	var entry domain.AuditChainEntry
	for _, chained := range got {
		if entry = entry.Next(chained.Event); chained.Entry != entry {
			t.Fatalf("the entry at position %d does not follow from the one before", chained.Entry.Position)
		}
	}
	if len(got) != writers*each {
		t.Errorf("%d of %d events are chained", len(got), writers*each)
	}
}
