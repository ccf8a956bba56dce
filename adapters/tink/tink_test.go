package tink_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func generate(t *testing.T) *tink.Keyset {
	t.Helper()
	k, err := tink.Generate(true, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealer(t *testing.T) {
	t.Parallel()
	porttest.Sealer(t, generate(t).Sealer(), generate(t).Sealer())
}

func TestMAC(t *testing.T) {
	t.Parallel()
	porttest.MAC(t, generate(t).MAC(), generate(t).MAC())
}

func TestAKeysetIsTheSameAfterWritingAndReading(t *testing.T) {
	t.Parallel()
	made, path := generate(t), filepath.Join(t.TempDir(), "keyset.json")
	if _, err := tink.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading a missing file: %v, want fs.ErrNotExist", err)
	}
	if err := tink.WriteFile(path, made); err != nil {
		t.Fatal(err)
	}
	read, err := tink.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := made.Sealer().Seal([]byte("x"), "c")
	if opened, err := read.Sealer().Open(sealed, "c"); err != nil || string(opened) != "x" || !read.Development() {
		t.Errorf("opened %q, error %v, development %v", opened, err, read.Development())
	}
	if err := tink.WriteFile(path, generate(t)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("writing over an existing file: %v, want fs.ErrExist", err)
	}
}

func TestReadFileRefusesAFileThatOtherUsersMayAccess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	if err := tink.WriteFile(path, generate(t)); err != nil {
		t.Fatal(err)
	}
	for mode, ok := range map[os.FileMode]bool{0o400: true, 0o440: true, 0o600: true, 0o640: true, 0o644: false, 0o660: false, 0o604: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := tink.ReadFile(path); (err == nil) != ok {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestPrintsAndErrorsContainNoKeys(t *testing.T) {
	t.Parallel()
	k := generate(t)
	b, err := k.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", *k)} {
		if shown != "[redacted]" {
			t.Errorf("printed as %s", shown)
		}
	}
	without := func(member string) string { return strings.Replace(string(b), `"`+member+`"`, `"renamed"`, 1) }
	for _, broken := range []string{"", "{}", string(b[:len(b)/2]), without("aead"), without("mac"), without("peppers")} {
		_, err := tink.Parse([]byte(broken))
		if err == nil || len(err.Error()) > 100 {
			t.Errorf("parsing %.20q: error %v, want a short one", broken, err)
		}
	}
}
