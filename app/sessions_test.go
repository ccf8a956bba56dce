package app_test

import (
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func TestListSessionsShowsTheCallersOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, bobs := w.registered(ada, password), w.registered("bob@example.com", password)
	second := w.loggedIn(ada, password)
	got, err := w.ListSessions(t.Context(), w.caller(first))
	w.must(err)
	ids := map[domain.SessionID]bool{}
	for _, s := range got {
		ids[s.ID] = true
	}
	if len(got) != 2 || !ids[w.caller(first).SessionID] || !ids[w.caller(second).SessionID] {
		t.Errorf("listed %+v, want the caller's two sessions", got)
	}
	w.must(w.LogOut(t.Context(), w.caller(first), false))
	_, err = w.ListSessions(t.Context(), w.caller(first))
	w.want(err, domain.ErrInvalidAccessToken)
	w.wantLive(bobs)
}

func TestRevokeSessionLogsOneDeviceOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	own, revoked, bobs := w.registered(ada, password), w.loggedIn(ada, password), w.registered("bob@example.com", password)
	w.must(w.RevokeSession(t.Context(), w.caller(own), w.caller(revoked).SessionID))
	w.wantRevoked(revoked)
	for _, id := range []domain.SessionID{w.caller(revoked).SessionID, w.caller(bobs).SessionID, {}} {
		w.want(w.RevokeSession(t.Context(), w.caller(own), id), domain.ErrNoSuchSession)
	}
	w.wantLive(bobs)
	w.want(w.RevokeSession(t.Context(), w.caller(revoked), w.caller(own).SessionID), domain.ErrInvalidAccessToken)
	w.wantLive(own)
	w.must(w.RevokeSession(t.Context(), w.caller(own), w.caller(own).SessionID))
	w.wantRevoked(own)
}
