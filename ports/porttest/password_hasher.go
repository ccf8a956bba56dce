package porttest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// waiter is on whose behalf the suite hashes.
var waiter = domain.HashWaiter{Network: "network"}

// ImportedHashes makes the hashes of another system: one of a password as it is, and one that costs too much.
type ImportedHashes struct {
	Hash, Costly func(password string) domain.PasswordHash
}

// PasswordHasher checks the contract of ports.PasswordHasher. outdated makes hashes with other parameters than hasher.
func PasswordHasher(t *testing.T, hasher, outdated ports.PasswordHasher, imported ImportedHashes) {
	t.Helper()
	checkImported(t, hasher, imported)
	checkRecognition(t, hasher, outdated)
	right, wrong := password(t, "correct horse battery staple"), password(t, "correct horse battery stable")
	hash := func(t *testing.T, by ports.PasswordHasher) domain.PasswordHash {
		t.Helper()
		h, err := by.Hash(ctx, waiter, right)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	check := func(t *testing.T, p domain.Password, h domain.PasswordHash, want ports.Match) {
		t.Helper()
		got, err := hasher.Verify(ctx, waiter, p, h)
		if err != nil || got != want {
			t.Errorf("Verify = %+v, %v; want %+v", got, err, want)
		}
	}
	t.Run("only the password of a hash matches", func(t *testing.T) {
		t.Parallel()
		h := hash(t, hasher)
		check(t, right, h, ports.Match{OK: true})
		check(t, wrong, h, ports.Match{})
	})
	t.Run("two hashes of one password differ", func(t *testing.T) {
		t.Parallel()
		first, second := hash(t, hasher), hash(t, hasher)
		if first == second {
			t.Error("two hashes of one password are the same")
		}
	})
	t.Run("a hash made with other parameters matches and is outdated", func(t *testing.T) {
		t.Parallel()
		h := hash(t, outdated)
		check(t, right, h, ports.Match{OK: true, Outdated: true})
		check(t, wrong, h, ports.Match{})
	})
	t.Run("the zero hash matches no password", func(t *testing.T) {
		t.Parallel()
		check(t, right, "", ports.Match{})
		check(t, domain.Password{}, "", ports.Match{})
	})
	checkHasherErrors(t, hasher, right)
	checkGivenSalt(t, hasher, outdated, right, wrong)
}

// checkImported checks what is promised of hashes that other systems made.
func checkImported(t *testing.T, hasher ports.PasswordHasher, imported ImportedHashes) {
	t.Helper()
	const composed, decomposed = "ma\u00f1ana otra d\u00eda", "man\u0303ana otra di\u0301a"
	verify := func(t *testing.T, given string, h domain.PasswordHash, want ports.Match) {
		t.Helper()
		got, err := hasher.Verify(ctx, waiter, password(t, given), h)
		if err != nil || got != want {
			t.Errorf("Verify of %+q = %+v, %v; want %+v", given, got, err, want)
		}
		index, got, err := hasher.VerifyAny(ctx, waiter, password(t, given), []domain.PasswordHash{h})
		if err != nil || got != want || (index == 0) != want.OK {
			t.Errorf("VerifyAny of %+q = %d, %+v, %v; want %+v", given, index, got, err, want)
		}
	}
	right := ports.Match{OK: true, Outdated: true}
	t.Run("a hash of another system matches NFC and the password as it was received", func(t *testing.T) {
		t.Parallel()
		ofComposed, ofDecomposed := imported.Hash(composed), imported.Hash(decomposed)
		must(t, hasher.Recognize(ofDecomposed))
		verify(t, composed, ofComposed, right)
		verify(t, decomposed, ofComposed, right)
		verify(t, decomposed, ofDecomposed, right)
		verify(t, composed, ofDecomposed, ports.Match{})
		verify(t, decomposed+"!", ofDecomposed, ports.Match{})
	})
	t.Run("a hash of this service matches every form of its password", func(t *testing.T) {
		t.Parallel()
		own, err := hasher.Hash(ctx, waiter, password(t, decomposed))
		must(t, err)
		verify(t, composed, own, ports.Match{OK: true})
		verify(t, decomposed, own, ports.Match{OK: true})
	})
	t.Run("a hash that costs too much is ErrCostlyHash and matches no password", func(t *testing.T) {
		t.Parallel()
		costly := imported.Costly(composed)
		wantErr(t, hasher.Recognize(costly), ports.ErrCostlyHash)
		verify(t, composed, costly, ports.Match{})
	})
}

// checkGivenSalt checks HashWithSalt and VerifyAny. The adapters' own tests count what VerifyAny costs.
func checkGivenSalt(t *testing.T, hasher, outdated ports.PasswordHasher, right, wrong domain.Password) {
	t.Helper()
	salt, otherSalt := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	hash := func(t *testing.T, by ports.PasswordHasher, p domain.Password, salt []byte) domain.PasswordHash {
		t.Helper()
		h, err := by.HashWithSalt(ctx, waiter, p, salt)
		must(t, err)
		return h
	}
	find := func(t *testing.T, p domain.Password, wantIndex int, want ports.Match, hashes ...domain.PasswordHash) {
		t.Helper()
		index, match, err := hasher.VerifyAny(ctx, waiter, p, hashes)
		if err != nil || index != wantIndex || match != want {
			t.Errorf("VerifyAny = %d, %+v, %v; want %d, %+v", index, match, err, wantIndex, want)
		}
	}
	t.Run("hashes of one password are equal if and only if their salts are", func(t *testing.T) {
		t.Parallel()
		first := hash(t, hasher, right, salt)
		if first != hash(t, hasher, right, salt) || first == hash(t, hasher, right, otherSalt) || first == hash(t, hasher, wrong, salt) {
			t.Error("the hash does not depend on exactly the password and the salt")
		}
		match, err := hasher.Verify(ctx, waiter, right, first)
		if want := (ports.Match{OK: true}); err != nil || match != want {
			t.Errorf("Verify = %+v, %v; want %+v: a given salt does not outdate a hash", match, err, want)
		}
	})
	t.Run("VerifyAny finds the first hash of the password, whatever the salts", func(t *testing.T) {
		t.Parallel()
		a, b := hash(t, hasher, wrong, salt), hash(t, hasher, right, salt)
		own, err := hasher.Hash(ctx, waiter, right)
		must(t, err)
		old := hash(t, outdated, right, salt)
		find(t, right, 1, ports.Match{OK: true}, a, b)
		find(t, right, 0, ports.Match{OK: true}, own, a, b)
		find(t, right, 1, ports.Match{OK: true}, a, b, own)
		find(t, right, 1, ports.Match{OK: true, Outdated: true}, a, old, b)
		find(t, right, 2, ports.Match{OK: true}, a, a, b, old)
		find(t, right, -1, ports.Match{}, a, a)
		find(t, right, -1, ports.Match{})
	})
	t.Run("VerifyAny returns the errors of Verify", func(t *testing.T) {
		t.Parallel()
		good := hash(t, hasher, right, salt)
		for _, bad := range []domain.PasswordHash{"", "$nothing$known"} {
			if _, _, err := hasher.VerifyAny(ctx, waiter, right, []domain.PasswordHash{good, bad}); err == nil {
				t.Errorf("no error for a list that contains %q", string(bad))
			}
		}
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		for _, list := range [][]domain.PasswordHash{nil, {good}} {
			_, _, err := hasher.VerifyAny(cancelled, waiter, right, list)
			wantErr(t, err, context.Canceled)
		}
	})
}

// checkHasherErrors checks the errors of Hash and Verify that do not depend on the size of a queue.
func checkHasherErrors(t *testing.T, hasher ports.PasswordHasher, right domain.Password) {
	t.Helper()
	t.Run("a hash that cannot be read is an error that does not contain it", func(t *testing.T) {
		t.Parallel()
		_, err := hasher.Verify(ctx, waiter, right, "$nothing$known")
		if err == nil || bytes.Contains([]byte(err.Error()), []byte("known")) {
			t.Errorf("error %v, want one that does not contain the hash", err)
		}
	})
	t.Run("a cancelled context is ctx's error", func(t *testing.T) {
		t.Parallel()
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := hasher.Hash(cancelled, waiter, right); !errors.Is(err, context.Canceled) {
			t.Errorf("Hash: %v", err)
		}
		if _, err := hasher.Verify(cancelled, waiter, right, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("Verify: %v", err)
		}
	})
}

// checkRecognition checks which hashes the hasher recognizes, and that it is ready while it is idle. The adapter itself tests that
// a full queue is domain.ErrBusy, since that depends on the size of its queue.
func checkRecognition(t *testing.T, hasher, outdated ports.PasswordHasher) {
	t.Helper()
	// This subtest is not parallel, so that no other subtest hashes concurrently.
	t.Run("an idle hasher is ready", func(t *testing.T) {
		must(t, hasher.Ready(waiter))
	})
	t.Run("every hash that Verify can check is recognized", func(t *testing.T) {
		t.Parallel()
		for _, by := range []ports.PasswordHasher{hasher, outdated} {
			h, err := by.Hash(ctx, waiter, password(t, "correct horse battery staple"))
			must(t, err)
			must(t, hasher.Recognize(h))
		}
	})
	t.Run("a hash of an unknown form is ErrUnknownHash", func(t *testing.T) {
		t.Parallel()
		for _, h := range []domain.PasswordHash{"", "unknown", "$unknown$form", "$argon2id$"} {
			wantErr(t, hasher.Recognize(h), ports.ErrUnknownHash)
		}
	})
}

func password(t *testing.T, clear string) domain.Password {
	t.Helper()
	p, err := domain.ParsePassword(clear)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
