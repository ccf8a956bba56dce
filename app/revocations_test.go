package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

func (w *world) revocations(since domain.RevocationCursor) app.RevocationPage {
	w.t.Helper()
	page, err := w.Revocations(w.t.Context(), since)
	w.must(err)
	return page
}

func (w *world) loggedOut(p app.TokenPair) domain.Revocation {
	w.t.Helper()
	c := w.caller(p)
	w.must(w.LogOut(w.t.Context(), c, false))
	return domain.Revocation{SessionID: c.SessionID, UserID: c.UserID, EndedAt: w.now}
}

// wantRevoked checks what is found, in its order.
func (w *world) wantRevoked(got app.RevocationPage, want ...domain.Revocation) {
	w.t.Helper()
	if diff := cmp.Diff(append([]domain.Revocation{}, want...), append([]domain.Revocation{}, got.Found...)); diff != "" {
		w.t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRevocationsAreListedAsLongAsTheirTokensLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.registered(ada, password), w.loggedIn(ada, password)
	w.wantRevoked(w.revocations(domain.RevocationCursor{}))
	ended := w.loggedOut(first)
	w.wantRevoked(w.revocations(domain.RevocationCursor{}), ended)
	w.pass(w.Sessions.AccessToken + domain.RevocationSettling)
	w.wantRevoked(w.revocations(domain.RevocationCursor{}), ended)
	w.pass(time.Microsecond)
	w.wantRevoked(w.revocations(domain.RevocationCursor{}))
	w.wantRevoked(w.revocations(domain.RevocationCursor{After: domain.RevocationMark{At: w.now.Add(-time.Hour)}}))
	w.refreshed(second)
}

// An end that is stored late, with an early time stamp, is found all the same.
func TestReadingOnMissesNothingThatSettlesInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	early, late := w.registered(ada, password), w.loggedIn(ada, password)
	onTime := w.loggedOut(early)
	w.pass(30 * time.Second)
	page := w.revocations(domain.RevocationCursor{})
	w.wantRevoked(page, onTime)

	w.pass(-20 * time.Second) // the clock of another replica
	delayed := w.loggedOut(late)
	w.pass(20*time.Second + domain.RevocationSettling/2)
	page = w.revocations(page.Next)
	w.wantRevoked(page, onTime, delayed)
	w.pass(domain.RevocationSettling)
	page = w.revocations(page.Next)
	w.pass(domain.RevocationSettling)
	w.wantRevoked(w.revocations(page.Next))
	if page.More {
		t.Error("a page with room left says that there is more")
	}
}

// endless are sessions of which there is always one more, a microsecond after the other.
type endless struct {
	deafSessions
	of domain.Revocation
}

func (e endless) Ended(_ context.Context, after domain.RevocationMark, limit int) (found []domain.Revocation, _ error) {
	for n := range limit {
		r := e.of
		r.EndedAt = after.At.Add(time.Duration(n+1) * time.Microsecond)
		found = append(found, r)
	}
	return found, nil
}

// While a long list is read page by page, what had not settled when the reading began is not passed over.
func TestAFullPageGoesOnWhereItEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	began := w.now
	w.Store = storeWith{w.Store, endless{of: domain.Revocation{UserID: c.UserID, SessionID: c.SessionID}}}
	page := w.revocations(domain.RevocationCursor{})
	for range 3 {
		last := page.Found[len(page.Found)-1]
		want := domain.RevocationCursor{After: last.Mark(), ReadingSince: began}
		if diff := cmp.Diff(want, page.Next); diff != "" || !page.More || len(page.Found) != 1000 {
			t.Fatalf("%d found, more: %v, next:\n%s", len(page.Found), page.More, diff)
		}
		w.pass(time.Second)
		page = w.revocations(page.Next)
		if !page.Settled.Equal(began.Add(-domain.RevocationSettling)) {
			t.Errorf("settled until %v", page.Settled)
		}
		if !slices.IsSortedFunc(page.Found, func(a, b domain.Revocation) int { return a.EndedAt.Compare(b.EndedAt) }) || !page.Found[0].EndedAt.After(last.EndedAt) {
			t.Error("the pages overlap")
		}
	}
	// A beginning in the future was never given out, and must not make the list pass over anything.
	ahead := w.revocations(domain.RevocationCursor{ReadingSince: w.now.Add(time.Hour)})
	if !ahead.Next.ReadingSince.Equal(w.now) {
		t.Errorf("reading since %v at %v", ahead.Next.ReadingSince, w.now)
	}
}

func TestAReaderThatStopsWithinAPageReadsOnFromThere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	page := app.RevocationPage{Settled: now}
	old := domain.Revocation{SessionID: domain.SessionID{ID: domain.ID{7}}, EndedAt: now}
	fresh := domain.Revocation{SessionID: domain.SessionID{ID: domain.ID{8}}, EndedAt: now.Add(time.Second)}
	if diff := cmp.Diff(domain.RevocationCursor{After: old.Mark()}, page.After(old)); diff != "" {
		t.Errorf("settled: %s", diff)
	}
	if diff := cmp.Diff(domain.RevocationCursor{After: domain.RevocationMark{At: now}}, page.After(fresh)); diff != "" {
		t.Errorf("not settled: %s", diff)
	}
}
