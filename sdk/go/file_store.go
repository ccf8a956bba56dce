package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// FileStore keeps tokens in a file that only its owner can read. Processes that share the file take turns by locking a second
// one, whose name ends in .lock.
type FileStore struct{ path string }

// NewFileStore returns a store in that file. Its folder must exist.
func NewFileStore(path string) *FileStore { return &FileStore{path: path} }

// tokenFile is the content of the file, where the tokens are in clear.
type tokenFile struct {
	Access           string    `json:"access_token,omitempty"`
	AccessExpiresAt  time.Time `json:"access_expires_at,omitzero"`
	Refresh          string    `json:"refresh_token,omitempty"`
	RefreshExpiresAt time.Time `json:"refresh_expires_at,omitzero"`
	Device           string    `json:"device_token,omitempty"`
}

// Load reads the file.
// Errors: the file cannot be read, or other users of the machine can read it.
func (s *FileStore) Load(context.Context) (Tokens, error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Tokens{}, nil
	}
	if err != nil {
		return Tokens{}, fmt.Errorf("accounts: read the tokens: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return Tokens{}, fmt.Errorf("accounts: read the tokens: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return Tokens{}, fmt.Errorf("accounts: other users can read %s: set its mode to 0600", s.path)
	}
	var content tokenFile
	if json.NewDecoder(file).Decode(&content) != nil { // its error could repeat a part of a token
		return Tokens{}, fmt.Errorf("accounts: %s does not contain tokens: remove it, and log in again", s.path)
	}
	return Tokens{
		Access: Secret(content.Access), AccessExpiresAt: content.AccessExpiresAt,
		Refresh: Secret(content.Refresh), RefreshExpiresAt: content.RefreshExpiresAt, Device: Secret(content.Device),
	}, nil
}

// Update replaces the file by one that is complete and synced, so that a crash leaves either the old or the new tokens.
func (s *FileStore) Update(ctx context.Context, change func(Tokens) (Tokens, error)) (err error) {
	unlock, err := lock(ctx, s.path+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	tokens, err := s.Load(ctx)
	if err != nil {
		return err
	}
	// The new file is created first: a refresh whose result could not be stored would lose the session.
	file, err := createNew(s.path + ".new")
	if err != nil {
		return fmt.Errorf("accounts: store the tokens: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }() // fails after the file was renamed
	defer func() { _ = file.Close() }()
	changed, err := change(tokens)
	if err != nil || changed == tokens {
		return err
	}
	if err := s.replace(file, changed); err != nil {
		return fmt.Errorf("accounts: store the tokens: %w", err)
	}
	return nil
}

// createNew creates a file that only its owner can read, in place of what a process that died left.
func createNew(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

func (s *FileStore) replace(file *os.File, tokens Tokens) error {
	err := json.NewEncoder(file).Encode(tokenFile{
		Access: string(tokens.Access), AccessExpiresAt: tokens.AccessExpiresAt,
		Refresh: string(tokens.Refresh), RefreshExpiresAt: tokens.RefreshExpiresAt, Device: string(tokens.Device),
	})
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), s.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(s.path))
}

// syncFolder makes the new name durable. Windows cannot sync folders.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
