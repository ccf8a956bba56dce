package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeys checks the contract of ports.SigningKeys. fresh returns a new store of keys, without any, each time.
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
	return domain.SigningKey{ID: "key-" + number(n).String(), Seed: seed, CreatedAt: start, SignsAt: start.Add(time.Duration(n) * time.Minute)}
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
		must(t, k.Add(ctx, keyOf(1), ""))
		wantSame(t, []domain.SigningKey{keyOf(1)}, storedKeys(t, k))
	},
	"the key that signs later comes first": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(2), ""))
		must(t, k.Add(ctx, keyOf(1), keyOf(2).ID))
		must(t, k.Add(ctx, keyOf(3), keyOf(2).ID))
		wantSame(t, []domain.SigningKey{keyOf(3), keyOf(2), keyOf(1)}, storedKeys(t, k))
	},
	"a key is not stored if another comes first than the caller knew": func(t *testing.T, k ports.SigningKeys) {
		wantErr(t, k.Add(ctx, keyOf(1), keyOf(9).ID), ports.ErrConflict)
		must(t, k.Add(ctx, keyOf(1), ""))
		wantErr(t, k.Add(ctx, keyOf(2), ""), ports.ErrConflict)
		must(t, k.Add(ctx, keyOf(2), keyOf(1).ID))
		wantErr(t, k.Add(ctx, keyOf(3), keyOf(1).ID), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(2), keyOf(1)}, storedKeys(t, k))
	},
	"of simultaneous first keys one is stored": func(t *testing.T, k ports.SigningKeys) {
		winner := wantOneSuccess(t, atOnce(20, func(i int) error { return k.Add(ctx, keyOf(i), "") }), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(winner)}, storedKeys(t, k))
	},
	"of simultaneous successors one is stored": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(0), ""))
		winner := 1 + wantOneSuccess(t, atOnce(20, func(i int) error { return k.Add(ctx, keyOf(1+i), keyOf(0).ID) }), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(winner), keyOf(0)}, storedKeys(t, k))
	},
	"a removed key is gone, and removing it again is no error": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		must(t, k.Add(ctx, keyOf(2), keyOf(1).ID))
		for range 2 {
			must(t, k.Remove(ctx, keyOf(1).ID))
			wantSame(t, []domain.SigningKey{keyOf(2)}, storedKeys(t, k))
		}
	},
	"a replaced key is gone and the other there": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		must(t, k.Replace(ctx, keyOf(1).ID, keyOf(2)))
		wantSame(t, []domain.SigningKey{keyOf(2)}, storedKeys(t, k))
	},
	"a key that is not there is not replaced": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		wantErr(t, k.Replace(ctx, keyOf(2).ID, keyOf(3)), ports.ErrNotFound)
		wantSame(t, []domain.SigningKey{keyOf(1)}, storedKeys(t, k))
	},
	"of simultaneous replacements of one key one is stored": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(0), ""))
		winner := 1 + wantOneSuccess(t, atOnce(20, func(i int) error { return k.Replace(ctx, keyOf(0).ID, keyOf(1+i)) }), ports.ErrNotFound)
		wantSame(t, []domain.SigningKey{keyOf(winner)}, storedKeys(t, k))
	},
}
