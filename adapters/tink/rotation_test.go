package tink_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// rotated returns a keyset at each step of a rotation.
func rotated(t *testing.T) (before, added, promoted *tink.Keyset) {
	t.Helper()
	before = generate(t)
	added = must[*tink.Keyset](t)(before.Add())
	return before, added, must[*tink.Keyset](t)(added.Promote())
}

// names are the names of the keys in a state.
func names(k *tink.Keyset, state tink.KeyState) (found []string) {
	for _, key := range k.Keys() {
		if key.State == state {
			found = append(found, key.Name)
		}
	}
	return found
}

func TestRotatedKeysetsKeepTheContracts(t *testing.T) {
	t.Parallel()
	_, added, promoted := rotated(t)
	for name, k := range map[string]*tink.Keyset{"added": added, "promoted": promoted} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			porttest.Sealer(t, k.Sealer(), generate(t).Sealer())
			porttest.MAC(t, k.MAC(), generate(t).MAC())
		})
	}
}

// Replicas with the file of one step and of the next run side by side: each must read what the other writes.
func TestNeighbouringStepsReadOneAnother(t *testing.T) {
	t.Parallel()
	before, added, promoted := rotated(t)
	for _, pair := range [][2]*tink.Keyset{{before, added}, {added, before}, {added, promoted}, {promoted, added}} {
		writer, reader := pair[0], pair[1]
		sealed := must[[]byte](t)(writer.Sealer().Seal([]byte("x"), "c"))
		if opened, err := reader.Sealer().Open(sealed, "c"); err != nil || string(opened) != "x" {
			t.Errorf("%q, %v", opened, err)
		}
		tag := must[[]byte](t)(writer.MAC().Tag("p", []byte("x")))
		tags := must[[][]byte](t)(reader.MAC().Tags("p", []byte("x")))
		if !reader.MAC().Verify("p", []byte("x"), tag) || !slices.ContainsFunc(tags, func(b []byte) bool { return bytes.Equal(b, tag) }) {
			t.Error("a tag does not verify, or is not found")
		}
		if !slices.ContainsFunc(reader.Peppers(), func(p tink.Pepper) bool { return p.ID == writer.Peppers()[0].ID }) {
			t.Error("a pepper is not known")
		}
	}
}

func TestAddedKeysWriteOnlyOncePromoted(t *testing.T) {
	t.Parallel()
	before, added, promoted := rotated(t)
	if !slices.Equal(names(before, tink.KeyCurrent), names(added, tink.KeyCurrent)) || len(names(added, tink.KeyNext)) != 3 {
		t.Errorf("added: %v", added.Keys())
	}
	if !slices.Equal(names(added, tink.KeyNext), names(promoted, tink.KeyCurrent)) || !slices.Equal(names(before, tink.KeyCurrent), names(promoted, tink.KeyOld)) {
		t.Errorf("promoted: %v", promoted.Keys())
	}
	for k, want := range map[*tink.Keyset][]string{added: names(before, tink.KeyCurrent), promoted: names(promoted, tink.KeyCurrent)} {
		sealed, tag := must[[]byte](t)(k.Sealer().Seal(nil, "")), must[[]byte](t)(k.MAC().Tag("", nil))
		got := []string{tink.SealedBy(sealed), tink.TaggedBy(tag), tink.PepperedBy(k.Peppers()[0].ID)}
		if !slices.Equal(got, want) {
			t.Errorf("written with %v, want %v", got, want)
		}
		if !bytes.HasPrefix(sealed, k.SealMark()) || !bytes.HasPrefix(tag, k.TagMark()) {
			t.Error("the marks are not those of what is written")
		}
	}
}

func TestStepsOutOfOrderAreRefused(t *testing.T) {
	t.Parallel()
	before, added, promoted := rotated(t)
	if _, err := added.Add(); !errors.Is(err, tink.ErrNextExists) {
		t.Errorf("added twice: %v", err)
	}
	for _, k := range []*tink.Keyset{before, promoted} {
		if _, err := k.Promote(); !errors.Is(err, tink.ErrNoNext) {
			t.Errorf("promoted with nothing added: %v", err)
		}
	}
	for _, name := range append(names(added, tink.KeyNext), append(names(added, tink.KeyCurrent), "aead:0", "mac:x", "x", "")...) {
		if _, err := added.Remove(name); !errors.Is(err, tink.ErrNotOld) {
			t.Errorf("removed %q: %v", name, err)
		}
	}
}

func TestRemovedKeysReadNothing(t *testing.T) {
	t.Parallel()
	before, _, left := rotated(t)
	for _, name := range names(left, tink.KeyOld) {
		left = must[*tink.Keyset](t)(left.Remove(name))
	}
	if len(left.Keys()) != 3 || len(left.Peppers()) != 1 {
		t.Errorf("left: %v", left.Keys())
	}
	sealed, tag := must[[]byte](t)(before.Sealer().Seal(nil, "")), must[[]byte](t)(before.MAC().Tag("", nil))
	if _, err := left.Sealer().Open(sealed, ""); !errors.Is(err, ports.ErrUnsealable) {
		t.Errorf("opened: %v", err)
	}
	if left.MAC().Verify("", nil, tag) {
		t.Error("a tag of a removed key verifies")
	}
	// The next rotation begins where this one ended.
	if added, err := left.Add(); err != nil || len(names(added, tink.KeyNext)) != 3 {
		t.Errorf("%v", err)
	}
}

func TestAFileIsReplacedWholeWithItsMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "keyset.json"), filepath.Join(dir, "link.json")
	before := generate(t)
	if err := errors.Join(tink.WriteFile(path, before), os.Chmod(path, 0o640), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	added := must[*tink.Keyset](t)(before.Add())
	if err := tink.ReplaceFile(link, added); err != nil {
		t.Fatal(err)
	}
	read := must[*tink.Keyset](t)(tink.ReadFile(path))
	if !slices.Equal(read.Keys(), added.Keys()) {
		t.Errorf("read %v", read.Keys())
	}
	info, entries := must[os.FileInfo](t)(os.Stat(path)), must[[]os.DirEntry](t)(os.ReadDir(dir))
	if info.Mode().Perm() != 0o640 || len(entries) != 2 {
		t.Errorf("mode %v, %v", info.Mode(), entries)
	}
	if err := tink.ReplaceFile(filepath.Join(dir, "none"), added); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}
