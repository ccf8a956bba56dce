package porttest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// KeysetDataUnderTest is an empty store in the middle of a rotation.
type KeysetDataUnderTest struct {
	// Added is the keyset that Store and SigningKeys write with. It has next keys, which are the primary keys of Promoted.
	Added, Promoted ports.Keyset
	Store           ports.Store
	SigningKeys     ports.SigningKeys
	Replicas        ports.KeysetReplicas
	// Data re-encrypts with the primary keys of Promoted.
	Data ports.KeysetData
	// Send sends the pending messages.
	Send func(t *testing.T)
	// Corrupt makes a value of a user impossible to decrypt.
	Corrupt func(t *testing.T, id domain.UserID)
}

// KeysetData checks the contract of ports.KeysetData. fresh returns a new store each time.
func KeysetData(t *testing.T, fresh func(t *testing.T) KeysetDataUnderTest) {
	t.Helper()
	for promise, check := range keysetDataPromises {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			u := fresh(t)
			check(t, keysetBench{u, bench{StoreUnderTest{Store: u.Store}}})
		})
	}
}

type keysetBench struct {
	KeysetDataUnderTest
	bench
}

// indexWith computes the index of an email address under the primary key of a keyset.
func indexWith(k ports.Keyset) func(domain.Email) (domain.EmailIndex, error) {
	return func(e domain.Email) (domain.EmailIndex, error) {
		tag, err := k.MAC().Tag("email index of the contract suite", []byte(e.Canonical()))
		return domain.EmailIndex(tag), err
	}
}

// user adds the nth user, pending and with the index under the key that was primary before the promotion.
func (b keysetBench) user(t *testing.T, n int, change ...func(*domain.User)) domain.User {
	t.Helper()
	u := userOf(n, fmt.Sprintf("user%d@example.com", n))
	var err error
	u.EmailIndex, err = indexWith(b.Added)(u.Email)
	must(t, err)
	for _, do := range change {
		do(&u)
	}
	must(t, b.r().Accounts.AddPending(ctx, u))
	return u
}

// activeUser adds the first user and verifies it.
func (b keysetBench) activeUser(t *testing.T) domain.User {
	t.Helper()
	u := b.user(t, 1)
	must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start))
	return b.byID(t, u.ID)
}

func (b keysetBench) wantCounts(t *testing.T, want map[string]int) {
	t.Helper()
	counts, err := b.Data.CountValues(ctx, b.Promoted)
	must(t, err)
	wantSame(t, want, counts)
}

// names are the names of the keys that encrypt and tag, before and after the promotion.
func (b keysetBench) names() (oldAEAD, oldMAC, newAEAD, newMAC string) {
	return b.Added.SealedBy(b.Added.SealedPrefix()), b.Added.TaggedBy(b.Added.TagPrefix()),
		b.Promoted.SealedBy(b.Promoted.SealedPrefix()), b.Promoted.TaggedBy(b.Promoted.TagPrefix())
}

// wantBatch checks one batch of a re-encryption and returns its last user.
func (b keysetBench) wantBatch(t *testing.T, after domain.UserID, limit int, want ...domain.User) domain.UserID {
	t.Helper()
	last, found, err := b.Data.ReencryptUsers(ctx, b.Promoted, indexWith(b.Promoted), after, limit)
	must(t, err)
	if found != len(want) || found > 0 && last != want[found-1].ID {
		t.Fatalf("found %d users up to %v, want %v", found, last, want)
	}
	return last
}

func (b keysetBench) wantSessions(t *testing.T, want int, keyName string, at time.Time) {
	t.Helper()
	n, err := b.Data.CountSessions(ctx, keyName, at)
	must(t, err)
	if n != want {
		t.Errorf("%d sessions depend on %s at %v, want %d", n, keyName, at, want)
	}
}

func (b keysetBench) wantMessages(t *testing.T, want int) {
	t.Helper()
	n, err := b.Data.CountMessages(ctx, b.Promoted)
	must(t, err)
	if n != want {
		t.Errorf("%d messages have only old indexes, want %d", n, want)
	}
}

// sessionAt creates the nth session at a time.
func (b keysetBench) sessionAt(t *testing.T, n int, u domain.User, at time.Time) domain.Session {
	t.Helper()
	s := policy.NewSession(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), at)
	must(t, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, event()))
	return s
}

var keysetDataPromises = map[string]func(*testing.T, keysetBench){
	"an empty store has no counts": func(t *testing.T, b keysetBench) {
		b.wantCounts(t, map[string]int{})
	},
	"values are counted by the key that each was made with": func(t *testing.T, b keysetBench) {
		first, second := b.user(t, 1), b.user(t, 2)
		must(t, b.SigningKeys.Add(ctx, keyOf(1), ""))
		oldAEAD, oldMAC, newAEAD, newMAC := b.names()
		b.wantCounts(t, map[string]int{oldAEAD: 7, oldMAC: 2})
		b.wantBatch(t, domain.UserID{}, 1, first)
		b.wantCounts(t, map[string]int{oldAEAD: 4, oldMAC: 1, newAEAD: 3, newMAC: 1})
		b.wantBatch(t, first.ID, 9, second)
		_, err := b.Data.ReencryptSigningKeys(ctx, b.Promoted)
		must(t, err)
		b.wantCounts(t, map[string]int{newAEAD: 7, newMAC: 2})
	},
	"password hashes are counted by their peppers, and hashes without one are not counted": func(t *testing.T, b keysetBench) {
		id := base64.RawStdEncoding.EncodeToString([]byte("ab12"))
		for i, hash := range []string{
			"$argon2id$v=19$m=8,t=1,p=1,keyid=" + id + "$c2FsdA$dGFn", "$argon2id$v=19$m=8,t=1,p=1,keyid=" + id + "$c2FsdB$dGFn",
			"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn",
		} {
			b.user(t, i+1, func(u *domain.User) { u.PasswordHash = domain.PasswordHash(hash) })
		}
		oldAEAD, oldMAC, _, _ := b.names()
		b.wantCounts(t, map[string]int{oldAEAD: 9, oldMAC: 3, "pepper:ab12": 2})
	},
	"erased users are neither counted nor re-encrypted": func(t *testing.T, b keysetBench) {
		u := b.activeUser(t)
		must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
		_, err := b.r().Accounts.EraseTerminated(ctx, start.Add(tick), 1, start)
		must(t, err)
		b.wantCounts(t, map[string]int{})
		b.wantBatch(t, domain.UserID{}, 9)
	},
	"users are re-encrypted in the order of their ids, from batch to batch": func(t *testing.T, b keysetBench) {
		third, first, second := b.user(t, 3), b.user(t, 1), b.user(t, 2)
		last := b.wantBatch(t, domain.UserID{}, 2, first, second)
		b.wantBatch(t, last, 2, third)
	},
	"a re-encryption that stopped continues, and rewrites nothing twice": func(t *testing.T, b keysetBench) {
		first, second := b.user(t, 1), b.user(t, 2)
		b.wantBatch(t, domain.UserID{}, 1, first)
		b.wantBatch(t, domain.UserID{}, 9, second)
		b.wantBatch(t, domain.UserID{}, 9)
	},
	"re-encryption stores the index under the primary key, and changes nothing else about a user": func(t *testing.T, b keysetBench) {
		u := b.activeUser(t)
		b.wantBatch(t, domain.UserID{}, 9, u)
		var err error
		u.EmailIndex, err = indexWith(b.Promoted)(u.Email)
		must(t, err)
		wantSame(t, u, b.byID(t, u.ID))
		found, err := b.r().Accounts.FindVerified(ctx, domain.EmailIndexes{u.EmailIndex})
		must(t, err)
		wantSame(t, u, found)
	},
	"a user who is changed concurrently is left for the next pass": func(t *testing.T, b keysetBench) {
		u := b.user(t, 1)
		renamed := u
		renamed.FullName = domain.RestoreFullName("Grace Hopper")
		// index is called between the reading and the writing of the batch.
		index := func(domain.Email) (domain.EmailIndex, error) {
			return "", b.r().Accounts.ChangeProfile(ctx, renamed)
		}
		_, found, err := b.Data.ReencryptUsers(ctx, b.Promoted, index, domain.UserID{}, 9)
		if err != nil || found != 1 {
			t.Fatalf("found %d users, error %v; want 1", found, err)
		}
		b.wantBatch(t, domain.UserID{}, 9, u)
		b.wantBatch(t, domain.UserID{}, 9)
		if got := b.byID(t, u.ID); got.FullName.Value() != "Grace Hopper" {
			t.Error("the new name was overwritten")
		}
	},
	"a value that cannot be decrypted is ErrCannotOpen, and no user of the batch is rewritten": func(t *testing.T, b keysetBench) {
		good, bad := b.user(t, 1), b.user(t, 2)
		b.Corrupt(t, bad.ID)
		_, _, err := b.Data.ReencryptUsers(ctx, b.Promoted, indexWith(b.Promoted), domain.UserID{}, 9)
		wantErr(t, err, ports.ErrCannotOpen)
		if !strings.Contains(err.Error(), bad.ID.String()) {
			t.Errorf("the error does not contain the user's id: %v", err)
		}
		wantSame(t, good.EmailIndex, b.byID(t, good.ID).EmailIndex)
	},
	"index's error is returned, and no user of the batch is rewritten": func(t *testing.T, b keysetBench) {
		u, failed := b.user(t, 1), errors.New("no index")
		index := func(domain.Email) (domain.EmailIndex, error) { return "", failed }
		_, _, err := b.Data.ReencryptUsers(ctx, b.Promoted, index, domain.UserID{}, 9)
		wantErr(t, err, failed)
		wantSame(t, u, b.byID(t, u.ID))
	},
	"signing keys are re-encrypted once, and their seeds stay the same": func(t *testing.T, b keysetBench) {
		must(t, b.SigningKeys.Add(ctx, keyOf(1), ""))
		must(t, b.SigningKeys.Add(ctx, keyOf(2), keyOf(1).ID))
		for _, want := range []int{2, 0} {
			found, err := b.Data.ReencryptSigningKeys(ctx, b.Promoted)
			if err != nil || found != want {
				t.Errorf("re-encrypted %d signing keys, %v; want %d", found, err, want)
			}
		}
		wantSame(t, []domain.SigningKey{keyOf(2), keyOf(1)}, storedKeys(t, b.SigningKeys))
	},
	"a session depends on a key until the last replica that wrote with it left": func(t *testing.T, b keysetBench) {
		u, left := b.activeUser(t), start.Add(time.Hour)
		must(t, b.Replicas.Announce(ctx, replicaOf(1, "mac:1"), start, 9*time.Hour))
		must(t, b.Replicas.Leave(ctx, replicaOf(1).ID, left))
		b.sessionAt(t, 1, u, left)
		b.sessionAt(t, 2, u, left.Add(tick))
		b.wantSessions(t, 1, "mac:1", left.Add(time.Hour))
	},
	"a replica whose lease ended may have written until then": func(t *testing.T, b keysetBench) {
		u, crashed := b.activeUser(t), start.Add(lease)
		must(t, b.Replicas.Announce(ctx, replicaOf(1, "mac:1", "mac:2"), start, lease))
		b.sessionAt(t, 1, u, crashed)
		b.sessionAt(t, 2, u, crashed.Add(tick))
		for _, name := range []string{"mac:1", "mac:2"} {
			b.wantSessions(t, 1, name, crashed.Add(time.Hour))
		}
	},
	"of several replicas, the last one to leave counts": func(t *testing.T, b keysetBench) {
		u, left := b.activeUser(t), start.Add(time.Hour)
		must(t, b.Replicas.Announce(ctx, replicaOf(1, "mac:1"), start, 9*time.Hour))
		must(t, b.Replicas.Announce(ctx, replicaOf(2, "mac:1"), start, 9*time.Hour))
		must(t, b.Replicas.Leave(ctx, replicaOf(2).ID, left))
		must(t, b.Replicas.Leave(ctx, replicaOf(1).ID, start.Add(tick)))
		b.sessionAt(t, 1, u, left)
		b.wantSessions(t, 1, "mac:1", left)
	},
	"every live session depends on a key for which no replica is known": func(t *testing.T, b keysetBench) {
		b.sessionAt(t, 1, b.activeUser(t), start)
		b.wantSessions(t, 1, "mac:1", start)
	},
	"a session that was refreshed later does not depend on the key": func(t *testing.T, b keysetBench) {
		s := b.sessionAt(t, 1, b.activeUser(t), start)
		must(t, b.Replicas.Announce(ctx, replicaOf(1, "mac:1"), start, lease))
		must(t, b.Replicas.Leave(ctx, replicaOf(1).ID, start))
		b.wantSessions(t, 1, "mac:1", start.Add(lease))
		_, err := b.r().Sessions.RefreshToken(ctx, grantOf(s, 1), policy, homeNetwork, event(), start.Add(lease))
		must(t, err)
		b.wantSessions(t, 0, "mac:1", start.Add(lease))
	},
	"revoked and expired sessions do not depend on a key": func(t *testing.T, b keysetBench) {
		u := b.activeUser(t)
		revoked, expires := b.sessionAt(t, 1, u, start), b.sessionAt(t, 2, u, start)
		must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revoked), event(), start))
		b.wantSessions(t, 1, "mac:1", expires.ExpiresAt.Add(-tick))
		b.wantSessions(t, 0, "mac:1", expires.ExpiresAt)
	},
	"pending messages without an index under the primary key are counted": func(t *testing.T, b keysetBench) {
		old, err := indexWith(b.Added)(userOf(1, "user@example.com").Email)
		must(t, err)
		primary, err := indexWith(b.Promoted)(userOf(1, "user@example.com").Email)
		must(t, err)
		for _, m := range []ports.MessageRequest{
			{UserID: domain.UserID{ID: number(1)}},
			{EmailIndexes: domain.EmailIndexes{old}},
			{EmailIndexes: domain.EmailIndexes{old}},
			{EmailIndexes: domain.EmailIndexes{old, primary}},
			{EmailIndexes: domain.EmailIndexes{primary, old}},
		} {
			m.Template, m.At = domain.MessagePasswordReset, start
			must(t, b.r().Outbox.Enqueue(ctx, m))
		}
		b.wantMessages(t, 2)
		b.Send(t)
		b.wantMessages(t, 0)
	},
}
