package embedded_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

func TestSweepRemovesOnlyFilesOfDeletedFolders(t *testing.T) {
	t.Parallel()
	outside, alive := t.TempDir(), t.TempDir()
	for name, dir := range map[string]string{"deleted": filepath.Join(alive, "missing"), "alive": alive} {
		files := filepath.Join(outside, name)
		if err := os.Mkdir(files, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := embedded.WriteOrigin(files, dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(outside, "unknown"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{time.Hour, []string{"alive", "deleted", "unknown"}},
		{25 * time.Hour, []string{"alive", "unknown"}},
	} {
		embedded.Sweep(outside, time.Now().Add(step.after))
		if got := names(t, outside); !slices.Equal(got, step.want) {
			t.Errorf("after %v: %v, want %v", step.after, got, step.want)
		}
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, entry := range entries {
		found = append(found, entry.Name())
	}
	return found
}
