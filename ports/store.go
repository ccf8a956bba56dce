package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Errors that repositories promise. Any other error means that the store could not do its work.
var (
	// ErrNotFound: there is no such thing, or it is not in the state that the call asks for.
	ErrNotFound = errors.New("not found")
	// ErrConflict: somebody else was faster, and what the caller knew is no longer so.
	ErrConflict = errors.New("conflict")
)

// Store keeps accounts, sessions and what is to be done about them.
type Store interface {
	// Repos are the repositories outside a transaction: each call takes effect at once and on its own.
	Repos() Repos
	// InTx runs do in one transaction: all of it takes effect when do returns nil, none of it otherwise, and do's error
	// is returned as it is. A transaction that lost against another is tried again, so do may run more than once: it
	// must touch nothing but the Repos that it is given. A call that returns nothing but what the store itself failed at may
	// be made later, with the next one or at the end, and fail there.
	InTx(ctx context.Context, do func(ctx context.Context, r Repos) error) error
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
}

// Repos are the repositories of one unit of work.
type Repos struct {
	Accounts Accounts
	Sessions Sessions
	Links    Links
	Outbox   Outbox
	Throttle Throttle
	Audit    Audit
}

// Accounts are the users.
type Accounts interface {
	// AddPending stores an account that is not verified yet. Any number of them may share an address.
	AddPending(ctx context.Context, u domain.User) error
	// SignUp stores the pending account of a signup, records the event and asks for the letter: all of it or nothing.
	SignUp(ctx context.Context, u domain.User, e domain.AuditEvent, l Letter) error
	// ByID finds any user. ErrNotFound if there is none.
	ByID(ctx context.Context, id domain.UserID) (domain.User, error)
	// Verified finds the one verified user of an address, by whichever of its indexes is stored, whether or not the user can
	// sign in. ErrNotFound if there is none.
	Verified(ctx context.Context, address domain.EmailIndexes) (domain.User, error)
	// Guess counts a guess in the budgets, of which there must be one, as Throttle.Take does, and finds what logins of the
	// address are checked against: the credentials of its one verified user, or the zero value. It does the same work either
	// way, and whether or not the guess is granted.
	Guess(ctx context.Context, address domain.EmailIndexes, budgets []domain.Budget, now time.Time) (domain.Allowance, domain.Credentials, error)
	// Pending finds at most limit pending users of an address, by whichever of its indexes is stored, the newest first. None
	// is no error.
	Pending(ctx context.Context, address domain.EmailIndexes, limit int) ([]domain.User, error)
	// Activate makes a pending user the account of its address and removes the address's other pending users with their
	// links, by whichever of the address's indexes each is stored. ErrNotFound if the user is not pending or not of that
	// address; ErrConflict if the address has a verified user already. Of simultaneous calls for one address one succeeds.
	Activate(ctx context.Context, id domain.UserID, address domain.EmailIndexes, now time.Time) error
	// SaveProfile stores name and residence and counts the version up. ErrConflict if u.Version is not the stored one.
	SaveProfile(ctx context.Context, u domain.User) error
	// ReplacePassword stores a new hash in place of old. ErrConflict if the stored hash is not old, or the user cannot sign in.
	ReplacePassword(ctx context.Context, id domain.UserID, old, replacement domain.PasswordHash, now time.Time) error
	// Terminate ends an account that can sign in. ErrNotFound if it cannot, so that of simultaneous calls one succeeds.
	Terminate(ctx context.Context, id domain.UserID, now time.Time) error
	// ReverseTermination makes a terminated account what it was before. ErrNotFound if it is not terminated, or is erased,
	// so that of simultaneous reversals and erasures of one account one succeeds.
	ReverseTermination(ctx context.Context, id domain.UserID, now time.Time) error
	// EraseTerminated erases what is personal of at most limit accounts that were terminated before the given time, those
	// terminated first, with their links, sessions and wrong passwords, and returns their ids. From then on no other call
	// finds them, and their addresses are free.
	EraseTerminated(ctx context.Context, before time.Time, limit int, now time.Time) ([]domain.UserID, error)
	// Export finds everything that is kept about the caller, at most limit each of sessions, links and events. ErrNotFound
	// if the caller's own session is not live. The audit event, of the caller's session, is recorded in the same breath and
	// is not part of what is found.
	Export(ctx context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time) (domain.Export, error)
	// RemoveAbandoned removes at most limit pending users that signed up before the given time, with their links, and
	// says how many it removed.
	RemoveAbandoned(ctx context.Context, before time.Time, limit int) (int, error)
}

// Sessions are the signed-in devices. Where a call takes an audit event, it records it in the same breath if it did what it
// is for, with the user and the session filled in.
type Sessions interface {
	// Open stores a new session, if its user can sign in and still has the password hash that was proven. ErrConflict
	// otherwise, so that a login that races a password reset or a termination leaves no live session. The guess that proved
	// it is forgiven in any case, as Throttle.Forgive does; none may be given.
	Open(ctx context.Context, s domain.Session, proven domain.PasswordHash, forgiven []domain.Budget, e domain.AuditEvent) error
	// User finds the signed-in user. ErrNotFound if the session has ended, is past a limit, belongs to somebody else, or
	// its user cannot sign in any more.
	User(ctx context.Context, c domain.Caller, now time.Time) (domain.User, error)
	// Own finds the caller's own live session. ErrNotFound as User.
	Own(ctx context.Context, c domain.Caller, now time.Time) (domain.Session, error)
	// IsLive reports whether User would find a user. It reads nothing of the user.
	IsLive(ctx context.Context, c domain.Caller, now time.Time) (bool, error)
	// Ended finds at most limit sessions behind the mark that somebody or something ended, in the order of their marks, also
	// those that are removed by now. A session that only ran out is none of them. None is no error.
	Ended(ctx context.Context, after domain.RevocationMark, limit int) ([]domain.Revocation, error)
	// ForgetEnds makes Ended forget at most limit sessions that ended before the given time, and says how many.
	ForgetEnds(ctx context.Context, before time.Time, limit int) (int, error)
	// List finds at most limit live sessions of the caller, the newest first. ErrNotFound if the caller's own is not live.
	List(ctx context.Context, c domain.Caller, limit int, now time.Time) ([]domain.Session, error)
	// Rotate applies policy.Rotate to the live session that the grant proves to know, atomically, and returns the session
	// as it then is; ended, if the grant was a replay. ErrNotFound if no live session has that id and secret, if the
	// grant's generation does not exist yet, or if the user cannot sign in any more. The event is that of a replay.
	Rotate(ctx context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, replay domain.AuditEvent, now time.Time) (domain.Session, error)
	// End ends the caller's own live session, once: ErrNotFound if it is not live.
	End(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error
	// EndAll ends all sessions of the caller, if the caller's own is live: ErrNotFound otherwise. The event names no session.
	EndAll(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error
	// EndAllOf ends all sessions of a user but keep; the zero keep spares none. Having none to end is no error.
	EndAllOf(ctx context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error
	// RemoveExpired removes at most limit sessions whose absolute limit passed before the given time, and says how many.
	RemoveExpired(ctx context.Context, before time.Time, limit int) (int, error)
}

// Links are the mailed one-time tokens.
type Links interface {
	// Add stores a link. ErrNotFound if its user does not exist any more, or is erased.
	Add(ctx context.Context, l domain.Link) error
	// User finds the user to whom an unused, unexpired link of that purpose was mailed, and leaves the link alive.
	// ErrNotFound if there is no such link.
	User(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.User, error)
	// Use uses an unexpired link up and returns its user's id. ErrNotFound if there is no such link, so that of
	// simultaneous calls one succeeds.
	Use(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.UserID, error)
	// RemoveAllOf removes every link of a purpose that was mailed to a user. Having none is no error.
	RemoveAllOf(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose) error
	// RemoveExpired removes at most limit links that expired before the given time, and says how many.
	RemoveExpired(ctx context.Context, before time.Time, limit int) (int, error)
}
