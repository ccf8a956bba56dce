package tink

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ReadFile reads a keyset from a file that others than its owner and group may not read. An error that the file does not exist is
// fs.ErrNotExist.
func ReadFile(path string) (*Keyset, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("find the keyset: %w", err)
	}
	if info.Mode().Perm()&0o037 != 0 {
		return nil, fmt.Errorf("others than its owner and group may read %s (mode %04o): chmod 640 it", path, info.Mode().Perm())
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

// WriteFile writes a keyset into a new file that only its owner may read. A file that exists is left as it is, which is an
// error: keys that were used must not get lost.
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

// ReplaceFile writes a keyset over the file that an earlier one was read from, with the file's owner and mode. The file is never half
// written, whatever happens: the new one takes its place once it is on the disk.
func ReplaceFile(path string, k *Keyset) (err error) {
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
