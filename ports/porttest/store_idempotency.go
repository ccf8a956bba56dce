package porttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// callOf is the nth attempt of a call with a key.
func callOf(n int, key string) domain.IdempotentCall {
	return domain.IdempotentCall{
		IDs: []string{"\x00\xff primary " + key, "\x00\xff older " + key}, Inputs: []string{"\x00\xff input", "\x00\xff older input"},
		Network: "\x00\xff network", Attempt: number(n), At: start,
	}
}

// begun is what Begin stores of a call.
func begun(c domain.IdempotentCall) domain.StoredCall {
	return domain.StoredCall{Input: c.Inputs[0], Attempt: c.Attempt, BegunAt: c.At}
}

// wantBegin checks what Begin returns.
func (b bench) wantBegin(t *testing.T, c domain.IdempotentCall, want domain.StoredCall) {
	t.Helper()
	got, err := b.r().IdempotentCalls.Begin(ctx, c)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Begin returned another call (-want +got):\n%s", diff)
	}
}

// wantCall checks what is stored of a call.
func (b bench) wantCall(t *testing.T, c domain.IdempotentCall, want domain.StoredCall) {
	t.Helper()
	got, err := b.r().IdempotentCalls.Find(ctx, c)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("another call is stored (-want +got):\n%s", diff)
	}
}

var idempotencyPromises = map[string]func(*testing.T, bench){
	"of concurrent calls one begins": func(t *testing.T, b bench) {
		const n = 20
		found := make([]domain.StoredCall, n)
		for _, err := range concurrently(n, func(i int) (err error) {
			found[i], err = b.r().IdempotentCalls.Begin(ctx, callOf(i+1, "key")) // 0 would be the zero attempt
			return err
		}) {
			must(t, err)
		}
		winner := found[0].Attempt
		for i, f := range found {
			if f.Attempt != winner || f.Attempt.IsZero() {
				t.Errorf("call %d found the attempt %v, call 0 found %v", i, f.Attempt, winner)
			}
		}
	},
	"a call in any other state stays as it is": func(t *testing.T, b bench) {
		first := callOf(1, "key")
		b.wantBegin(t, first, begun(first))
		b.wantBegin(t, callOf(2, "key"), begun(first))
		other := callOf(3, "key")
		other.Inputs = []string{"another input"}
		b.wantBegin(t, other, begun(first))
		must(t, b.r().IdempotentCalls.Complete(ctx, first, domain.KnownDevice{}))
		completed := begun(first)
		completed.Completed = true
		late := callOf(4, "key")
		late.At = start.Add(domain.IdempotencyLifetime - tick)
		b.wantBegin(t, late, completed)
		b.wantCall(t, late, completed)
	},
	"Complete stores the device": func(t *testing.T, b bench) {
		c, device := callOf(1, "key"), domain.KnownDevice{UserID: domain.UserID{ID: number(7)}, ID: deviceOf(1)}
		b.wantBegin(t, c, begun(c))
		must(t, b.r().IdempotentCalls.Complete(ctx, c, device))
		want := begun(c)
		want.Completed, want.Device = true, device
		b.wantCall(t, c, want)
	},
	"an abandoned call begins again, and its late completion is ErrConflict": func(t *testing.T, b bench) {
		first, second := callOf(1, "key"), callOf(2, "key")
		b.wantBegin(t, first, begun(first))
		second.At = start.Add(domain.IdempotencyAbandonedAfter - tick)
		b.wantBegin(t, second, begun(first))
		different := callOf(3, "key")
		different.At, different.Inputs = start.Add(domain.IdempotencyAbandonedAfter), []string{"another input"}
		b.wantBegin(t, different, begun(first))
		second.At = start.Add(domain.IdempotencyAbandonedAfter)
		b.wantBegin(t, second, begun(second))
		wantErr(t, b.r().IdempotentCalls.Complete(ctx, first, domain.KnownDevice{}), ports.ErrConflict)
		must(t, b.r().IdempotentCalls.Abandon(ctx, first))
		must(t, b.r().IdempotentCalls.Complete(ctx, second, domain.KnownDevice{}))
		wantErr(t, b.r().IdempotentCalls.Complete(ctx, second, domain.KnownDevice{}), ports.ErrConflict)
	},
	"a completed call begins again after its lifetime, also with another input": func(t *testing.T, b bench) {
		first, second := callOf(1, "key"), callOf(2, "key")
		b.wantBegin(t, first, begun(first))
		must(t, b.r().IdempotentCalls.Complete(ctx, first, domain.KnownDevice{UserID: domain.UserID{ID: number(7)}, ID: deviceOf(1)}))
		second.At, second.Inputs = start.Add(domain.IdempotencyLifetime), []string{"another input"}
		b.wantBegin(t, second, begun(second))
	},
	"Abandon forgets a call that has not completed": func(t *testing.T, b bench) {
		first, second := callOf(1, "key"), callOf(2, "key")
		b.wantBegin(t, first, begun(first))
		must(t, b.r().IdempotentCalls.Abandon(ctx, second))
		b.wantCall(t, first, begun(first))
		must(t, b.r().IdempotentCalls.Abandon(ctx, first))
		b.wantCall(t, first, domain.StoredCall{})
		b.wantBegin(t, second, begun(second))
		must(t, b.r().IdempotentCalls.Complete(ctx, second, domain.KnownDevice{}))
		must(t, b.r().IdempotentCalls.Abandon(ctx, second))
		want := begun(second)
		want.Completed = true
		b.wantCall(t, second, want)
	},
	"a call is found by the id and the input under an older key": func(t *testing.T, b bench) {
		old := callOf(1, "key")
		old.IDs, old.Inputs = old.IDs[1:], old.Inputs[1:]
		b.wantBegin(t, old, begun(old))
		b.wantBegin(t, callOf(2, "key"), begun(old))
		b.wantCall(t, callOf(2, "key"), begun(old))
		b.wantCall(t, callOf(2, "another"), domain.StoredCall{})
	},
	"beyond the limit of a network the oldest calls are forgotten": func(t *testing.T, b bench) {
		elsewhere := callOf(1, "elsewhere")
		elsewhere.Network = "another network"
		b.wantBegin(t, elsewhere, begun(elsewhere))
		at := func(n int) domain.IdempotentCall {
			c := callOf(n, fmt.Sprint(n))
			c.At = start.Add(time.Duration(n) * tick)
			return c
		}
		for n := range domain.MaxIdempotentCalls + 2 {
			_, err := b.r().IdempotentCalls.Begin(ctx, at(n))
			must(t, err)
		}
		for n, kept := range map[int]bool{0: false, 1: false, 2: true, domain.MaxIdempotentCalls + 1: true} {
			want := domain.StoredCall{}
			if kept {
				want = begun(at(n))
			}
			b.wantCall(t, at(n), want)
		}
		b.wantCall(t, elsewhere, begun(elsewhere))
	},
	"PurgeExpired forgets at most limit calls, the oldest first": func(t *testing.T, b bench) {
		for n := range 4 {
			c := callOf(n, fmt.Sprint(n))
			c.At = start.Add(time.Duration(n) * time.Hour)
			b.wantBegin(t, c, begun(c))
		}
		before := start.Add(3 * time.Hour)
		wantRemoved(t, 2)(b.r().IdempotentCalls.PurgeExpired(ctx, before, 2))
		b.wantCall(t, callOf(0, "1"), domain.StoredCall{})
		wantRemoved(t, 1)(b.r().IdempotentCalls.PurgeExpired(ctx, before, 2))
		wantRemoved(t, 0)(b.r().IdempotentCalls.PurgeExpired(ctx, before, 2))
	},
	"Complete takes effect with its transaction": func(t *testing.T, b bench) {
		c := callOf(1, "key")
		b.wantBegin(t, c, begun(c))
		wantErr(t, b.Store.InTx(ctx, func(_ context.Context, r ports.Repos) error {
			must(t, r.IdempotentCalls.Complete(ctx, c, domain.KnownDevice{}))
			return errOfDo
		}), errOfDo)
		b.wantCall(t, c, begun(c))
	},
}
