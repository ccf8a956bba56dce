package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// marked is a sealer whose values begin with the name of its key, as Tink's do. It reads what others of the same inner
// sealer sealed.
type marked struct {
	ports.Sealer
	mark string
}

func (m marked) Seal(plaintext []byte, context string) ([]byte, error) {
	sealed, err := m.Sealer.Seal(plaintext, context)
	return append([]byte(m.mark), sealed...), err
}

func (m marked) Open(sealed []byte, context string) ([]byte, error) {
	return m.Sealer.Open(sealed[min(len(m.mark), len(sealed)):], context)
}

// twoKeys are stores on one database: one writes with the old key, the other with the new one, and each reads both.
func twoKeys(t *testing.T) (old, current *postgres.Store, keys postgres.CurrentKeys) {
	t.Helper()
	url, inner := pgtest.New(t), memory.NewSealer()
	return openAt(t, url, marked{inner, "old.."}), openAt(t, url, marked{inner, "new.."}), postgres.CurrentKeys{
		SealMark: []byte("new.."), TagMark: []byte("index"),
		Index: func(e domain.Email) (domain.EmailIndex, error) {
			return domain.EmailIndex("index of " + e.Canonical()), nil
		},
	}
}

// people adds n persons, indexed under an old key.
func people(t *testing.T, s *postgres.Store, n int) []domain.User {
	t.Helper()
	all := make([]domain.User, n)
	for i := range all {
		all[i] = person(i + 1)
		all[i].EmailIndex = domain.EmailIndex("old.. " + fmt.Sprint(i))
		add(t, s, all[i])
	}
	return all
}

func wantUse(t *testing.T, s *postgres.Store, want postgres.KeyUse) {
	t.Helper()
	got, err := s.KeyUse(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("use of keys (-want +got):\n%s", diff)
	}
}

func TestReencryptionGoesOnInBatchesWhereItStopped(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old, current, keys := twoKeys(t)
	all := people(t, old, 5)
	if err := old.SigningKeys().Add(ctx, domain.SigningKey{ID: "key", Seed: []byte("seed"), CreatedAt: start, SignsAt: start}, ""); err != nil {
		t.Fatal(err)
	}
	wantUse(t, old, postgres.KeyUse{Sealed: map[string]int{"old..": 16}, Indexed: map[string]int{"old..": 5}, Peppers: map[string]int{}})
	last, found, err := current.ReencryptUsers(ctx, keys, domain.UserID{}, 2)
	if err != nil || found != 2 || last != all[1].ID {
		t.Fatalf("first batch: %v, %d, %v", last, found, err)
	}
	wantUse(t, old, postgres.KeyUse{Sealed: map[string]int{"old..": 10, "new..": 6}, Indexed: map[string]int{"old..": 3, "index": 2}, Peppers: map[string]int{}})
	// Begun anew, it passes over what is done.
	if last, found, err = current.ReencryptUsers(ctx, keys, domain.UserID{}, 2); err != nil || found != 2 || last != all[3].ID {
		t.Fatalf("second batch: %v, %d, %v", last, found, err)
	}
	if last, found, err = current.ReencryptUsers(ctx, keys, last, 2); err != nil || found != 1 || last != all[4].ID {
		t.Fatalf("last batch: %v, %d, %v", last, found, err)
	}
	for _, want := range []int{1, 0} {
		if found, err := current.ReencryptSigningKeys(ctx, keys); err != nil || found != want {
			t.Errorf("signing keys: %d, %v", found, err)
		}
	}
	if _, found, err := current.ReencryptUsers(ctx, keys, domain.UserID{}, 9); err != nil || found != 0 {
		t.Errorf("afterwards: %d, %v", found, err)
	}
	wantUse(t, old, postgres.KeyUse{Sealed: map[string]int{"new..": 16}, Indexed: map[string]int{"index": 5}, Peppers: map[string]int{}})
	for _, u := range all { // nothing that anybody knows of has changed
		u.EmailIndex = domain.EmailIndex("index of " + u.Email.Canonical())
		if got := byID(t, current, u.ID); got != u {
			t.Errorf("%+v instead of %+v", got, u)
		}
	}
	if k, err := current.SigningKeys().All(ctx); err != nil || len(k) != 1 || string(k[0].Seed) != "seed" {
		t.Errorf("%v, %v", k, err)
	}
}

// A profile that is saved between the reading and the writing of a batch stays, and the next pass finds it.
func TestReencryptionUndoesNoSimultaneousChange(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old, current, keys := twoKeys(t)
	u := people(t, old, 1)[0]
	index := keys.Index
	keys.Index = func(e domain.Email) (domain.EmailIndex, error) { // called between the two
		renamed := u
		renamed.FullName = domain.RestoreFullName("Grace Hopper")
		if err := old.Repos().Accounts.SaveProfile(ctx, renamed); err != nil {
			t.Error(err)
		}
		return index(e)
	}
	if _, found, err := current.ReencryptUsers(ctx, keys, domain.UserID{}, 9); err != nil || found != 1 {
		t.Fatalf("%d, %v", found, err)
	}
	keys.Index = index
	for _, want := range []int{1, 0} {
		if _, found, err := current.ReencryptUsers(ctx, keys, domain.UserID{}, 9); err != nil || found != want {
			t.Errorf("%d, %v, want %d", found, err, want)
		}
	}
	if got := byID(t, current, u.ID); got.FullName.Value() != "Grace Hopper" {
		t.Error("the new name is lost")
	}
}

func TestReencryptionStopsAtWhatItCannotRead(t *testing.T) {
	t.Parallel()
	old, current, keys := twoKeys(t)
	u := people(t, old, 1)[0]
	exec(t, old.Pool(), `UPDATE users SET full_name = email`)
	_, _, err := current.ReencryptUsers(context.Background(), keys, domain.UserID{}, 9)
	wantUnsealable(t, err)
	if !strings.Contains(err.Error(), u.ID.String()) {
		t.Errorf("%v does not name the row", err)
	}
}

func TestPeppersAreCountedByTheirID(t *testing.T) {
	t.Parallel()
	s := open(t)
	for i, hash := range []domain.PasswordHash{"$argon2id$v=19$m=8,t=1,p=1,keyid=YWIxMg$c2FsdA$dGFn", "$argon2id$v=19$m=8,t=1,p=1,keyid=YWIxMg$c2FsdB$dGFn", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn"} {
		u := person(i + 1)
		u.PasswordHash = hash
		add(t, s, u)
	}
	got, err := s.KeyUse(context.Background())
	if diff := cmp.Diff(map[string]int{"ab12": 2}, got.Peppers); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestLettersThatWouldFindNobodyAreCounted(t *testing.T) {
	t.Parallel()
	ctx, s := context.Background(), open(t)
	for _, address := range [][][]byte{nil, {[]byte("old.. a")}, {[]byte("new.. b"), []byte("old.. b")}, {[]byte("old.. c"), []byte("new.. c")}, {[]byte("old.. d")}} {
		if err := s.Repos().Outbox.Enqueue(ctx, ports.Letter{Template: domain.MailPasswordReset, Address: address, At: start}); err != nil {
			t.Fatal(err)
		}
	}
	for mark, want := range map[string]int{"new..": 2, "old..": 0, "xxx..": 4} {
		if n, err := s.LettersUnderOldIndexes(ctx, []byte(mark)); err != nil || n != want {
			t.Errorf("without %s: %d, %v; want %d", mark, n, err, want)
		}
	}
	exec(t, s.Pool(), `UPDATE river_job SET state = 'completed', finalized_at = now()`)
	if n, err := s.LettersUnderOldIndexes(ctx, []byte("new..")); err != nil || n != 0 {
		t.Errorf("once written: %d, %v", n, err)
	}
}
