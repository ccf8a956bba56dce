package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// keyUse is what depends on the keys of a keyset, by the key's name.
type keyUse struct {
	rows     map[string]int
	sessions map[string]int
	writers  map[string]int
	readers  map[string]int
	letters  int // that know no index under the current key
	old      []string
}

func readKeyUse(ctx context.Context, v vault) (keyUse, error) {
	u := keyUse{rows: map[string]int{}, sessions: map[string]int{}, writers: map[string]int{}, readers: map[string]int{}, old: names(v.keyset, tink.KeyOld)}
	stored, err := v.store.KeyUse(ctx)
	if err != nil {
		return keyUse{}, fmt.Errorf("count what depends on the keys: %w", err)
	}
	for mark, n := range stored.Sealed {
		u.rows[tink.SealedBy([]byte(mark))] += n
	}
	for mark, n := range stored.Indexed {
		u.rows[tink.TaggedBy([]byte(mark))] += n
	}
	for id, n := range stored.Peppers {
		u.rows[tink.PepperedBy(id)] += n
	}
	if u.letters, err = v.store.LettersUnderOldIndexes(ctx, v.keyset.TagMark()); err != nil {
		return keyUse{}, fmt.Errorf("count the letters under old indexes: %w", err)
	}
	replicas, err := v.store.Replicas(ctx, now())
	if err != nil {
		return keyUse{}, fmt.Errorf("list the replicas: %w", err)
	}
	u.countReplicas(replicas)
	return u, u.countSessions(ctx, v.store)
}

func (u keyUse) countReplicas(replicas []postgres.Replica) {
	for _, r := range replicas {
		for _, name := range r.Reads {
			u.readers[name]++
		}
		for _, name := range r.Writes {
			u.writers[name]++
		}
	}
}

// countSessions finds whose refresh tokens an old MAC key must still verify.
func (u keyUse) countSessions(ctx context.Context, store *postgres.Store) (err error) {
	for _, name := range u.old {
		if !tink.IsMAC(name) {
			continue
		}
		if u.sessions[name], err = store.LiveSessionsWrittenWith(ctx, name, now()); err != nil {
			return fmt.Errorf("count the sessions that depend on %s: %w", name, err)
		}
	}
	return nil
}

// of says what depends on an old key.
func (u keyUse) of(name string) []string {
	var dependants []string
	for _, d := range []struct {
		n    int
		what string
	}{
		{u.rows[name], "stored values"}, {u.sessions[name], "live sessions"}, {u.writers[name], "replicas that write with it"},
	} {
		if d.n > 0 {
			dependants = append(dependants, fmt.Sprintf("%d %s", d.n, d.what))
		}
	}
	if tink.IsMAC(name) && u.letters > 0 {
		dependants = append(dependants, fmt.Sprintf("%d letters to be written", u.letters))
	}
	return dependants
}

// keyStatus lists all keys and what depends on them. Keys of which rows speak and that the keyset lacks are listed too.
func (p program) keyStatus(ctx context.Context, _ []string) error {
	v, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer v.store.Close()
	signing, err := newSigningKeys(Config{Settings: v.Settings, Now: now}, v.store).Status(ctx)
	if err != nil {
		return err
	}
	use, err := readKeyUse(ctx, v)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SIGNING KEY\tSTATE\tSIGNS FROM")
	for _, s := range signing {
		fmt.Fprintf(t, "%s\t%s\t%s\n", s.Key.ID, s.State, s.Key.SignsAt.Format("2006-01-02 15:04:05Z"))
	}
	fmt.Fprintln(t, "\nKEY\tSTATE\tVALUES\tREPLICAS READING\tWRITING\tDEPENDING")
	all := v.keyset.Keys()
	for _, name := range slices.Sorted(maps.Keys(use.rows)) {
		if !slices.ContainsFunc(all, func(k tink.Key) bool { return k.Name == name }) {
			all = append(all, tink.Key{Name: name, State: "MISSING"})
		}
	}
	for _, k := range all {
		depending := ""
		if k.State == tink.KeyOld {
			depending = strings.Join(use.of(k.Name), ", ")
			if depending == "" {
				depending = "nothing: it can be removed"
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%s\n", k.Name, k.State, use.rows[k.Name], use.readers[k.Name], use.writers[k.Name], depending)
	}
	return t.Flush()
}
