// Package anchorfile keeps checkpoints of the audit chain in a file that only grows, for a log shipper: one checkpoint per line, as
// JSON.
package anchorfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/siriusys/user-management-service/domain"
)

// tailSize is how much of the end of the file Newest reads. A line has less than 1 KiB.
const tailSize = 64 << 10

// File is a ports.AuditAnchors. Several processes may append to one file.
type File struct {
	mu   sync.Mutex
	path string
}

// New returns the file of that name. Check or Append create it.
func New(path string) *File { return &File{path: path} }

// Check creates the file if it is missing, for its owner and group only, and reports whether it can be read and appended to.
func (a *File) Check() error {
	f, err := openToAppend(a.path)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close the anchor file: %w", err)
	}
	_, err = a.Newest()
	return err
}

// None is a ports.AuditAnchors that keeps nothing.
type None struct{}

// Append does nothing.
func (None) Append(...domain.AuditCheckpoint) error { return nil }

// Newest returns no checkpoint.
func (None) Newest() (domain.AuditCheckpoint, error) { return domain.AuditCheckpoint{}, nil }

func openToAppend(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o640) //nolint:gosec // the operator names the file; a log shipper reads it
	if err != nil {
		return nil, fmt.Errorf("open the anchor file: %w", err)
	}
	return f, nil
}

// Append writes the checkpoints to the end of the file and to the disk. A log shipper may have renamed the file since: it is opened
// again for each call.
func (a *File) Append(checkpoints ...domain.AuditCheckpoint) error {
	if len(checkpoints) == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	f, err := openToAppend(a.path)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	if !endsWithNewline(f) {
		lines.WriteByte('\n') // after a line whose write was interrupted
	}
	for _, c := range checkpoints {
		fmt.Fprintln(&lines, c)
	}
	_, writeErr := f.Write(lines.Bytes())
	if err := errors.Join(writeErr, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("append to the anchor file: %w", err)
	}
	return nil
}

// endsWithNewline is true for an empty file and for one that has no end, such as a pipe.
func endsWithNewline(f *os.File) bool {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return true
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, end-1)
	return err != nil || last[0] == '\n'
}

// Newest returns the last checkpoint of the file; zero if it is missing or contains none.
func (a *File) Newest() (newest domain.AuditCheckpoint, err error) {
	f, err := os.Open(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return domain.AuditCheckpoint{}, nil
	}
	if err != nil {
		return domain.AuditCheckpoint{}, fmt.Errorf("open the anchor file: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return domain.AuditCheckpoint{}, fmt.Errorf("read the anchor file: %w", err)
	}
	start := max(0, info.Size()-tailSize)
	tail, err := io.ReadAll(io.NewSectionReader(f, start, info.Size()-start))
	if err != nil {
		return domain.AuditCheckpoint{}, fmt.Errorf("read the anchor file: %w", err)
	}
	for line := range bytes.Lines(tail) {
		if c, ok := Parse(line); ok {
			newest = c
		}
	}
	return newest, nil
}
