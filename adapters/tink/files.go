package tink

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/siriusys/user-management-service/ports"
)

// ReadFile reads a keyset. It refuses a file that users other than its owner and group may access. A missing file is
// fs.ErrNotExist.
func ReadFile(path string) (*Keyset, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("find the keyset: %w", err)
	}
	if info.Mode().Perm()&0o037 != 0 {
		return nil, fmt.Errorf("users other than its owner and group may access %s (mode %04o): chmod 640 it", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read the keyset: %w", err)
	}
	k, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// WriteFile writes a keyset to a new file that only its owner may read. It never overwrites a file, since that could destroy keys
// that are in use; an existing file is fs.ErrExist.
func WriteFile(path string, k *Keyset) (err error) {
	b, err := k.Marshal()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("create the keyset: %w", err)
	}
	if _, err := f.Write(b); err != nil {
		_ = f.Close()
		return fmt.Errorf("write the keyset: %w", err)
	}
	return f.Close()
}

// ReplaceFile replaces the file that an earlier keyset was read from, and keeps the file's owner and mode. It writes a new file
// and renames it once it is on disk, so a crash never leaves a partial keyset.
func ReplaceFile(path string, k ports.Keyset) (err error) {
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("find the keyset: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("find the keyset: %w", err)
	}
	b, err := k.Marshal()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keyset-*")
	if err != nil {
		return fmt.Errorf("create a keyset beside %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, writeErr := f.Write(b)
	if err := errors.Join(writeErr, sameOwner(f, info), f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the keyset: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("replace the keyset: %w", err)
	}
	return nil
}

func sameOwner(f *os.File, as os.FileInfo) error {
	if stat, ok := as.Sys().(*syscall.Stat_t); ok {
		return f.Chown(int(stat.Uid), int(stat.Gid))
	}
	return nil
}
