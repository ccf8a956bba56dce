package porttest

import (
	gocmp "cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// refused is an event that RecordFirst can add.
func refused(kind domain.AuditKind, at time.Time) domain.AuditEvent {
	e := event()
	e.At, e.Kind, e.EmailIndex, e.UserID = at, kind, "", domain.UserID{ID: number(1)}
	return e
}

func recordsFirsts(t *testing.T, b bench) {
	hour := domain.AuditHour(start)
	first, another := refused("a", hour), refused("b", hour)
	must(t, b.r().Audit.RecordFirst(ctx, "network", another, first))
	must(t, b.r().Audit.RecordFirst(ctx, "network", refused("a", hour.Add(time.Hour-tick))))
	b.wantRecorded(t, first, another)
	elsewhere, later := refused("a", hour), refused("a", hour.Add(time.Hour))
	must(t, b.r().Audit.RecordFirst(ctx, "another network", elsewhere))
	must(t, b.r().Audit.RecordFirst(ctx, "network", later))
	b.wantRecorded(t, elsewhere, later)
	b.wantCounts(t, hour.Add(time.Hour), domain.AuditCount{Hour: hour, Network: "another network", Kind: "a", Count: 1},
		domain.AuditCount{Hour: hour, Network: "network", Kind: "a", Count: 2},
		domain.AuditCount{Hour: hour, Network: "network", Kind: "b", Count: 1})
	b.wantCounts(t, hour.Add(2*time.Hour), domain.AuditCount{Hour: hour.Add(time.Hour), Network: "network", Kind: "a", Count: 1})
}

func recordsOneOfConcurrent(t *testing.T, b bench) {
	const n = 50
	for _, err := range concurrently(n, func(int) error {
		return b.r().Audit.RecordFirst(ctx, "network", refused("b", start), refused("a", start))
	}) {
		must(t, err)
	}
	if events := b.unchained(t, 10); len(events) != 2 {
		t.Errorf("%d events, want 2", len(events))
	}
	hour := domain.AuditHour(start)
	b.wantCounts(t, start.Add(time.Hour), domain.AuditCount{Hour: hour, Network: "network", Kind: "a", Count: n},
		domain.AuditCount{Hour: hour, Network: "network", Kind: "b", Count: n})
}

func takesCounts(t *testing.T, b bench) {
	must(t, b.r().Audit.RecordFirst(ctx, "network", refused("a", start), refused("b", start)))
	wantErr(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		_, err := r.Audit.TakeCounts(ctx, start.Add(time.Hour), 10)
		must(t, err)
		return errOfDo
	}), errOfDo)
	for _, want := range []int{1, 1, 0} {
		must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			taken, err := r.Audit.TakeCounts(ctx, start.Add(time.Hour), 1)
			wantSame(t, want, len(taken))
			return err
		}))
	}
}

// wantCounts takes the counts of hours before a time, and checks them in the order of networks and kinds.
func (b bench) wantCounts(t *testing.T, before time.Time, want ...domain.AuditCount) {
	t.Helper()
	var got []domain.AuditCount
	must(t, b.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) (err error) {
		got, err = r.Audit.TakeCounts(ctx, before, 10)
		return err
	}))
	slices.SortFunc(got, func(a, b domain.AuditCount) int {
		return gocmp.Or(strings.Compare(a.Network, b.Network), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	wantSame(t, want, got)
}
