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
	page, err := w.ListRevocations(w.t.Context(), since)
	w.must(err)
	return page
}

func (w *world) loggedOut(p app.TokenPair) domain.Revocation {
	w.t.Helper()
	c := w.caller(p)
	w.must(w.LogOut(w.t.Context(), c, false))
	return domain.Revocation{SessionID: c.SessionID, UserID: c.UserID, RevokedAt: w.now}
}

// wantListed checks the revocations of a page, in order.
func (w *world) wantListed(got app.RevocationPage, want ...domain.Revocation) {
	w.t.Helper()
	if diff := cmp.Diff(append([]domain.Revocation{}, want...), append([]domain.Revocation{}, got.Found...)); diff != "" {
		w.t.Errorf("listed revocations (-want +got):\n%s", diff)
	}
}

func TestRevocationsAreListedAsLongAsTheirTokensLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.registered(ada, password), w.loggedIn(ada, password)
	w.wantListed(w.revocations(domain.RevocationCursor{}))
	revoked := w.loggedOut(first)
	w.wantListed(w.revocations(domain.RevocationCursor{}), revoked)
	w.pass(w.Sessions.AccessToken + domain.RevocationSettling)
	w.wantListed(w.revocations(domain.RevocationCursor{}), revoked)
	w.pass(time.Microsecond)
	w.wantListed(w.revocations(domain.RevocationCursor{}))
	w.wantListed(w.revocations(domain.RevocationCursor{After: domain.RevocationPosition{At: w.now.Add(-time.Hour)}}))
	w.refreshed(second)
}

// A revocation that is stored late, with an early timestamp, is still found.
func TestNextPageMissesNothingThatSettlesInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	early, late := w.registered(ada, password), w.loggedIn(ada, password)
	onTime := w.loggedOut(early)
	w.pass(30 * time.Second)
	page := w.revocations(domain.RevocationCursor{})
	w.wantListed(page, onTime)

	w.pass(-20 * time.Second) // the clock of another replica
	delayed := w.loggedOut(late)
	w.pass(20*time.Second + domain.RevocationSettling/2)
	page = w.revocations(page.Next)
	w.wantListed(page, onTime, delayed)
	w.pass(domain.RevocationSettling)
	page = w.revocations(page.Next)
	w.pass(domain.RevocationSettling)
	w.wantListed(w.revocations(page.Next))
	if page.More {
		t.Error("a page that is not full reports more")
	}
}

// endlessRevocations is an endless list of revocations, a microsecond apart.
type endlessRevocations struct {
	busySessions
	of domain.Revocation
}

func (e endlessRevocations) ListRevocations(
	_ context.Context, after domain.RevocationPosition, limit int,
) (found []domain.Revocation, _ error) {
	for n := range limit {
		r := e.of
		r.RevokedAt = after.At.Add(time.Duration(n+1) * time.Microsecond)
		found = append(found, r)
	}
	return found, nil
}

// A reader of a long list skips nothing that had not settled when it read the first page.
func TestNextPageStartsWhereAFullPageEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller(w.registered(ada, password))
	began := w.now
	w.Store = storeWith{w.Store, endlessRevocations{of: domain.Revocation{UserID: c.UserID, SessionID: c.SessionID}}}
	w.build()
	page := w.revocations(domain.RevocationCursor{})
	for range 3 {
		last := page.Found[len(page.Found)-1]
		want := domain.RevocationCursor{After: last.Position(), ReadingSince: began}
		if diff := cmp.Diff(want, page.Next); diff != "" || !page.More || len(page.Found) != 1000 {
			t.Fatalf("%d found, more: %v, next:\n%s", len(page.Found), page.More, diff)
		}
		w.pass(time.Second)
		page = w.revocations(page.Next)
		if !page.Settled.Equal(began.Add(-domain.RevocationSettling)) {
			t.Errorf("settled until %v, want the settled time of the first page", page.Settled)
		}
		sorted := slices.IsSortedFunc(page.Found, func(a, b domain.Revocation) int { return a.RevokedAt.Compare(b.RevokedAt) })
		if !sorted || !page.Found[0].RevokedAt.After(last.RevokedAt) {
			t.Error("the pages overlap or are not sorted")
		}
	}
	// No cursor has a beginning in the future, and a forged one must not make the list skip anything.
	ahead := w.revocations(domain.RevocationCursor{ReadingSince: w.now.Add(time.Hour)})
	if !ahead.Next.ReadingSince.Equal(w.now) {
		t.Errorf("reading since %v, want %v", ahead.Next.ReadingSince, w.now)
	}
}

func TestAReaderThatStopsWithinAPageContinuesFromThere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	page := app.RevocationPage{Settled: now}
	old := domain.Revocation{SessionID: domain.SessionID{ID: domain.ID{7}}, RevokedAt: now}
	fresh := domain.Revocation{SessionID: domain.SessionID{ID: domain.ID{8}}, RevokedAt: now.Add(time.Second)}
	if diff := cmp.Diff(domain.RevocationCursor{After: old.Position()}, page.After(old)); diff != "" {
		t.Errorf("after a settled revocation (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(domain.RevocationCursor{After: domain.RevocationPosition{At: now}}, page.After(fresh)); diff != "" {
		t.Errorf("after a revocation that has not settled (-want +got):\n%s", diff)
	}
}
