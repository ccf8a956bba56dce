package postgres_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/adapters/postgres/pgtest"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// everything is the content of all tables as text, one line for each row.
const everything = `
	SELECT 'users ' || x::text FROM users x UNION ALL SELECT 'sessions ' || x::text FROM sessions x
	UNION ALL SELECT 'links ' || x::text FROM links x UNION ALL SELECT 'signing_keys ' || x::text FROM signing_keys x
	UNION ALL SELECT 'river_job ' || x::text FROM river_job x UNION ALL SELECT 'counter ' || x::text FROM rate_limit_counters x
	UNION ALL SELECT 'audit_events ' || x::text FROM audit_events x
	UNION ALL SELECT 'keyset_replicas ' || x::text FROM keyset_replicas x UNION ALL SELECT 'keyset_writes ' || x::text FROM keyset_writes x`

func TestNothingPersonalOrSecretIsStoredInClear(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, u := open(t), person(1)
	renamed := u
	renamed.FullName, renamed.Residence = domain.RestoreFullName("Grace Hopper"), domain.RestoreResidence("US", "US-NY")
	renamed.Version = 2
	secret := domain.Secret{1, 2, 3, 4, 5, 6, 7, 8}
	seed := strings.Repeat("seed", 8)
	session := domain.DefaultSessionPolicy().NewSession(
		domain.SessionID{ID: domain.ID{9}}, u.ID, domain.DeviceID{ID: domain.ID{8}}, secret.Hash(), start)
	add(t, s, u)
	rows := all[string](t, s.Pool(), everything)
	r := s.Repos()
	for _, err := range []error{
		r.Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start),
		r.Accounts.ChangeProfile(ctx, renamed),
		r.Sessions.Create(ctx, session, u.PasswordHash, nil, happened()),
		r.Links.Add(ctx, domain.Link{Hash: secret.Hash(), Purpose: domain.ResetPassword, UserID: u.ID, ExpiresAt: start}),
		r.Outbox.Enqueue(ctx, ports.MessageRequest{
			Template: domain.MessagePasswordReset, EmailIndexes: domain.EmailIndexes{u.EmailIndex}, At: start,
		}),
		s.SigningKeys().Add(ctx, domain.SigningKey{ID: "key", Seed: []byte(seed), CreatedAt: start, ActiveAt: start}, ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	rows = append(rows, all[string](t, s.Pool(), everything)...)
	if len(rows) != 7 { // the session's audit event is one
		t.Fatalf("%d rows", len(rows))
	}
	dump := strings.ToLower(strings.Join(rows, "\n"))
	for name, clear := range map[string]string{
		"address": u.Email.Address(), "local part": "lovelace1", "canonical address": u.Email.Canonical(),
		"name": u.FullName.Value(), "part of the name": "Lovelace", "new name": "Grace", "state": "DE-BY", "new state": "US-NY",
		"secret": string(secret[:]), "signing key": seed,
	} {
		// A bytea prints as hexadecimal digits, and JSON as base64.
		for _, form := range []string{clear, hex.EncodeToString([]byte(clear)), base64.RawStdEncoding.EncodeToString([]byte(clear))} {
			if strings.Contains(dump, strings.ToLower(form)) {
				t.Errorf("the %s is stored in clear", name)
			}
		}
	}
}

// An attacker who can write to the database but has no keys must not be able to show one user's data to another.
func TestSealedValueOpensOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	for name, swap := range map[string]string{
		"email of another user": `UPDATE users u SET email = o.email FROM users o WHERE o.id <> u.id`,
		"name of another user":  `UPDATE users u SET full_name = o.full_name FROM users o WHERE o.id <> u.id`,
		"state of another user": `UPDATE users u SET state_province = o.state_province FROM users o WHERE o.id <> u.id`,
		"email for a name":      `UPDATE users SET full_name = email`,
		"name for an email":     `UPDATE users SET email = full_name`,
		"name for a state":      `UPDATE users SET state_province = full_name`,
		"bit flipped":           `UPDATE users SET email = set_byte(email, length(email) - 1, get_byte(email, length(email) - 1) # 1)`,
		"truncated to nothing":  `UPDATE users SET email = ''`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, u := open(t), person(1)
			add(t, s, u)
			add(t, s, person(2))
			if got := byID(t, s, u.ID); got.Email != u.Email {
				t.Errorf("email %v, want %v", got.Email, u.Email)
			}
			exec(t, s.Pool(), swap)
			_, err := s.Repos().Accounts.FindByID(context.Background(), u.ID)
			wantUnsealable(t, err)
			_, err = s.Repos().Accounts.FindPending(context.Background(), domain.EmailIndexes{u.EmailIndex}, 1)
			wantUnsealable(t, err)
		})
	}
}

func TestSigningKeyOpensOnlyUnderItsID(t *testing.T) {
	t.Parallel()
	s := open(t)
	key := domain.SigningKey{ID: "key", Seed: []byte("seed"), CreatedAt: start, ActiveAt: start}
	if err := s.SigningKeys().Add(context.Background(), key, ""); err != nil {
		t.Fatal(err)
	}
	exec(t, s.Pool(), `UPDATE signing_keys SET id = 'other'`)
	_, err := s.SigningKeys().List(context.Background())
	wantUnsealable(t, err)
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	t.Parallel()
	url := pgtest.New(t)
	add(t, openAt(t, url, memory.NewSealer()), person(1))
	_, err := openAt(t, url, memory.NewSealer()).Repos().Accounts.FindByID(context.Background(), person(1).ID)
	wantUnsealable(t, err)
}

// wantUnsealable checks the error, and that it contains nothing of the value.
func wantUnsealable(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ports.ErrCannotOpen) {
		t.Fatalf("error %v instead of %v", err, ports.ErrCannotOpen)
	}
	if strings.Contains(err.Error(), "Ada") {
		t.Errorf("%v contains personal data", err)
	}
}
