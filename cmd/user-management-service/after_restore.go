package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"github.com/siriusys/user-management-service/adapters/passwordhash"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// afterRestore makes a restored backup safe to serve, and prints what it did. It reads the whole log first: a file that cannot be read
// must not leave half of the work done.
func (p program) afterRestore(ctx context.Context, args []string) error {
	changes, err := p.readChangesOf(args[0])
	if err != nil {
		return err
	}
	d, err := p.openDeployment(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	if err := requireSchema(ctx, d.store); err != nil {
		return err
	}
	restoration := newRestoration(d)
	n, err := restoration.RevokeRestored(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "revoked or removed: %s, %s, %s, %s, %s\n", plural(n.Sessions, "session"), plural(n.SigningKeys, "signing key"),
		plural(n.Links, "link"), plural(n.Devices, "known device"), plural(n.Messages, "message"))
	return repeatChanges(ctx, p.out, restoration, changes)
}

func (p program) readChangesOf(name string) ([]domain.AuditEvent, error) {
	log, err := p.open(name)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	changes, err := readChanges(log)
	return changes, errors.Join(err, log.Close())
}

// requireSchema refuses a backup of an older release: the command knows only the newest schema.
func requireSchema(ctx context.Context, store *postgres.Store) error {
	if err := store.Ping(ctx); err != nil {
		return fmt.Errorf("the database cannot be used; run migrate first if the backup is of an older release: %w", err)
	}
	return nil
}

func newRestoration(d deployment) *app.Restoration {
	c := Config{Settings: d.withDefaults(), Now: d.now}
	return app.NewRestoration(app.RestorationConfig{
		Store: d.store, Data: d.store.RestoredData(),
		Hasher: passwordhash.New(passwordhash.Config{
			// A login must take as long as for any other account.
			Params:  passwordhash.Params{Memory: c.Argon2Memory, Time: c.Argon2Time, Threads: 1},
			Peppers: peppers(d.keyset), Concurrency: 1, Queue: 1,
		}),
		SigningKeys:      newSigningKeys(c, d.store),
		AuditEvents:      app.NewAuditEvents(app.NewPseudonyms(d.keyset.MAC()), realRuntime(c)),
		TerminationGrace: c.TerminationGrace, Now: d.now, Entropy: rand.Reader,
	})
}

// repeatChanges prints a line for each kind of change, and the users whose changes could not be repeated.
func repeatChanges(ctx context.Context, out io.Writer, r *app.Restoration, changes []domain.AuditEvent) error {
	repeated, inBackup := map[domain.AuditKind]int{}, 0
	for _, e := range changes {
		outcome, err := r.Repeat(ctx, e)
		if err != nil {
			return err
		}
		switch outcome {
		case app.Repeated:
			repeated[e.Kind]++
		case app.InBackup:
			inBackup++
		case app.NoAccount:
			fmt.Fprintf(out, "not repeated, because there is no such account, or in another state: %s of user %s\n", e.Kind, e.UserID)
		}
	}
	passwords := repeated[domain.AuditPasswordChanged] + repeated[domain.AuditPasswordReset]
	fmt.Fprintf(out, "repeated: %s, %s, %s; %s to be reset by their users; already in the backup: %s\n",
		plural(repeated[domain.AuditErased], "erasure"), plural(repeated[domain.AuditTerminated], "termination"),
		plural(repeated[domain.AuditTerminationCancelled], "cancellation"), plural(passwords, "password"), plural(inBackup, "change"))
	return nil
}
