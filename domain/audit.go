package domain

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// AuditKind classifies audit events. The values are stored and are part of the digests.
type AuditKind string

// The kinds of audit events.
const (
	AuditSignedUp             AuditKind = "signed_up"
	AuditEmailVerified        AuditKind = "address_verified"
	AuditLoggedIn             AuditKind = "logged_in"
	AuditPasswordRefused      AuditKind = "password_refused" // at a login, a verification, a password change or a termination
	AuditAttemptsBlocked      AuditKind = "throttled"        // the attempt after which further ones are refused for a while
	AuditPasswordDisabled     AuditKind = "password_disabled"
	AuditLoggedOut            AuditKind = "logged_out"
	AuditAllLoggedOut         AuditKind = "all_logged_out"
	AuditRefreshTokenReused   AuditKind = "refresh_replayed"  // which revoked the session
	AuditReusedElsewhere      AuditKind = "refresh_elsewhere" // within the reuse interval, from another network
	AuditPasswordChanged      AuditKind = "password_changed"
	AuditPasswordReset        AuditKind = "password_reset"
	AuditTerminated           AuditKind = "terminated"
	AuditTerminationCancelled AuditKind = "termination_undone"
	AuditErased               AuditKind = "erased"
	AuditExported             AuditKind = "exported" // everything that is stored about the user, to the user
	AuditUserImported         AuditKind = "user_imported"
	AuditSigningKeyAdded      AuditKind = "signing_key_added"
	AuditSigningKeyRemoved    AuditKind = "signing_key_removed" // after its last token expired
	AuditSigningKeyDropped    AuditKind = "signing_key_dropped" // by an operator, before its last token expired
	AuditReencrypted          AuditKind = "re_encrypted"        // everything, under the primary keys of the keyset
	AuditKeysetKeyRemoved     AuditKind = "keyset_key_removed"  // an old key, which verified checkpoints until then
	AuditBackupRestored       AuditKind = "backup_restored"     // everything that could be used again is revoked
)

// AuditEvent describes what happened, to which user and from where. It contains no personal data: the user is an id, the
// email address and the network are keyed pseudonyms.
type AuditEvent struct {
	ID         ID
	At         time.Time
	Kind       AuditKind
	UserID     UserID     // zero if the event is about no user or an unknown one
	SessionID  SessionID  // zero if the event is about no session
	EmailIndex EmailIndex // empty if the event is about no email address
	Network    string     // empty if no client caused the event
	KeyID      string     // empty if the event is about no key
	Count      int64      // how many events of the kind the event stands for; zero if only itself
}

// AuditCount is how many events of a kind a network caused in an hour. Of events that any client can cause, only the first of a
// network and hour is recorded, and at the end of the hour one with the count: a flood does not fill the audit log.
type AuditCount struct {
	Hour    time.Time // its beginning
	Network string
	Kind    AuditKind
	Count   int64 // includes the first
}

// AuditHour is the hour in which an event is counted.
func AuditHour(at time.Time) time.Time { return at.UTC().Truncate(time.Hour) }

// AuditPseudonym is the pseudonym that the audit log and the sessions of a user contain in place of an email address or of a
// network. The tag is keyed, and stored nowhere. The user is part of the pseudonym, so that rows of two users, such as an erased
// person and the same person's new account, have nothing in common.
func AuditPseudonym(tag string, user UserID) string {
	digest := sha256.Sum256(append([]byte(tag), user.ID[:]...))
	return string(digest[:])
}

// AuditDigest is a SHA-256 digest.
type AuditDigest [sha256.Size]byte

// Digest returns a digest of every field of the event, so that a change to any of them is detected.
func (e AuditEvent) Digest() AuditDigest {
	b := []byte("siriusys audit event 1\x00")
	if e.Count != 0 {
		// Events without a count keep the digest that they had before there were counts.
		b = binary.BigEndian.AppendUint64([]byte("siriusys audit event 2\x00"), uint64(e.Count))
	}
	b = append(b, e.ID[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	b = append(b, e.UserID.ID[:]...)
	b = append(b, e.SessionID.ID[:]...)
	for _, part := range []string{string(e.Kind), string(e.EmailIndex), e.Network, e.KeyID} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// AuditChainEntry is an entry of the audit chain: the digest of one event, and a digest of this entry and all before it.
type AuditChainEntry struct {
	Position int64 // counts from 1
	EventID  ID
	Event    AuditDigest
	Chain    AuditDigest
}

// Next returns the entry after c, for event; the first entry if c is zero.
func (c AuditChainEntry) Next(event AuditEvent) AuditChainEntry {
	next := AuditChainEntry{Position: c.Position + 1, EventID: event.ID, Event: event.Digest()}
	next.Chain = next.chainedTo(c.Chain)
	return next
}

// Follows reports whether c is the next entry after the one with the digest chain.
func (c AuditChainEntry) Follows(chain AuditDigest) bool { return c.Chain == c.chainedTo(chain) }

func (c AuditChainEntry) chainedTo(before AuditDigest) AuditDigest {
	b := []byte("siriusys audit chain 1\x00")
	b = append(b, before[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Position))
	b = append(b, c.EventID[:]...)
	return sha256.Sum256(append(b, c.Event[:]...))
}
