package tink

import (
	"fmt"
	"os"
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
