package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// AuditKind is what an audit event tells of.
type AuditKind string

// The kinds of audit events.
const (
	AuditSignedUp          AuditKind = "signed_up"
	AuditAddressVerified   AuditKind = "address_verified"
	AuditLoggedIn          AuditKind = "logged_in"
	AuditPasswordRefused   AuditKind = "password_refused" // at a login, a verification, a password change or a termination
	AuditThrottled         AuditKind = "throttled"        // after which guesses are refused for a while
	AuditPasswordDisabled  AuditKind = "password_disabled"
	AuditLoggedOut         AuditKind = "logged_out"
	AuditAllLoggedOut      AuditKind = "all_logged_out"
	AuditRefreshReplayed   AuditKind = "refresh_replayed" // and the session ended by it
	AuditPasswordChanged   AuditKind = "password_changed"
	AuditPasswordReset     AuditKind = "password_reset"
	AuditTerminated        AuditKind = "terminated"
	AuditTerminationUndone AuditKind = "termination_undone"
	AuditErased            AuditKind = "erased"
	AuditExported          AuditKind = "exported" // everything that is kept about the user, to the user
	AuditUserImported      AuditKind = "user_imported"
	AuditSigningKeyAdded   AuditKind = "signing_key_added"
	AuditSigningKeyRemoved AuditKind = "signing_key_removed" // after its time
	AuditSigningKeyDropped AuditKind = "signing_key_dropped" // before it
	AuditReencrypted       AuditKind = "re_encrypted"        // everything, under the newest keys of the keyset
)

// AuditEvent says what happened, to whom and from where. It holds no personal data: the user is an id, the address and the
// network are keyed pseudonyms.
type AuditEvent struct {
	ID        ID
	At        time.Time
	Kind      AuditKind
	UserID    UserID     // zero if there is none, or it is not known
	SessionID SessionID  // zero if it was about no session
	Address   EmailIndex // empty if it was about no address
	Network   string     // empty if it came from no client
	KeyID     string     // empty if it was about no key
}

// AuditDigest is a SHA-256.
type AuditDigest [sha256.Size]byte

// Digest covers every part of the event, so that none can be changed unnoticed.
func (e AuditEvent) Digest() AuditDigest {
	b := []byte("siriusys audit event 1\x00")
	b = append(b, e.ID[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro())) //nolint:gosec // all 64 bits are wanted
	b = append(b, e.UserID.ID[:]...)
	b = append(b, e.SessionID.ID[:]...)
	for _, part := range []string{string(e.Kind), string(e.Address), e.Network, e.KeyID} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part))) //nolint:gosec // short
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// AuditSeal is a link of the chain that holds the audit events together: the digest of an event, and of everything before it.
type AuditSeal struct {
	Position int64 // counted from 1
	EventID  ID
	Event    AuditDigest
	Chain    AuditDigest
}

// Next is the seal of the event behind s, or the first one if s is zero.
func (s AuditSeal) Next(e AuditEvent) AuditSeal {
	next := AuditSeal{Position: s.Position + 1, EventID: e.ID, Event: e.Digest()}
	next.Chain = next.chainedTo(s.Chain)
	return next
}

// Follows reports whether s is a link behind the one with that digest.
func (s AuditSeal) Follows(chain AuditDigest) bool { return s.Chain == s.chainedTo(chain) }

func (s AuditSeal) chainedTo(before AuditDigest) AuditDigest {
	b := []byte("siriusys audit chain 1\x00")
	b = append(b, before[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.Position)) //nolint:gosec // counted from 1
	b = append(b, s.EventID[:]...)
	return sha256.Sum256(append(b, s.Event[:]...))
}

// AuditHead is the newest link at the end of a sealing, with a tag under a key that the database does not hold.
type AuditHead struct {
	Position int64
	Chain    AuditDigest
	At       time.Time
	Tag      []byte
}

// Payload is what the tag covers.
func (h AuditHead) Payload() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(h.Position))    //nolint:gosec // counted from 1
	b = binary.BigEndian.AppendUint64(b, uint64(h.At.UnixMicro())) //nolint:gosec // all 64 bits are wanted
	return append(b, h.Chain[:]...)
}

// AuditFault is something about the audit log that cannot be.
type AuditFault struct {
	Position int64 // in the chain; 0 if the event has none
	EventID  ID
	What     string
}
