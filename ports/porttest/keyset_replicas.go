package porttest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// KeysetReplicas checks the contract of ports.KeysetReplicas. fresh returns an empty set of replicas each time.
func KeysetReplicas(t *testing.T, fresh func(t *testing.T) ports.KeysetReplicas) {
	t.Helper()
	for promise, check := range keysetReplicaPromises {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

// replicaOf is the nth replica.
func replicaOf(n int, writes ...string) domain.KeysetReplica {
	return domain.KeysetReplica{ID: number(n), Reads: append([]string{"aead:1"}, writes...), Writes: append([]string{}, writes...)}
}

// wantRunning checks which replicas are running at a time.
func wantRunning(t *testing.T, k ports.KeysetReplicas, at time.Time, want ...domain.KeysetReplica) {
	t.Helper()
	running, err := k.ListRunning(ctx, at)
	must(t, err)
	if diff := cmp.Diff(want, running, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("running at %v (-want +got):\n%s", at, diff)
	}
}

const lease = time.Minute

var keysetReplicaPromises = map[string]func(*testing.T, ports.KeysetReplicas){
	"no replica is no error": func(t *testing.T, k ports.KeysetReplicas) {
		wantRunning(t, k, start)
	},
	"replicas are listed by id until their leases end": func(t *testing.T, k ports.KeysetReplicas) {
		first, second := replicaOf(1, "mac:1"), replicaOf(2)
		must(t, k.Announce(ctx, second, start, lease))
		must(t, k.Announce(ctx, first, start, lease+tick))
		wantRunning(t, k, start.Add(lease-tick), first, second)
		wantRunning(t, k, start.Add(lease), first)
		wantRunning(t, k, start.Add(lease+tick))
	},
	"announcing again renews the lease and leaves the keys unchanged": func(t *testing.T, k ports.KeysetReplicas) {
		first := replicaOf(1, "mac:1")
		must(t, k.Announce(ctx, first, start, lease))
		must(t, k.Announce(ctx, replicaOf(1, "mac:2"), start.Add(lease/2), lease))
		wantRunning(t, k, start.Add(lease), first)
	},
	"a replica whose lease has ended can be announced again": func(t *testing.T, k ports.KeysetReplicas) {
		first := replicaOf(1, "mac:1")
		must(t, k.Announce(ctx, first, start, lease))
		must(t, k.Announce(ctx, first, start.Add(9*lease), lease))
		wantRunning(t, k, start.Add(9*lease), first)
	},
	"a replica that left is not listed, and leaving again is no error": func(t *testing.T, k ports.KeysetReplicas) {
		first, second := replicaOf(1), replicaOf(2)
		must(t, k.Announce(ctx, first, start, lease))
		must(t, k.Announce(ctx, second, start, lease))
		for range 2 {
			must(t, k.Leave(ctx, first.ID, start))
			wantRunning(t, k, start, second)
		}
	},
}
