package porttest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// StoreUnderTest is an empty store.
type StoreUnderTest struct {
	Store ports.Store
	Keys  ports.SigningKeys
	// Letters returns the letters that are due.
	Letters func(t *testing.T) []ports.Letter
}

// Store checks the contracts of ports.Store, of its repositories and of ports.SigningKeys. fresh returns a new store each time.
func Store(t *testing.T, fresh func(t *testing.T) StoreUnderTest) {
	t.Helper()
	for name, checks := range map[string]map[string]func(*testing.T, bench){
		"accounts": accountPromises, "sessions": sessionPromises, "links": linkPromises, "transactions": txPromises, "signing keys": keyPromises,
	} {
		for promise, check := range checks {
			t.Run(name+"/"+promise, func(t *testing.T) {
				t.Parallel()
				check(t, bench{fresh(t)})
			})
		}
	}
}

// bench is a store and what the checks need to fill it.
type bench struct{ StoreUnderTest }

// start is when every story begins.
var start = time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC)

var ctx = context.Background()

func (b bench) r() ports.Repos { return b.Store.Repos() }

// number makes the nth id.
func number(n int) domain.ID {
	var id domain.ID
	binary.BigEndian.PutUint64(id[8:], uint64(n)) //nolint:gosec // a small count
	return id
}

// userOf is the nth user, of the nth address unless another is given.
func userOf(n int, address string) domain.User {
	email, err := domain.ParseEmail(address)
	if err != nil {
		panic(err)
	}
	at := start.Add(time.Duration(n) * time.Minute)
	return domain.User{
		ID: domain.UserID{ID: number(n)}, Email: email, EmailIndex: domain.EmailIndex("index of " + email.Canonical()),
		FullName: domain.RestoreFullName("Ада Лавлейс 李"), Residence: domain.RestoreResidence("DE", "DE-BY"),
		PasswordHash: domain.PasswordHash(fmt.Sprintf("$hash$%d", n)), CreatedAt: at, UpdatedAt: at, Version: 1,
	}
}

func (b bench) pending(t *testing.T, n int, address string) domain.User {
	t.Helper()
	u := userOf(n, address)
	must(t, b.r().Accounts.AddPending(ctx, u))
	return u
}

// active adds a user and verifies it.
func (b bench) active(t *testing.T, n int) domain.User {
	t.Helper()
	u := b.pending(t, n, fmt.Sprintf("user%d@example.com", n))
	must(t, b.r().Accounts.Activate(ctx, u.ID, start))
	return b.byID(t, u.ID)
}

func (b bench) byID(t *testing.T, id domain.UserID) domain.User {
	t.Helper()
	u, err := b.r().Accounts.ByID(ctx, id)
	must(t, err)
	return u
}

var policy = domain.DefaultSessionPolicy()

func secretOf(n int) domain.Secret {
	id := number(n)
	return domain.Secret(append(id[:], id[:]...))
}

// session opens the nth session, of a user.
func (b bench) session(t *testing.T, n int, u domain.User) domain.Session {
	t.Helper()
	s := policy.Open(domain.SessionID{ID: number(n)}, u.ID, secretOf(n).Hash(), start)
	must(t, b.r().Sessions.Open(ctx, s, u.PasswordHash))
	return s
}

func callerOf(s domain.Session) domain.Caller {
	return domain.Caller{UserID: s.UserID, SessionID: s.ID}
}

func grantOf(s domain.Session, n int) domain.RefreshGrant {
	return domain.RefreshGrant{Session: s.ID, Generation: s.Generation, Secret: secretOf(n)}
}

// isLive asks whether the session is live at a time.
func (b bench) isLive(t *testing.T, s domain.Session, at time.Time) bool {
	t.Helper()
	_, err := b.r().Sessions.User(ctx, callerOf(s), at)
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("error %v instead of %v", got, want)
	}
}

func wantSame(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b domain.Email) bool { return a == b }),
		cmp.Comparer(func(a, b domain.FullName) bool { return a == b }), cmp.Comparer(func(a, b domain.Residence) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// atOnce runs do n times at once and returns the errors.
func atOnce(n int, do func(i int) error) []error {
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

// wantOneSuccess checks that one of many succeeded and the others got one of the errors that are promised.
func wantOneSuccess(t *testing.T, errs []error, promised ...error) {
	t.Helper()
	succeeded := 0
	for _, err := range errs {
		known := err == nil
		for _, p := range promised {
			known = known || errors.Is(err, p)
		}
		if !known {
			t.Errorf("unexpected error: %v", err)
		}
		if err == nil {
			succeeded++
		}
	}
	if succeeded != 1 {
		t.Errorf("%d of %d succeeded", succeeded, len(errs))
	}
}
