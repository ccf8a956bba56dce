package ports

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Errors that repositories promise. Beyond these, a method that takes a context returns domain.ErrBusy if the store could not be used in
// time, and nothing took effect; domain.ErrOutcomeUnknown if the store was lost after it may have taken effect, as a whole;
// and the error of a context that was canceled. Any other error means that the store failed.
var (
	// ErrNotFound: the object does not exist, or is not in the state that the method requires.
	ErrNotFound = errors.New("not found")
	// ErrConflict: a concurrent or earlier change made the caller's data outdated.
	ErrConflict = errors.New("conflict")
)

// Store stores accounts, sessions, links, rate limit counters, audit events and due messages.
type Store interface {
	// Repos returns the repositories outside a transaction. Each call takes effect immediately and on its own.
	Repos() Repos
	// InTx runs do in one transaction: all of it takes effect if do returns nil, and none of it otherwise. Later calls in the
	// transaction see what earlier ones did. InTx returns do's error unchanged. A transaction that fails because of a concurrent
	// one is retried, so do may run more than once. It must change nothing except through the Repos that it is given.
	InTx(ctx context.Context, do func(ctx context.Context, r Repos) error) error
	// Ping returns nil if the store can be used now, for reading and for writing, and has the schema that this build needs.
	Ping(ctx context.Context) error
}

// Repos are the repositories of one unit of work.
type Repos struct {
	Accounts   Accounts
	Sessions   Sessions
	Links      Links
	Outbox     Outbox
	RateLimits RateLimits
	Audit      Audit
	// MessageSpacing and UnverifiedQueue decide when a message in the outbox is sent.
	MessageSpacing  MessageSpacing
	UnverifiedQueue UnverifiedQueue
	IdempotentCalls IdempotentCalls
}

// Accounts stores the users. A method that takes the indexes of an email address finds users by whichever index is stored.
type Accounts interface {
	// AddPending stores a pending signup beside those that share its email address, also with a verified account. It replaces
	// none of them: it is for accounts that are activated in the same transaction.
	AddPending(ctx context.Context, u domain.User) error
	// SignUp stores a pending signup of an email address, records the event as Audit.RecordFirst does, and requests the message: all
	// of it or nothing. It removes the pending signup of the same SignupNetwork. Beyond domain.MaxPendingSignups, it removes the
	// oldest of the network that has most, or the oldest of all if several have most; signups without a network count as those of
	// one. Concurrent calls keep both limits. A verified account and pending signups of other email addresses stay.
	SignUp(
		ctx context.Context, u domain.User, email domain.EmailIndexes, network string, e domain.AuditEvent, m MessageRequest,
	) error
	// FindByID finds a user in any state but erased.
	// Errors: ErrNotFound if there is none.
	FindByID(ctx context.Context, id domain.UserID) (domain.User, error)
	// FindVerified finds the one verified account of an email address, also if the user cannot log in.
	// Errors: ErrNotFound if there is none.
	FindVerified(ctx context.Context, email domain.EmailIndexes) (domain.User, error)
	// SpendLogin counts a password attempt in the limits, as RateLimits.Spend does. There must be at least one. It also finds
	// what a password for the email address is checked against: the credentials of its one verified account, or the zero value. It
	// does the same work in both cases, and whether or not the attempt is allowed. device is zero for an attempt without a device.
	// Errors: ErrConflict if device is not a known device of that account; nothing is counted then.
	SpendLogin(
		ctx context.Context, email domain.EmailIndexes, device domain.KnownDevice, limits []domain.RateLimit, now time.Time,
	) (domain.Decision, domain.Credentials, error)
	// FindPending finds at most limit pending signups of an email address, the newest first. None is no error.
	FindPending(ctx context.Context, email domain.EmailIndexes, limit int) ([]domain.User, error)
	// Activate makes a pending signup the account of its email address. It removes the other pending signups of the address, with
	// their links. Of concurrent calls for one email address, one succeeds.
	// Errors: ErrNotFound if the user is not pending or has another email address; ErrConflict if the email address already has a
	// verified account.
	Activate(ctx context.Context, id domain.UserID, email domain.EmailIndexes, now time.Time) error
	// ReplaceEmail stores another form of a user's email address.
	// Errors: ErrNotFound if there is no such user with that email address.
	ReplaceEmail(ctx context.Context, id domain.UserID, form domain.Email, email domain.EmailIndexes) error
	// ReadProfile finds the user of the caller's session.
	// Errors: ErrNotFound if the session is revoked or expired, belongs to another user, or its user can no longer log in.
	ReadProfile(ctx context.Context, c domain.Caller, now time.Time) (domain.User, error)
	// ChangeProfile stores the name and residence of u and increments the version. Of concurrent calls with one version, one
	// succeeds.
	// Errors: ErrConflict if u.Version is not the stored one.
	ChangeProfile(ctx context.Context, u domain.User) error
	// ReplacePassword stores a new hash in place of old, and increments the version. Of concurrent calls with the same old, one
	// succeeds.
	// Errors: ErrConflict if the stored hash is not old, or the user cannot log in.
	ReplacePassword(ctx context.Context, id domain.UserID, old, replacement domain.PasswordHash, now time.Time) error
	// TerminateAccount terminates an account that can log in. Of concurrent calls for one account, one succeeds.
	// Errors: ErrNotFound if the user cannot log in.
	TerminateAccount(ctx context.Context, id domain.UserID, now time.Time) error
	// CancelTermination restores a terminated account to its state before, and increments the version. Of concurrent cancellations
	// and erasures of one account, one succeeds.
	// Errors: ErrNotFound if the account is not terminated, or is erased.
	CancelTermination(ctx context.Context, id domain.UserID, now time.Time) error
	// EraseTerminated erases the personal data of at most limit accounts that were terminated before the given time, those
	// terminated first, with their links and sessions. It returns their ids. From then on no other method finds these accounts, and
	// their email addresses are free. The counters of rate limits do not change: other clients see them.
	EraseTerminated(ctx context.Context, before time.Time, limit int, now time.Time) ([]domain.UserID, error)
	// EraseAccounts erases accounts as EraseTerminated does, whether or not they were terminated. It returns the ids of those that it
	// erased: a user who does not exist or is erased already is left out.
	EraseAccounts(ctx context.Context, ids []domain.UserID, now time.Time) ([]domain.UserID, error)
	// ExportAccount finds everything that is stored about the caller, at most limit each of sessions, links and events, the newest
	// first. It records the audit event, of the caller's session, in the same transaction; that event is not part of the export.
	// Errors: ErrNotFound as for ReadProfile; no event is recorded then.
	ExportAccount(ctx context.Context, c domain.Caller, limit int, e domain.AuditEvent, now time.Time) (domain.Export, error)
	// PurgeAbandoned removes at most limit pending signups from before the given time, with their links, and returns how many
	// it removed.
	PurgeAbandoned(ctx context.Context, before time.Time, limit int) (int, error)
}

// Sessions stores the sessions: one for each login. A method that takes an audit event records it, with the user and the session
// filled in, in the same transaction if it created or revoked a session.
type Sessions interface {
	// Create stores a new session if its user can log in and still has the password hash that was proven. A login that races a
	// password reset or a termination thus leaves no live session. In any case Create clears the limits that the password attempt
	// was spent from, as RateLimits.Clear does; there may be none. Create then revokes sessions of the user beyond
	// domain.MaxSessions: the expired first, then the least recently refreshed, at most domain.MaxTrimmedSessions of them and
	// never the new one. Concurrent calls for one user leave no more than domain.MaxSessions live. The event of the new session
	// stands for those that it revoked. Create also makes the session's device a known device of the user, last used at the time of
	// the login, and removes the devices beyond domain.MaxDevices, those unused for longest.
	// Errors: ErrConflict if the user cannot log in or has another password hash.
	Create(
		ctx context.Context, s domain.Session, proven domain.PasswordHash, spent []domain.RateLimit, e domain.AuditEvent,
	) error
	// ReadSession finds the caller's own live session.
	// Errors: ErrNotFound as for Accounts.ReadProfile.
	ReadSession(ctx context.Context, c domain.Caller, now time.Time) (domain.Session, error)
	// IsLive reports whether the caller's own session is live: whether Accounts.ReadProfile would find a user. It reads no data of
	// the user.
	IsLive(ctx context.Context, c domain.Caller, now time.Time) (bool, error)
	// ListRevocations lists at most limit revocations of sessions with positions above after, in the order of their positions,
	// also of sessions that were removed since. A session that only expired has no revocation. None is no error.
	ListRevocations(ctx context.Context, after domain.RevocationPosition, limit int) ([]domain.Revocation, error)
	// PurgeRevocations removes at most limit revocations before the given time, with their sessions, and returns how many it removed.
	PurgeRevocations(ctx context.Context, before time.Time, limit int) (int, error)
	// ListSessions lists at most limit live sessions of the caller, the newest first.
	// Errors: ErrNotFound as for Accounts.ReadProfile.
	ListSessions(ctx context.Context, c domain.Caller, limit int, now time.Time) ([]domain.Session, error)
	// RefreshToken applies policy.Rotate, atomically, to the live session that the grant belongs to. It returns the session after
	// that, revoked if the policy does not accept the reuse of an older refresh token. The newest token is one round trip. From
	// is the network that the policy compares. The audit event is that of a reuse: it is recorded if the policy says so, with the
	// session's ReuseKind, session and user, and with the AuditPseudonym of its network.
	// Errors: ErrNotFound if no live session has that id and secret, if it has not reached the grant's generation, or if its user
	// can no longer log in.
	RefreshToken(
		ctx context.Context, g domain.RefreshGrant, policy domain.SessionPolicy, from domain.NetworkPseudonym,
		e domain.AuditEvent, now time.Time,
	) (domain.Session, error)
	// RevokeSession revokes the caller's own session, also if its user can no longer log in. Of concurrent calls for one session, one
	// succeeds. Errors: ErrNotFound if there is no such session of the user, if it expired or was revoked.
	RevokeSession(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error
	// RevokeAllSessions revokes all sessions of the caller, also if the user can no longer log in. The audit event contains no
	// session. Of concurrent calls for one user, one succeeds. Errors: ErrNotFound as for RevokeSession.
	RevokeAllSessions(ctx context.Context, c domain.Caller, e domain.AuditEvent, now time.Time) error
	// RevokeSessionsOf revokes all sessions of a user except keep, and all of them if keep is zero. A user without sessions is no
	// error.
	RevokeSessionsOf(ctx context.Context, user domain.UserID, keep domain.SessionID, now time.Time) error
	// AddDevice makes a device a known device of a user.
	AddDevice(ctx context.Context, d domain.KnownDevice, now time.Time) error
	// RemoveDevicesOf removes the known devices of a user except keep, and all of them if keep is zero. None is no error.
	RemoveDevicesOf(ctx context.Context, user domain.UserID, keep domain.DeviceID) error
	// IsKnownDevice reports whether a device is a known device of the user.
	IsKnownDevice(ctx context.Context, user domain.UserID, device domain.DeviceID) (bool, error)
	// PurgeExpired removes at most limit sessions whose absolute limit passed before the given time, and returns how many it
	// removed.
	PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error)
}

// Links stores the mailed one-time tokens.
type Links interface {
	// Add stores a link.
	// Errors: ErrNotFound if it belongs to a user who does not exist, or is erased.
	Add(ctx context.Context, l domain.Link) error
	// FindUser finds the user to whom an unused, unexpired link of that purpose was mailed, and leaves the link usable.
	// Errors: ErrNotFound if there is no such link.
	FindUser(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.User, error)
	// FindVerification finds an unused, unexpired verification link, and leaves it usable. If the link belongs to a user, to is the
	// user's email address; otherwise to is zero, and the link's token opens the email address.
	// Errors: ErrNotFound if there is no such link.
	FindVerification(ctx context.Context, token domain.SecretHash, now time.Time) (l domain.Link, to domain.Email, err error)
	// Use uses up an unexpired link of that purpose and returns its user's id, zero if the link belongs to an email
	// address. Of concurrent calls for one link, one succeeds.
	// Errors: ErrNotFound if there is no such link.
	Use(ctx context.Context, purpose domain.LinkPurpose, token domain.SecretHash, now time.Time) (domain.UserID, error)
	// HasLive reports whether a user has an unused, unexpired link of a purpose.
	HasLive(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose, now time.Time) (bool, error)
	// HasLiveVerification reports whether an email address has an unused, unexpired verification link.
	HasLiveVerification(ctx context.Context, email domain.EmailIndexes, now time.Time) (bool, error)
	// RemoveAllOf removes every link of a purpose that was mailed to a user. None is no error.
	RemoveAllOf(ctx context.Context, user domain.UserID, purpose domain.LinkPurpose) error
	// RemoveVerifications removes every verification link that belongs to an email address. None is no error.
	RemoveVerifications(ctx context.Context, email domain.EmailIndexes) error
	// PurgeExpired removes at most limit links that expired before the given time, and returns how many it removed.
	PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error)
}
