package accounts

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var someTokens = Tokens{
	Access: "hunter2-access", AccessExpiresAt: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC),
	Refresh: "hunter2-refresh", RefreshExpiresAt: time.Date(2026, 2, 14, 9, 30, 0, 0, time.UTC),
	Device: "hunter2-device",
}

func put(t *testing.T, store TokenStore, tokens Tokens) {
	t.Helper()
	if err := store.Update(t.Context(), func(Tokens) (Tokens, error) { return tokens, nil }); err != nil {
		t.Fatal(err)
	}
}

// What the interface promises, for both stores.
func TestStores(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]TokenStore{
		"memory": NewMemoryStore(), "file": NewFileStore(filepath.Join(t.TempDir(), "tokens")),
	} {
		t.Run(name, func(t *testing.T) {
			if tokens, err := store.Load(t.Context()); err != nil || tokens != (Tokens{}) {
				t.Errorf("an empty store: %v", err)
			}
			put(t, store, someTokens)
			if tokens, err := store.Load(t.Context()); err != nil || tokens != someTokens {
				t.Errorf("other tokens than were stored, %v", err)
			}
			failed := errors.New("failed")
			err := store.Update(t.Context(), func(tokens Tokens) (Tokens, error) {
				if tokens != someTokens {
					t.Error("Update passes other tokens than were stored")
				}
				return Tokens{}, failed
			})
			if tokens, _ := store.Load(t.Context()); !errors.Is(err, failed) || tokens != someTokens {
				t.Errorf("a change that fails must change nothing: %v", err)
			}
			updatesTakeTurns(t, store)
		})
	}
}

func updatesTakeTurns(t *testing.T, store TokenStore) {
	t.Helper()
	err := store.Update(t.Context(), func(tokens Tokens) (Tokens, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*lockInterval)
		defer cancel()
		err := store.Update(ctx, func(Tokens) (Tokens, error) {
			t.Error("two updates run concurrently")
			return Tokens{}, nil
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an update that waits ends with its context: got %v", err)
		}
		return tokens, nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOnlyTheOwnerCanReadTheFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens")
	// A process that died may have left this file, and another one may have prepared it.
	if err := os.WriteFile(path+".new", []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	store := NewFileStore(path)
	put(t, store, someTokens)
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 2 {
		t.Errorf("want the file and its lock, got %v, %v", entries, err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", entry.Name(), info.Mode(), err)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("a file that others can read: got %v", err)
	}
}

func TestADamagedFileIsAnErrorWithoutItsContent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte(`{"access_token":"hunter2`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewFileStore(path).Load(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

// The tokens could not be stored after the refresh, so there must be none.
func TestTokensThatCannotBeStoredAreNotRefreshed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, f *fakeService) {
		folder := filepath.Join(t.TempDir(), "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		c := loggedIn(t, f, NewFileStore(filepath.Join(folder, "tokens")))
		// As root, only a name that is taken makes the creation fail.
		if err := os.MkdirAll(filepath.Join(folder, "tokens.new", "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ReadProfile(t.Context()); err == nil || f.refreshes != 0 {
			t.Errorf("got %v after %d refreshes", err, f.refreshes)
		}
	})
}
