package porttest

import (
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// RestoredDataUnderTest is an empty store.
type RestoredDataUnderTest struct {
	StoreUnderTest
	Data ports.RestoredData
}

// RestoredData checks the contract of ports.RestoredData. fresh returns a new store each time.
func RestoredData(t *testing.T, fresh func(t *testing.T) RestoredDataUnderTest) {
	t.Helper()
	for promise, check := range restoredDataPromises {
		t.Run(promise, func(t *testing.T) {
			t.Parallel()
			u := fresh(t)
			check(t, restoredBench{bench{u.StoreUnderTest}, u.Data})
		})
	}
}

type restoredBench struct {
	bench
	data ports.RestoredData
}

var restoredDataPromises = map[string]func(*testing.T, restoredBench){
	"RevokeSessions revokes batches in the order of ids, also expired sessions, and lists them": revokesRestoredSessions,
	"RevokeSessions revokes nothing twice": func(t *testing.T, b restoredBench) {
		u := b.active(t, 1)
		b.session(t, 1, u)
		b.wantRevoked(t, domain.SessionID{}, 9, start, 1)
		b.wantRevoked(t, domain.SessionID{}, 9, start.Add(tick), 0)
		b.wantRevocations(t, domain.RevocationPosition{}, 9, revocationOf(sessionOf(1, u), start))
	},
	"RemoveLinks removes links of every purpose but those that cancel a termination, in batches": func(t *testing.T, b restoredBench) {
		u := b.active(t, 1)
		kept := b.link(t, 1, u.ID, domain.CancelTermination)
		gone := []domain.Link{b.link(t, 2, u.ID, domain.ResetPassword), b.link(t, 3, u.ID, domain.ResetPassword)}
		must(t, b.r().Links.Add(ctx, verificationLinkOf(4, u.EmailIndex)))
		for _, want := range []int{2, 1, 0} {
			wantRemoved(t, want)(b.data.RemoveLinks(ctx, 2))
		}
		b.wantLink(t, true, kept, start)
		isLive, err := b.r().Links.HasLiveVerification(ctx, domain.EmailIndexes{u.EmailIndex}, start)
		must(t, err)
		if isLive {
			t.Error("a verification link is left")
		}
		for _, l := range gone {
			b.wantLink(t, false, l, start)
		}
	},
	"RemoveLinks removes expired links too": func(t *testing.T, b restoredBench) {
		l := linkOf(1, b.active(t, 1).ID, domain.ResetPassword)
		l.ExpiresAt = start.Add(-365 * 24 * time.Hour)
		must(t, b.r().Links.Add(ctx, l))
		wantRemoved(t, 1)(b.data.RemoveLinks(ctx, 9))
	},
	"RemoveDevices removes the known devices of all users, in batches": func(t *testing.T, b restoredBench) {
		first, second := b.active(t, 1), b.active(t, 2)
		b.session(t, 1, first)
		b.session(t, 2, second)
		b.session(t, 3, second)
		for _, want := range []int{2, 1, 0} {
			wantRemoved(t, want)(b.data.RemoveDevices(ctx, 2))
		}
		for n, u := range []domain.User{first, second, second} {
			b.wantKnown(t, false, u.EmailIndex, domain.KnownDevice{UserID: u.ID, ID: deviceOf(n + 1)})
		}
	},
	"RemoveMessages removes the messages that are due, in batches, and no later one": func(t *testing.T, b restoredBench) {
		request := ports.MessageRequest{Template: domain.MessagePasswordChanged, UserID: b.active(t, 1).ID, At: start}
		for range 3 {
			must(t, b.r().Outbox.Enqueue(ctx, request))
		}
		for _, want := range []int{2, 1, 0} {
			wantRemoved(t, want)(b.data.RemoveMessages(ctx, 2))
		}
		request.At = start.Add(tick)
		must(t, b.r().Outbox.Enqueue(ctx, request))
		wantSame(t, []ports.MessageRequest{request}, b.Messages(t))
	},
}

// wantRevoked revokes a batch and returns the id after which the next one begins.
func (b restoredBench) wantRevoked(t *testing.T, after domain.SessionID, limit int, at time.Time, want int) domain.SessionID {
	t.Helper()
	last, revoked, err := b.data.RevokeSessions(ctx, after, limit, at)
	must(t, err)
	if revoked != want {
		t.Errorf("revoked %d sessions after %v, want %d", revoked, after, want)
	}
	return last
}

func revokesRestoredSessions(t *testing.T, b restoredBench) {
	u, other := b.active(t, 1), b.active(t, 2)
	sessions := []domain.Session{b.session(t, 1, u), b.session(t, 2, other), b.session(t, 3, u), b.session(t, 4, u)}
	revokedBefore := sessions[2]
	must(t, b.r().Sessions.RevokeSession(ctx, callerOf(revokedBefore), event(), start))
	must(t, b.r().Accounts.TerminateAccount(ctx, other.ID, start))
	at := sessions[0].EndsAt.Add(time.Hour)
	last := b.wantRevoked(t, domain.SessionID{}, 3, at, 2)
	wantSame(t, sessions[2].ID, last)
	last = b.wantRevoked(t, last, 3, at, 1)
	wantSame(t, sessions[3].ID, last)
	wantSame(t, last, b.wantRevoked(t, last, 3, at, 0))
	b.wantRevocations(t, domain.RevocationPosition{At: start}, 9, revocationOf(revokedBefore, start),
		revocationOf(sessions[0], at), revocationOf(sessions[1], at), revocationOf(sessions[3], at))
	for _, s := range sessions {
		b.wantLive(t, false, s, start)
	}
}
