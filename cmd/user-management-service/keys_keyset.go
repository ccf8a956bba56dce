package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// createKeyset makes the file that KEYSET_FILE names.
func (p program) createKeyset(_ context.Context, args []string) error {
	keyset, err := tink.Generate(false, now())
	if err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	if err := tink.WriteFile(args[0], keyset); err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	fmt.Fprintf(p.out, "wrote %s; keep a copy where the database's backups are not: without it they cannot be read\n", args[0])
	return nil
}

// editKeyset changes a keyset's file.
func editKeyset(path string, change func(*tink.Keyset) (*tink.Keyset, error)) (*tink.Keyset, error) {
	keyset, err := tink.ReadFile(path)
	if err != nil {
		return nil, err
	}
	changed, err := change(keyset)
	if err != nil {
		return nil, err
	}
	return changed, tink.ReplaceFile(path, changed)
}

// addKeys is the first step of a rotation: every replica must be able to read with a key before any writes with it.
func (p program) addKeys(_ context.Context, args []string) error {
	keyset, err := editKeyset(args[0], (*tink.Keyset).Add)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "added %v to %s; restart every replica with it, then promote them\n", names(keyset, tink.KeyNext), args[0])
	return nil
}

// promoteKeys is the second step. It refuses while a running replica could not read what is then written.
func (p program) promoteKeys(ctx context.Context, args []string) error {
	v, err := p.openVaultOf(ctx, args[0])
	if err != nil {
		return err
	}
	defer v.store.Close()
	replicas, err := v.store.Replicas(ctx, now())
	if err != nil {
		return fmt.Errorf("list the replicas: %w", err)
	}
	keyset, err := editKeyset(args[0], func(k *tink.Keyset) (*tink.Keyset, error) {
		lacking := countIf(replicas, func(r postgres.Replica) bool { return !containsAll(r.Reads, names(k, tink.KeyNext)) })
		if lacking > 0 {
			return nil, fmt.Errorf("%d of %d running replicas do not have the added keys: restart them with %s first", lacking, len(replicas), args[0])
		}
		return k.Promote()
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%v are now current in %s; restart every replica with it, then re-encrypt\n", names(keyset, tink.KeyCurrent), args[0])
	return nil
}

// removeKey is the last step. It refuses while anything depends on the key, of which what was made with it is lost.
func (p program) removeKey(ctx context.Context, args []string) error {
	path, name := args[0], args[1]
	v, err := p.openVaultOf(ctx, path)
	if err != nil {
		return err
	}
	defer v.store.Close()
	_, err = editKeyset(path, func(k *tink.Keyset) (*tink.Keyset, error) {
		without, err := k.Remove(name)
		if err != nil {
			return nil, err
		}
		use, err := readKeyUse(ctx, v)
		if err != nil {
			return nil, err
		}
		if dependants := use.of(name); len(dependants) > 0 {
			return nil, fmt.Errorf("%s is still in use: %v", name, dependants)
		}
		return without, nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "removed %s from %s; restart the replicas with it when it suits\n", name, path)
	return nil
}

// errOldWriters: a re-encryption would never end.
var errOldWriters = errors.New("running replicas still write with other keys than this keyset's current ones: restart them with it first")

func countIf[T any](all []T, counts func(T) bool) (n int) {
	for _, each := range all {
		if counts(each) {
			n++
		}
	}
	return n
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
