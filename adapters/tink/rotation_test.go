package tink_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestKeyset(t *testing.T) {
	t.Parallel()
	porttest.Keyset(t, porttest.KeysetUnderTest{
		Fresh: func(t *testing.T) ports.Keyset { return generate(t) },
		Parse: func(b []byte) (ports.Keyset, error) { return tink.Parse(b) },
	})
}

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

// step returns the keyset that a step of a rotation returned.
func step(t *testing.T) func(k ports.Keyset, err error) *tink.Keyset {
	return func(k ports.Keyset, err error) *tink.Keyset {
		t.Helper()
		return must[ports.Keyset](t)(k, err).(*tink.Keyset)
	}
}

var promotedAt = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

func TestAKeysetTellsSinceWhenItsKeysArePrimary(t *testing.T) {
	t.Parallel()
	before := generate(t)
	created := before.PrimarySince()
	added := step(t)(before.Add())
	promoted := step(t)(added.Promote(promotedAt))
	read, err := tink.Parse(must[[]byte](t)(promoted.Marshal()))
	if err != nil {
		t.Fatal(err)
	}
	if created.IsZero() || !added.PrimarySince().Equal(created) || !read.PrimarySince().Equal(promotedAt) {
		t.Errorf("primary since %v, after adding %v, after promoting %v", created, added.PrimarySince(), read.PrimarySince())
	}
}

// The primary pepper comes first, and a hash that an earlier step made can still be verified.
func TestPeppersRotateWithTheOtherKeys(t *testing.T) {
	t.Parallel()
	before := generate(t)
	added := step(t)(before.Add())
	promoted := step(t)(added.Promote(promotedAt))
	removed := step(t)(promoted.Remove(domain.KeysetPepper + before.Peppers()[0].ID))
	first, second := before.Peppers()[0], added.Peppers()[1]
	for name, tt := range map[string]struct {
		keyset *tink.Keyset
		want   []tink.Pepper
	}{
		"added":    {added, []tink.Pepper{first, second}},
		"promoted": {promoted, []tink.Pepper{second, first}},
		"removed":  {removed, []tink.Pepper{second}},
	} {
		same := func(a, b tink.Pepper) bool { return a.ID == b.ID && slices.Equal(a.Key, b.Key) }
		if !slices.EqualFunc(tt.want, tt.keyset.Peppers(), same) {
			t.Errorf("%s: the peppers are not the expected ones, or in another order", name)
		}
		if primary := tt.keyset.Keys().Names(domain.KeysetKeyPrimary); primary[2] != domain.KeysetPepper+tt.want[0].ID {
			t.Errorf("%s: the primary keys are %v", name, primary)
		}
	}
}

func TestReplacingAFileKeepsItsModeAndFollowsLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "keyset.json"), filepath.Join(dir, "link.json")
	before := generate(t)
	if err := errors.Join(tink.WriteFile(path, before), os.Chmod(path, 0o640), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	added := step(t)(before.Add())
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
