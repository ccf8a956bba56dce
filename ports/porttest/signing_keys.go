package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SigningKeys checks the contract of ports.SigningKeys. fresh returns a new store without keys each time.
func SigningKeys(t *testing.T, fresh func(t *testing.T) ports.SigningKeys) {
	t.Helper()
	for promise, check := range signingKeyPromises {
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
		seed[i] = byte(n + i)
	}
	return domain.SigningKey{
		ID: "key-" + number(n).String(), Seed: seed, CreatedAt: start, ActiveAt: start.Add(time.Duration(n) * time.Minute),
	}
}

func storedKeys(t *testing.T, k ports.SigningKeys) []domain.SigningKey {
	t.Helper()
	all, err := k.List(ctx)
	must(t, err)
	return all
}

var signingKeyPromises = map[string]func(*testing.T, ports.SigningKeys){
	"no key is no error": func(t *testing.T, k ports.SigningKeys) {
		if all := storedKeys(t, k); len(all) != 0 {
			t.Errorf("List returned %d keys, want none", len(all))
		}
	},
	"List returns a stored key unchanged": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		wantSame(t, []domain.SigningKey{keyOf(1)}, storedKeys(t, k))
	},
	"the key that signs later comes first": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(2), ""))
		must(t, k.Add(ctx, keyOf(1), keyOf(2).ID))
		must(t, k.Add(ctx, keyOf(3), keyOf(2).ID))
		wantSame(t, []domain.SigningKey{keyOf(3), keyOf(2), keyOf(1)}, storedKeys(t, k))
	},
	"adding a successor of a key that does not come first is ErrConflict": func(t *testing.T, k ports.SigningKeys) {
		wantErr(t, k.Add(ctx, keyOf(1), keyOf(9).ID), ports.ErrConflict)
		must(t, k.Add(ctx, keyOf(1), ""))
		wantErr(t, k.Add(ctx, keyOf(2), ""), ports.ErrConflict)
		must(t, k.Add(ctx, keyOf(2), keyOf(1).ID))
		wantErr(t, k.Add(ctx, keyOf(3), keyOf(1).ID), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(2), keyOf(1)}, storedKeys(t, k))
	},
	"of concurrent first keys, one is stored": func(t *testing.T, k ports.SigningKeys) {
		winner := wantOneSuccess(t, concurrently(20, func(i int) error { return k.Add(ctx, keyOf(i), "") }), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(winner)}, storedKeys(t, k))
	},
	"of concurrent successors, one is stored": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(0), ""))
		winner := 1 + wantOneSuccess(t, concurrently(20, func(i int) error { return k.Add(ctx, keyOf(1+i), keyOf(0).ID) }), ports.ErrConflict)
		wantSame(t, []domain.SigningKey{keyOf(winner), keyOf(0)}, storedKeys(t, k))
	},
	"Remove removes a key, and an unknown id is no error": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		must(t, k.Add(ctx, keyOf(2), keyOf(1).ID))
		for range 2 {
			must(t, k.Remove(ctx, keyOf(1).ID))
			wantSame(t, []domain.SigningKey{keyOf(2)}, storedKeys(t, k))
		}
	},
	"Replace removes a key and stores another": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		must(t, k.Replace(ctx, keyOf(1).ID, keyOf(2)))
		wantSame(t, []domain.SigningKey{keyOf(2)}, storedKeys(t, k))
	},
	"replacing an unknown key is ErrNotFound, and stores nothing": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(1), ""))
		wantErr(t, k.Replace(ctx, keyOf(2).ID, keyOf(3)), ports.ErrNotFound)
		wantSame(t, []domain.SigningKey{keyOf(1)}, storedKeys(t, k))
	},
	"of concurrent replacements of one key, one is stored": func(t *testing.T, k ports.SigningKeys) {
		must(t, k.Add(ctx, keyOf(0), ""))
		winner := 1 + wantOneSuccess(t, concurrently(20, func(i int) error { return k.Replace(ctx, keyOf(0).ID, keyOf(1+i)) }), ports.ErrNotFound)
		wantSame(t, []domain.SigningKey{keyOf(winner)}, storedKeys(t, k))
	},
}
