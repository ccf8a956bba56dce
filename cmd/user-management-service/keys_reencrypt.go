package main

import (
	"context"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const (
	// reencryptBatch is how many users one transaction rewrites: few, so that a login never waits long for one of them.
	reencryptBatch = 100
	// lettersPoll is how often letters under old indexes are counted until none is left.
	lettersPoll = 200 * time.Millisecond
)

// reencrypt brings everything stored under the current keys, in batches, while the service runs. Stopped, it goes on where
// it was when it is run again.
func (p program) reencrypt(ctx context.Context, _ []string) error {
	v, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer v.store.Close()
	replicas, err := v.store.Replicas(ctx, now())
	if err != nil {
		return fmt.Errorf("list the replicas: %w", err)
	}
	if countIf(replicas, func(r postgres.Replica) bool { return !containsAll(names(v.keyset, tink.KeyCurrent), r.Writes) }) > 0 {
		return errOldWriters
	}
	if err := p.awaitLetters(ctx, v); err != nil {
		return err
	}
	mac := v.keyset.MAC()
	current := postgres.CurrentKeys{
		SealMark: v.keyset.SealMark(), TagMark: v.keyset.TagMark(),
		Index: func(e domain.Email) (domain.EmailIndex, error) {
			indexes, err := app.IndexEmail(mac, e)
			if err != nil {
				return "", err
			}
			return indexes.Current(), nil
		},
	}
	keys, err := v.store.ReencryptSigningKeys(ctx, current)
	if err != nil {
		return err
	}
	users := 0
	for found := -1; found != 0; { // the last pass finds nothing
		if found, err = reencryptOnce(ctx, v.store, current); err != nil {
			return err
		}
		users += found
	}
	if err := v.recordReencryption(ctx); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "re-encrypted %d signing keys and %d users; password hashes take the current pepper at their next login\n", keys, users)
	return nil
}

// awaitLetters waits until the letters are written that know an address by old indexes only.
func (p program) awaitLetters(ctx context.Context, v vault) error {
	tick := time.NewTicker(lettersPoll)
	defer tick.Stop()
	for told := false; ; {
		n, err := v.store.LettersUnderOldIndexes(ctx, v.keyset.TagMark())
		if err != nil {
			return fmt.Errorf("count the letters under old indexes: %w", err)
		}
		if n == 0 {
			return nil
		}
		if !told {
			fmt.Fprintf(p.out, "waiting for %d letters that were asked for before the keys were added\n", n)
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// reencryptOnce is one pass over all users.
func reencryptOnce(ctx context.Context, store *postgres.Store, current postgres.CurrentKeys) (users int, err error) {
	var after domain.UserID
	for {
		last, found, err := store.ReencryptUsers(ctx, current, after, reencryptBatch)
		if err != nil {
			return users, err
		}
		users += found
		if found < reencryptBatch {
			return users, nil
		}
		after = last
	}
}

// recordReencryption leaves a head of the audit log that the current key signs: it proves what the heads of the old one did.
func (v vault) recordReencryption(ctx context.Context) error {
	if err := v.store.Repos().Audit.Record(ctx, domain.AuditEvent{ID: newID(), At: now(), Kind: domain.AuditReencrypted}); err != nil {
		return fmt.Errorf("record the re-encryption: %w", err)
	}
	_, err := (&app.App{Store: v.store, MAC: v.keyset.MAC(), Now: now, NewID: newID}).SealAudit(ctx)
	return err
}
