package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/siriusys/user-management-service/adapters/metrics"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// rotation is the module that rotates a deployment's keyset.
func (p program) rotation(d deployment) *app.Keyset {
	log := newAuditLog(Config{
		Settings: d.Settings, Keyset: d.keyset, Metrics: metrics.New(), Logger: slog.New(slog.NewJSONHandler(p.errOut, nil)), Now: d.now,
	}, d.store)
	return app.NewKeyset(app.KeysetConfig{
		Keys: d.keyset, Data: d.store.KeysetData(), Replicas: d.store.KeysetReplicas(), Audit: d.store.Repos().Audit,
		ExtendAuditChain: func(ctx context.Context) error {
			added, err := log.Extend(ctx)
			for _, c := range added {
				if c.OpensSegment() {
					fmt.Fprintf(p.errOut, "the audit chain is broken: %s; see docs/audit.md\n", c.Break)
				}
			}
			return err
		},
		Wait: wait, Now: d.now, NewID: newID,
	})
}

// wait returns after a duration, or earlier with the context's error.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// createKeyset creates the file that KEYSET_FILE names.
func (p program) createKeyset(_ context.Context, args []string) error {
	keyset, err := tink.Generate(false, now())
	if err != nil {
		return fmt.Errorf("generate the keys: %w", err)
	}
	if err := tink.WriteFile(args[0], keyset); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "created %s; store a copy separately from the database's backups, which cannot be decrypted without it\n", args[0])
	return nil
}

// addKeys is the first step of a rotation: every replica must be able to read with a key before any replica writes with it.
func (p program) addKeys(_ context.Context, args []string) error {
	keyset, err := tink.ReadFile(args[0])
	if err != nil {
		return err
	}
	added, err := keyset.Add()
	if err != nil {
		return err
	}
	if err := tink.ReplaceFile(args[0], added); err != nil {
		return err
	}
	names := listed(added.Keys().Names(domain.KeysetKeyNext))
	fmt.Fprintf(p.out, "added %s to %s; restart every replica with the new file, then run keys promote\n", names, args[0])
	return nil
}

// promoteKeys is the second step.
func (p program) promoteKeys(ctx context.Context, args []string) error {
	d, err := p.openDeploymentWith(ctx, args[0])
	if err != nil {
		return err
	}
	defer d.store.Close()
	promoted, err := p.rotation(d).Promote(ctx)
	if errors.Is(err, app.ErrReplicasLackKeys) {
		return fmt.Errorf("%w: restart them with %s first", err, args[0])
	}
	if err != nil {
		return err
	}
	if err := tink.ReplaceFile(args[0], promoted); err != nil {
		return err
	}
	names := listed(promoted.Keys().Names(domain.KeysetKeyPrimary))
	fmt.Fprintf(p.out, "%s are now primary in %s; restart every replica with the new file, then run keys re-encrypt\n", names, args[0])
	return nil
}

// reencrypt is the third step.
func (p program) reencrypt(ctx context.Context, _ []string) error {
	d, err := p.openDeployment(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	done, err := p.rotation(d).Reencrypt(ctx, func(messages int) {
		fmt.Fprintf(p.out, "waiting until %d messages are sent that were requested before the keys were added\n", messages)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "re-encrypted %d signing keys and %d users; each password hash gets the primary pepper at the user's next login\n",
		done.SigningKeys, done.Users)
	return nil
}

// removeKey is the last step, once for each old key.
func (p program) removeKey(ctx context.Context, args []string) error {
	path, name := args[0], args[1]
	d, err := p.openDeploymentWith(ctx, path)
	if err != nil {
		return err
	}
	defer d.store.Close()
	without, err := p.rotation(d).Remove(ctx, name)
	if errors.Is(err, ports.ErrKeyNotOld) {
		return fmt.Errorf("%w; see keys status", err)
	}
	if err != nil {
		return err
	}
	if err := tink.ReplaceFile(path, without); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "removed %s from %s; the replicas may keep the earlier file until their next restart\n", name, path)
	return nil
}

// keyStatus lists all keys and what depends on them.
func (p program) keyStatus(ctx context.Context, _ []string) error {
	d, err := p.openDeployment(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	signing, err := newSigningKeys(Config{Settings: d.Settings, Now: d.now}, d.store).Status(ctx)
	if err != nil {
		return err
	}
	keys, err := p.rotation(d).Status(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SIGNING KEY\tSTATE\tACTIVE FROM")
	for _, s := range signing {
		fmt.Fprintf(t, "%s\t%s\t%s\n", s.Key.ID, s.State, formatTime(s.Key.ActiveAt))
	}
	fmt.Fprintln(t, "\nKEY\tSTATE\tVALUES\tREPLICAS READING\tREPLICAS WRITING\tNEEDED BY")
	for _, k := range keys {
		neededBy := ""
		switch {
		case k.Key.State != domain.KeysetKeyOld:
		case k.Use.IsNeeded():
			neededBy = k.Use.String()
		default:
			neededBy = "nothing: it can be removed"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\n", k.Key.Name, k.Key.State, k.Use.Values, k.Use.Readers, k.Use.Writers, neededBy)
	}
	return t.Flush()
}

func formatTime(at time.Time) string { return at.Format("2006-01-02 15:04:05Z") }

// listed joins names for a sentence.
func listed(names []string) string { return strings.Join(names, ", ") }
