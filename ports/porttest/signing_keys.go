package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeys checks the contract of ports.SigningKeys. fresh returns a new store of keys, without any, each time. That the
// newest comes first is for the adapter to check, since no port adds a second key.
func SigningKeys(t *testing.T, fresh func(t *testing.T) ports.SigningKeys) {
	t.Helper()
	for promise, check := range keyPromises {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			check(t, fresh(t))
		})
	}
}

// keyOf is the nth key.
func keyOf(n int) domain.SigningKey {
	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(n + i) //nolint:gosec // any byte will do
	}
	return domain.SigningKey{ID: "key-" + number(n).String(), Seed: seed, CreatedAt: start.Add(time.Duration(n) * time.Minute)}
}

func storedKeys(t *testing.T, k ports.SigningKeys) []domain.SigningKey {
	t.Helper()
	all, err := k.All(ctx)
	must(t, err)
	return all
}

var keyPromises = map[string]func(*testing.T, ports.SigningKeys){
	"having no key yet is no error": func(t *testing.T, k ports.SigningKeys) {
		if all := storedKeys(t, k); len(all) != 0 {
			t.Errorf("%d keys", len(all))
		}
	},
	"the first key comes back as it was stored": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.AddFirst(ctx, keyOf(1)))
		wantSame(t, []domain.SigningKey{keyOf(1)}, storedKeys(t, k))
	},
	"a further key is not stored, and that is no error": func(t *testing.T, k ports.SigningKeys) {
		for _, n := range []int{2, 1, 3, 2} { // older, newer and the same
			must(t, k.AddFirst(ctx, keyOf(n)))
		}
		wantSame(t, []domain.SigningKey{keyOf(2)}, storedKeys(t, k))
	},
	"of simultaneous first keys one is stored": func(t *testing.T, k ports.SigningKeys) {
		for _, err := range atOnce(20, func(i int) error { return k.AddFirst(ctx, keyOf(i)) }) {
			must(t, err)
		}
		all := storedKeys(t, k)
		if len(all) != 1 {
			t.Fatalf("%d keys", len(all))
		}
		for i := range 20 {
			if keyOf(i).ID == all[0].ID {
				wantSame(t, keyOf(i), all[0])
			}
		}
	},
}
