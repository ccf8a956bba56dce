package porttest

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// KeysetUnderTest makes and parses keysets.
type KeysetUnderTest struct {
	// Fresh returns a new keyset that was never rotated.
	Fresh func(t *testing.T) ports.Keyset
	// Parse parses what Marshal returned.
	Parse func(b []byte) (ports.Keyset, error)
}

// Keyset checks the contract of ports.Keyset.
func Keyset(t *testing.T, k KeysetUnderTest) {
	t.Helper()
	for promise, check := range keysetPromises {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			check(t, k)
		})
	}
	for name, step := range rotate(t, k.Fresh(t)).byName() {
		t.Run(name+" keyset", func(t *testing.T) {
			t.Parallel()
			t.Run("seals", func(t *testing.T) { Sealer(t, step.Sealer(), k.Fresh(t).Sealer()) })
			t.Run("tags", func(t *testing.T) { MAC(t, step.MAC(), k.Fresh(t).MAC()) })
			t.Run("signs checkpoints", func(t *testing.T) { AuditSigner(t, step.AuditSigner(), k.Fresh(t).AuditSigner()) })
		})
	}
}

// rotation is a keyset at each step of a rotation.
type rotation struct{ before, added, promoted, removed ports.Keyset }

func (r rotation) byName() map[string]ports.Keyset {
	return map[string]ports.Keyset{"fresh": r.before, "added": r.added, "promoted": r.promoted, "removed": r.removed}
}

func rotate(t *testing.T, before ports.Keyset) rotation {
	t.Helper()
	r := rotation{before: before}
	var err error
	r.added, err = before.Add()
	must(t, err)
	r.promoted, err = r.added.Promote(time.Time{})
	must(t, err)
	r.removed = r.promoted
	for _, name := range r.promoted.Keys().Names(domain.KeysetKeyOld) {
		r.removed, err = r.removed.Remove(name)
		must(t, err)
	}
	return r
}

// wantKeys checks that a keyset has a primary key for each of the three uses, and how many keys it has in the other states.
func wantKeys(t *testing.T, k ports.Keyset, next, old int) {
	t.Helper()
	for state, want := range map[domain.KeysetKeyState]int{
		domain.KeysetKeyPrimary: 3, domain.KeysetKeyNext: next, domain.KeysetKeyOld: old,
	} {
		if names := k.Keys().Names(state); len(names) != want {
			t.Errorf("%d keys are %s, want %d: %v", len(names), state, want, k.Keys())
		}
	}
}

// written is a sealed value and a tag that a keyset made.
type written struct{ sealed, tag []byte }

func writeWith(t *testing.T, k ports.Keyset) (w written) {
	t.Helper()
	var err error
	w.sealed, err = k.Sealer().Seal([]byte("text"), "context")
	must(t, err)
	w.tag, err = k.MAC().Tag("purpose", []byte("text"))
	must(t, err)
	return w
}

// wantReads checks that a keyset reads what another one wrote: it opens the value, computes the same tag and accepts it.
func wantReads(t *testing.T, k ports.Keyset, w written) {
	t.Helper()
	opened, err := k.Sealer().Open(w.sealed, "context")
	if err != nil || string(opened) != "text" {
		t.Errorf("Open = %q, %v", opened, err)
	}
	tags, err := k.MAC().Tags("purpose", []byte("text"))
	must(t, err)
	if !slices.ContainsFunc(tags, func(tag []byte) bool { return bytes.Equal(tag, w.tag) }) {
		t.Error("Tags does not contain the tag")
	}
	if !k.MAC().Verify("purpose", []byte("text"), w.tag) {
		t.Error("Verify refuses the tag")
	}
}

var keysetPromises = map[string]func(*testing.T, KeysetUnderTest){
	"AuditSigner signs with the primary MAC key and verifies with every one": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		before, after := r.before.AuditSigner().Sign(checkpointToSign()), r.promoted.AuditSigner().Sign(checkpointToSign())
		for _, c := range []struct {
			signed domain.AuditCheckpoint
			by     ports.Keyset
		}{{before, r.before}, {after, r.promoted}} {
			if !slices.Contains(c.by.Keys().Names(domain.KeysetKeyPrimary), c.signed.Signature.Key) {
				t.Errorf("signed with %s of %v", c.signed.Signature.Key, c.by.Keys())
			}
		}
		for _, knows := range []ports.Keyset{r.before, r.added, r.promoted} {
			must(t, knows.AuditSigner().Verify(before))
		}
		must(t, r.added.AuditSigner().Verify(after))
		must(t, r.removed.AuditSigner().Verify(after))
		wantErr(t, r.removed.AuditSigner().Verify(before), ports.ErrUnknownAuditKey)
		wantErr(t, r.before.AuditSigner().Verify(after), ports.ErrUnknownAuditKey)
	},
	"each use has one primary key": func(t *testing.T, k KeysetUnderTest) {
		for name, step := range rotate(t, k.Fresh(t)).byName() {
			for i, use := range []string{domain.KeysetAEAD, domain.KeysetMAC, domain.KeysetPepper} {
				primary := step.Keys().Names(domain.KeysetKeyPrimary)
				if len(primary) != 3 || len(primary[i]) <= len(use) || primary[i][:len(use)] != use {
					t.Errorf("%s: the primary keys are %v", name, primary)
				}
			}
		}
	},
	"Add adds next keys, and values are still made with the primary ones": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		wantKeys(t, r.added, 3, 0)
		wantSame(t, r.before.Keys().Names(domain.KeysetKeyPrimary), r.added.Keys().Names(domain.KeysetKeyPrimary))
		wantSame(t, r.before.SealedPrefix(), r.added.SealedPrefix())
		wantSame(t, r.before.TagPrefix(), r.added.TagPrefix())
	},
	"Promote makes next keys primary, and primary ones old": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		wantKeys(t, r.promoted, 0, 3)
		wantSame(t, r.added.Keys().Names(domain.KeysetKeyNext), r.promoted.Keys().Names(domain.KeysetKeyPrimary))
		wantSame(t, r.before.Keys().Names(domain.KeysetKeyPrimary), r.promoted.Keys().Names(domain.KeysetKeyOld))
	},
	"values and tags begin with the prefix of the primary key, which identifies it": func(t *testing.T, k KeysetUnderTest) {
		for name, step := range rotate(t, k.Fresh(t)).byName() {
			w, primary := writeWith(t, step), step.Keys().Names(domain.KeysetKeyPrimary)
			if len(step.SealedPrefix()) != ports.KeyPrefixSize || !bytes.HasPrefix(w.sealed, step.SealedPrefix()) {
				t.Errorf("%s: a sealed value does not begin with % x", name, step.SealedPrefix())
			}
			if len(step.TagPrefix()) != ports.KeyPrefixSize || !bytes.HasPrefix(w.tag, step.TagPrefix()) {
				t.Errorf("%s: a tag does not begin with % x", name, step.TagPrefix())
			}
			wantSame(t, primary[:2], []string{step.SealedBy(w.sealed[:ports.KeyPrefixSize]), step.TaggedBy(w.tag[:ports.KeyPrefixSize])})
		}
	},
	"a prefix of a key that the keyset lacks identifies it": func(t *testing.T, k KeysetUnderTest) {
		one, other := k.Fresh(t), k.Fresh(t)
		want := other.Keys().Names(domain.KeysetKeyPrimary)[:2]
		wantSame(t, want, []string{one.SealedBy(other.SealedPrefix()), one.TaggedBy(other.TagPrefix())})
	},
	"a prefix of another form has an unknown key": func(t *testing.T, k KeysetUnderTest) {
		one := k.Fresh(t)
		for _, prefix := range [][]byte{nil, one.SealedPrefix()[:4], {0xff, 1, 2, 3, 4}} {
			wantSame(t, []string{"aead:unknown", "mac:unknown"}, []string{one.SealedBy(prefix), one.TaggedBy(prefix)})
		}
	},
	"keysets of neighboring steps read what the other writes": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		for _, pair := range [][2]ports.Keyset{{r.before, r.added}, {r.added, r.promoted}} {
			wantReads(t, pair[0], writeWith(t, pair[1]))
			wantReads(t, pair[1], writeWith(t, pair[0]))
		}
		wantReads(t, r.removed, writeWith(t, r.promoted))
	},
	"a keyset no longer reads what was made with a removed key": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		wantKeys(t, r.removed, 0, 0)
		w := writeWith(t, r.before)
		_, err := r.removed.Sealer().Open(w.sealed, "context")
		wantErr(t, err, ports.ErrCannotOpen)
		if r.removed.MAC().Verify("purpose", []byte("text"), w.tag) {
			t.Error("a tag of a removed key is valid")
		}
	},
	"a step does not change the keyset that it begins with": func(t *testing.T, k KeysetUnderTest) {
		before := k.Fresh(t)
		keys := before.Keys()
		r := rotate(t, before)
		wantSame(t, keys, before.Keys())
		wantKeys(t, r.added, 3, 0)
		wantKeys(t, r.promoted, 0, 3)
	},
	"a second rotation begins with the keyset that the first one ends with": func(t *testing.T, k KeysetUnderTest) {
		second := rotate(t, rotate(t, k.Fresh(t)).removed)
		wantKeys(t, second.promoted, 0, 3)
	},
	"adding keys before the earlier ones are promoted is ErrNextKeysExist": func(t *testing.T, k KeysetUnderTest) {
		_, err := rotate(t, k.Fresh(t)).added.Add()
		wantErr(t, err, ports.ErrNextKeysExist)
	},
	"promoting without added keys is ErrNoNextKeys": func(t *testing.T, k KeysetUnderTest) {
		r := rotate(t, k.Fresh(t))
		for _, step := range []ports.Keyset{r.before, r.promoted, r.removed} {
			_, err := step.Promote(time.Time{})
			wantErr(t, err, ports.ErrNoNextKeys)
		}
	},
	"removing a key that is not old is ErrKeyNotOld": func(t *testing.T, k KeysetUnderTest) {
		added := rotate(t, k.Fresh(t)).added
		for _, name := range append(added.Keys().Names(domain.KeysetKeyPrimary, domain.KeysetKeyNext), "aead:0", "mac:x", "x", "") {
			_, err := added.Remove(name)
			wantErr(t, err, ports.ErrKeyNotOld)
		}
	},
	"a keyset that is marshaled and parsed is the same": func(t *testing.T, k KeysetUnderTest) {
		for _, step := range rotate(t, k.Fresh(t)).byName() {
			b, err := step.Marshal()
			must(t, err)
			read, err := k.Parse(b)
			must(t, err)
			wantSame(t, step.Keys(), read.Keys())
			wantReads(t, read, writeWith(t, step))
			wantReads(t, step, writeWith(t, read))
		}
	},
}
