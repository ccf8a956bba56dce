package anchorfile_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/anchorfile"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestFile(t *testing.T) {
	t.Parallel()
	porttest.AuditAnchors(t, func(t *testing.T) (ports.AuditAnchors, func() ports.AuditAnchors) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "anchors")
		return anchorfile.New(path), func() ports.AuditAnchors { return anchorfile.New(path) }
	})
}

// checkpoint is the nth checkpoint, with a value in every field.
func checkpoint(n int64) domain.AuditCheckpoint {
	return domain.AuditCheckpoint{
		Number: n, Segment: 2, Position: n * 10, Chain: domain.AuditDigest{1}, Previous: domain.AuditCheckpointRef{Number: n - 1},
		At: time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC), Break: domain.AuditBreakEntries,
		Signature: domain.AuditSignature{Key: "mac:1", Value: []byte{0, 255}},
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A crash may leave a part of a line. The next line begins after it.
func TestAnInterruptedLineIsIgnored(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchors")
	line := checkpoint(1).String()
	write(t, path, line+"\n"+checkpoint(2).String()[:len(line)/2])
	file := anchorfile.New(path)
	newest, err := file.Newest()
	if err != nil || newest.Number != 1 {
		t.Errorf("newest %v, %v", newest, err)
	}
	if err := file.Append(checkpoint(3)); err != nil {
		t.Fatal(err)
	}
	newest, err = file.Newest()
	if err != nil || newest.Number != 3 {
		t.Errorf("newest %v, %v", newest, err)
	}
	if text := read(t, path); strings.Count(text, "\n") != 3 || !strings.HasSuffix(text, "}\n") {
		t.Errorf("the file contains\n%s", text)
	}
}

// Newest reads the end of a file only.
func TestNewestOfALongFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchors")
	write(t, path, strings.Repeat(checkpoint(1).String()+"\n", 500))
	file := anchorfile.New(path)
	if err := file.Append(checkpoint(2)); err != nil {
		t.Fatal(err)
	}
	if newest, err := file.Newest(); err != nil || newest.Number != 2 {
		t.Errorf("newest %v, %v", newest, err)
	}
}

// A log shipper may move the file away.
func TestAMovedFileIsCreatedAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchors")
	file := anchorfile.New(path)
	if err := file.Append(checkpoint(1)); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := file.Append(checkpoint(2)); err != nil {
		t.Fatal(err)
	}
	if text := read(t, path); text != checkpoint(2).String()+"\n" {
		t.Errorf("the file contains\n%s", text)
	}
}

func TestCheckCreatesAFileThatOnlyItsOwnerAndGroupCanRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchors")
	if err := anchorfile.New(path).Check(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o027 != 0 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := anchorfile.New(filepath.Join(path, "x")).Check(); err == nil {
		t.Error("a path below a file was accepted")
	}
}

// The log of the service contains the same checkpoints, between other lines.
func TestReadAllReadsAnchorFilesAndLogs(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("service started", "address", ":8080")
	logger.Info("audit chain extended", "position", 10, "checkpoint", checkpoint(1))
	fmt.Fprintln(&log, strings.Repeat("x", 3<<20)) // longer than what ReadAll reads of a line
	logger.Error("audit chain broken", "checkpoint", checkpoint(2))
	fmt.Fprintf(&log, "%v\nno line ends here: %v\n%v", checkpoint(3), checkpoint(4), checkpoint(5))
	got, err := anchorfile.ReadAll(strings.NewReader(log.String()))
	if err != nil {
		t.Fatal(err)
	}
	want := []domain.AuditCheckpoint{checkpoint(1), checkpoint(2), checkpoint(3), checkpoint(5)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(checkpoint(7).String()))
	f.Add([]byte(`{"msg":"audit chain extended","checkpoint":` + checkpoint(1).String() + `}`))
	f.Add([]byte(`{"checkpoint":{"checkpoint":null}}`))
	f.Add([]byte(strings.Replace(checkpoint(1).String(), "mac:1", "\\u0000", 1)))
	f.Add([]byte(strings.Replace(checkpoint(1).String(), "2026", "9999", 1)))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, ok := anchorfile.Parse(line)
		if !ok {
			return
		}
		again, ok := anchorfile.Parse([]byte(c.String()))
		if diff := cmp.Diff(c, again); !ok || diff != "" {
			t.Errorf("%q is read as %v, and that as another one (-first +second):\n%s", line, c, diff)
		}
	})
}
