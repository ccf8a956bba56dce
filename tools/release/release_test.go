package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const repository = "../.."

var testVendored = []vendoredPackage{{url: "pkg:npm/viewer@5.35.0", name: "viewer", version: "5.35.0"}}

// shared is the folder of the release that the tests share.
var shared string

// built builds that release once.
var built = sync.OnceValues(func() (release, error) {
	r := release{
		root: repository, out: shared, version: "v1.2.3", revision: strings.Repeat("a", 40),
		time: time.Date(2026, 11, 26, 1, 2, 3, 0, time.UTC), vendored: testVendored,
	}
	return r, r.build(context.Background())
})

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "release-*")
	if err != nil {
		panic(err)
	}
	shared = filepath.Join(folder, "out")
	status := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(status)
}

func builtRelease(t *testing.T) release {
	t.Helper()
	r, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The second build has other paths and another time zone, and settings of Go that would change the code.
func TestTwoBuildsGiveTheSameBytes(t *testing.T) {
	first := builtRelease(t)
	second := first
	second.root, second.out = copyOfRepository(t), filepath.Join(t.TempDir(), "out")
	t.Setenv("TZ", "Asia/Kathmandu")
	t.Setenv("GOAMD64", "v2")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("GOFLAGS", "-buildmode=pie")
	if err := second.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, got := read(t, filepath.Join(first.out, checksumsFile)), read(t, filepath.Join(second.out, checksumsFile))
	if got != want || strings.Count(want, "\n") != 5 {
		t.Errorf("the first build has\n%sthe second\n%s", want, got)
	}
}

// copyOfRepository has the files that git knows or would add.
func copyOfRepository(t *testing.T) string {
	t.Helper()
	list, err := git(t.Context(), repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	for _, file := range strings.FieldsFunc(list, func(c rune) bool { return c == 0 }) {
		content, err := os.ReadFile(filepath.Join(repository, file))
		if os.IsNotExist(err) { // removed, but not yet committed
			continue
		}
		to := filepath.Join(copied, file)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o700)
		}
		if err == nil {
			err = os.WriteFile(to, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return copied
}

func TestTheChecksumsAreThoseOfTheFiles(t *testing.T) {
	t.Parallel()
	c := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", checksumsFile)
	c.Dir = builtRelease(t).out
	if out, err := c.CombinedOutput(); err != nil || strings.Count(string(out), ": OK\n") != 5 {
		t.Errorf("%v\n%s", err, out)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
