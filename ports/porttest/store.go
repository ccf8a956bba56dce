package porttest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// StoreUnderTest is an empty store.
type StoreUnderTest struct {
	Store ports.Store
	// Messages returns the messages that are due, in the order in which they were requested.
	Messages func(t *testing.T) []ports.MessageRequest
}

// Store checks the contracts of ports.Store, of its repositories and of ports.Outbox. fresh returns a new store each time.
func Store(t *testing.T, fresh func(t *testing.T) StoreUnderTest) {
	t.Helper()
	for name, checks := range map[string]map[string]func(*testing.T, bench){
		"accounts": accountPromises, "indexes": indexPromises, "account changes": accountChangePromises,
		"erasure": erasurePromises, "named erasure": namedErasurePromises, "export": exportPromises,
		"sessions": sessionPromises, "session lists": sessionListPromises, "session limit": sessionLimitPromises,
		"devices": devicePromises, "refreshes": refreshPromises,
		"revocations": revocationPromises, "races": racePromises,
		"links": linkPromises, "rate limits": rateLimitPromises, "transactions": txPromises, "audit": auditPromises,
		"message spacing": messageSpacingPromises, "unverified queue": unverifiedQueuePromises,
		"idempotency": idempotencyPromises,
	} {
		for promise, check := range checks {
			t.Run(name+"/"+promise, func(t *testing.T) {
				t.Parallel()
				check(t, bench{fresh(t)})
			})
		}
	}
}

// bench is a store under test with the helpers that fill and check it.
type bench struct{ StoreUnderTest }

// start is the time at which every test begins. tick is the resolution of stored times.
var start = time.Date(2026, 1, 2, 3, 4, 5, 678901000, time.UTC)

const tick = time.Microsecond

var ctx = context.Background()

func (b bench) r() ports.Repos { return b.Store.Repos() }

// number is the nth id.
func number(n int) domain.ID {
	var id domain.ID
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	return id
}

var unknownUser = domain.UserID{ID: number(999_999)}

// userOf is the nth user, with an email address, not stored yet.
func userOf(n int, address string) domain.User {
	email, err := domain.ParseEmail(address)
	if err != nil {
		panic(err)
	}
	at := start.Add(time.Duration(n) * time.Minute)
	return domain.User{
		ID: domain.UserID{ID: number(n)}, Email: email, EmailIndex: domain.EmailIndex("\x00\xff index of " + email.Canonical()),
		FullName: domain.RestoreFullName("Ада Лавлейс 李"), Residence: domain.RestoreResidence("DE", "DE-BY"),
		PasswordHash: domain.PasswordHash(fmt.Sprintf("$hash$%d", n)), CreatedAt: at, UpdatedAt: at, Version: 1,
	}
}

// pending adds the nth user, not verified.
func (b bench) pending(t rapid.TB, n int, address string) domain.User {
	t.Helper()
	u := userOf(n, address)
	must(t, b.r().Accounts.AddPending(ctx, u))
	return u
}

// active adds the nth user and verifies it.
func (b bench) active(t rapid.TB, n int) domain.User {
	t.Helper()
	u := b.pending(t, n, fmt.Sprintf("user%d@example.com", n))
	must(t, b.r().Accounts.Activate(ctx, u.ID, domain.EmailIndexes{u.EmailIndex}, start))
	return b.byID(t, u.ID)
}

// terminated adds the nth user, verifies it and terminates the account.
func (b bench) terminated(t rapid.TB, n int) domain.User {
	t.Helper()
	u := b.active(t, n)
	must(t, b.r().Accounts.TerminateAccount(ctx, u.ID, start))
	return b.byID(t, u.ID)
}

func (b bench) byID(t rapid.TB, id domain.UserID) domain.User {
	t.Helper()
	u, err := b.r().Accounts.FindByID(ctx, id)
	must(t, err)
	return u
}

// wantGone checks that a user no longer exists.
func (b bench) wantGone(t rapid.TB, id domain.UserID) {
	t.Helper()
	_, err := b.r().Accounts.FindByID(ctx, id)
	wantErr(t, err, ports.ErrNotFound)
}

var policy = domain.DefaultSessionPolicy()

// secretOf is the nth secret.
func secretOf(n int) domain.Secret {
	s := domain.Secret{1}
	binary.BigEndian.PutUint64(s[8:], uint64(n))
	return s
}

// deviceOf is the device of the nth session.
func deviceOf(n int) domain.DeviceID { return domain.DeviceID{ID: number(n + 1000)} }

// sessionOf is the nth session, of a user, not stored yet.
func sessionOf(n int, u domain.User) domain.Session {
	return policy.NewSession(domain.SessionID{ID: number(n)}, u.ID, deviceOf(n), secretOf(n).Hash(), start)
}

var events atomic.Uint64

// event is a new audit event.
func event() domain.AuditEvent {
	e := domain.AuditEvent{At: start, Kind: "tested", EmailIndex: "\x00\xff email index", Network: "\x00\xff network"}
	binary.BigEndian.PutUint64(e.ID[:], events.Add(1))
	return e
}

// session creates the nth session, of a user.
func (b bench) session(t rapid.TB, n int, u domain.User) domain.Session {
	t.Helper()
	s := sessionOf(n, u)
	must(t, b.r().Sessions.Create(ctx, s, u.PasswordHash, nil, event()))
	return s
}

func callerOf(s domain.Session) domain.Caller {
	return domain.Caller{UserID: s.UserID, SessionID: s.ID}
}

// grantOf is the grant of the newest refresh token of s, the nth session.
func grantOf(s domain.Session, n int) domain.RefreshGrant {
	return domain.RefreshGrant{Session: s.ID, Generation: s.Generation, Secret: secretOf(n)}
}

// wantLive checks whether the session is live at a time.
func (b bench) wantLive(t rapid.TB, want bool, s domain.Session, at time.Time) {
	t.Helper()
	_, err := b.r().Accounts.ReadProfile(ctx, callerOf(s), at)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		t.Fatal(err)
	}
	if live := err == nil; live != want {
		t.Errorf("ReadProfile reports session %v at %v as live: %v, want %v", s.ID, at, live, want)
	}
	b.wantIsLive(t, want, callerOf(s), at)
}

// wantIsLive checks what IsLive reports.
func (b bench) wantIsLive(t rapid.TB, want bool, c domain.Caller, at time.Time) {
	t.Helper()
	live, err := b.r().Sessions.IsLive(ctx, c, at)
	must(t, err)
	if live != want {
		t.Errorf("IsLive reports session %v at %v as live: %v, want %v", c.SessionID, at, live, want)
	}
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t rapid.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("error %v, want %v", got, want)
	}
}

// byValue compares types with private fields, and times with their time zones.
var byValue = cmp.Options{
	cmp.Comparer(func(a, b domain.Email) bool { return a == b }),
	cmp.Comparer(func(a, b domain.FullName) bool { return a == b }),
	cmp.Comparer(func(a, b domain.Residence) bool { return a == b }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Location() == b.Location() }),
}

func wantSame(t rapid.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, byValue); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// wantRemoved checks one call of a method that removes a batch.
func wantRemoved(t rapid.TB, want int) func(got int, err error) {
	return func(got int, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("removed %d, error %v; want %d", got, err, want)
		}
	}
}

// concurrently runs do n times concurrently and returns the errors.
func concurrently(n int, do func(i int) error) []error {
	errs := make([]error, n)
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			errs[i] = do(i)
		})
	}
	close(begin)
	all.Wait()
	return errs
}

// wantOneSuccess checks that one of many calls succeeded and the others returned one of the promised errors. It returns the index of
// the call that succeeded.
func wantOneSuccess(t *testing.T, errs []error, promised ...error) (winner int) {
	t.Helper()
	succeeded := 0
	for i, err := range errs {
		if err == nil {
			winner = i
			succeeded++
			continue
		}
		wantOneOf(t, err, promised...)
	}
	if succeeded != 1 {
		t.Fatalf("%d of %d calls succeeded, want one", succeeded, len(errs))
	}
	return winner
}

// wantOneOf checks that err is nil or one of the promised errors.
func wantOneOf(t *testing.T, err error, promised ...error) {
	t.Helper()
	for _, p := range promised {
		if errors.Is(err, p) {
			return
		}
	}
	if err != nil {
		t.Errorf("unexpected error: %v", err)
	}
}
