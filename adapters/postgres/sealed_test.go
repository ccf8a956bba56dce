package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func pending(t *testing.T, n byte) domain.User {
	t.Helper()
	s, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, "ada@example.com", "Ada Lovelace", "DE", "Bayern", "correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	return s.Pending(domain.UserID{ID: domain.ID{n}}, "index", "$hash$", time.Now().UTC().Truncate(time.Microsecond))
}

func TestNothingPersonalLiesInTheDatabaseInClear(t *testing.T) {
	t.Parallel()
	s, ctx := open(t), context.Background()
	if err := s.Repos().Accounts.AddPending(ctx, pending(t, 1)); err != nil {
		t.Fatal(err)
	}
	if err := s.SigningKeys().AddFirst(ctx, domain.SigningKey{ID: "kid", Seed: []byte("seed of a key in clear"), CreatedAt: time.Now()}); err != nil {
		t.Fatal(err)
	}
	var row string
	err := s.Pool().QueryRow(ctx, `SELECT concat(u::text, encode(email, 'escape'), encode(full_name, 'escape'), encode(state_province, 'escape'), k::text, encode(sealed_seed, 'escape'))
		FROM users u, signing_keys k`).Scan(&row)
	if err != nil {
		t.Fatal(err)
	}
	for _, clear := range []string{"ada", "example", "Lovelace", "BY", "seed of"} {
		if strings.Contains(row, clear) {
			t.Errorf("%q in %s", clear, row)
		}
	}
}

// Who can write to the database but has no keys must not be able to show one person's data to another.
func TestASealedValueOpensOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]string{
		"to another user":   `UPDATE users SET email = (SELECT email FROM users WHERE id = $2) WHERE id = $1`,
		"to another column": `UPDATE users SET full_name = email WHERE id = $1 AND id <> $2`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ctx := open(t), context.Background()
			first, second := pending(t, 1), pending(t, 2)
			for _, u := range []domain.User{first, second} {
				if err := s.Repos().Accounts.AddPending(ctx, u); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.Pool().Exec(ctx, move, first.ID.String(), second.ID.String()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Repos().Accounts.ByID(ctx, first.ID); !errors.Is(err, ports.ErrUnsealable) {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

func TestATransactionThatLostADeadlockIsTriedAgain(t *testing.T) {
	t.Parallel()
	s, ctx := open(t), context.Background()
	first, second := pending(t, 1), pending(t, 2)
	for _, u := range []domain.User{first, second} {
		if err := s.Repos().Accounts.AddPending(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	// Another session holds the second row and then wants the first, which the transaction holds by then.
	rival, err := s.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lock(t, rival, second.ID)
	runs, rivalDone := 0, make(chan error, 1)
	err = s.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		runs++
		if err := r.Accounts.SaveProfile(ctx, first); err != nil {
			return err
		}
		if runs == 1 {
			go func() {
				_, err := rival.Exec(ctx, `SELECT FROM users WHERE id = $1 FOR UPDATE`, first.ID.String())
				rivalDone <- errors.Join(err, rival.Rollback(ctx))
			}()
		}
		return r.Accounts.SaveProfile(ctx, second)
	})
	// Whichever of the two PostgreSQL ends, ours takes effect.
	rivalErr := <-rivalDone
	if err != nil || runs == 1 && rivalErr == nil {
		t.Errorf("%d runs: %v; rival: %v", runs, err, rivalErr)
	}
}

func lock(t *testing.T, tx pgx.Tx, id domain.UserID) {
	t.Helper()
	if _, err := tx.Exec(context.Background(), `SELECT FROM users WHERE id = $1 FOR UPDATE`, id.String()); err != nil {
		t.Fatal(err)
	}
}
