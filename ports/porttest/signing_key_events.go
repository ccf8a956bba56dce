package porttest

import (
	"testing"

	"github.com/siriusys/user-management-service/ports"
)

// SigningKeyEvents checks what ports.SigningKeys records. fresh returns an empty store of keys each time, and the store that
// keeps its audit events.
func SigningKeyEvents(t *testing.T, fresh func(t *testing.T) (ports.SigningKeys, ports.Store)) {
	t.Helper()
	for promise, check := range map[string]func(*testing.T, ports.SigningKeys, bench){
		"Add records its events if and only if it stores the key":       recordsAddedKey,
		"Replace records its events if and only if it replaces the key": recordsReplacedKey,
		"Remove records its events if and only if it removes the key":   recordsRemovedKey,
	} {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			keys, store := fresh(t)
			check(t, keys, bench{StoreUnderTest{Store: store}})
		})
	}
}

func recordsAddedKey(t *testing.T, k ports.SigningKeys, b bench) {
	added := event()
	must(t, k.Add(ctx, keyOf(1), "", added))
	b.wantRecorded(t, added)
	wantErr(t, k.Add(ctx, keyOf(2), "", event()), ports.ErrConflict)
	b.wantRecorded(t)
}

func recordsReplacedKey(t *testing.T, k ports.SigningKeys, b bench) {
	must(t, k.Add(ctx, keyOf(1), ""))
	replaced := event()
	must(t, k.Replace(ctx, keyOf(1).ID, keyOf(2), replaced))
	b.wantRecorded(t, replaced)
	wantErr(t, k.Replace(ctx, keyOf(1).ID, keyOf(3), event()), ports.ErrNotFound)
	b.wantRecorded(t)
}

func recordsRemovedKey(t *testing.T, k ports.SigningKeys, b bench) {
	must(t, k.Add(ctx, keyOf(1), ""))
	removed := event()
	must(t, k.Remove(ctx, keyOf(1).ID, removed))
	b.wantRecorded(t, removed)
	must(t, k.Remove(ctx, keyOf(1).ID, event()))
	b.wantRecorded(t)
}
