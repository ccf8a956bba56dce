package app

import (
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// AuditEvents makes the audit events of the use cases, which record them together with what they change.
type AuditEvents struct {
	pseudonyms Pseudonyms
	now        func() time.Time
	newID      func() domain.ID
}

// NewAuditEvents builds it. The events name networks by their pseudonyms.
func NewAuditEvents(pseudonyms Pseudonyms, r Runtime) AuditEvents {
	return AuditEvents{pseudonyms: pseudonyms, now: r.Now, newID: r.NewID}
}

// new completes e with an id, the time and the kind.
func (a AuditEvents) new(kind domain.AuditKind, e domain.AuditEvent) domain.AuditEvent {
	e.ID, e.At, e.Kind = a.newID(), a.now(), kind
	return e
}

// newFrom completes e with an id, the time, the kind and the audit log's pseudonym of a network. It contains the user of e, so
// that the events of two users have no network in common. No event contains an email address: the user's id is enough, and an
// event without a user is about no account.
func (a AuditEvents) newFrom(network string, kind domain.AuditKind, e domain.AuditEvent) (domain.AuditEvent, error) {
	tag, err := a.pseudonyms.auditTag(network)
	if err != nil {
		return domain.AuditEvent{}, err
	}
	e.Network = domain.AuditPseudonym(tag, e.UserID)
	return a.new(kind, e), nil
}

// countedNetwork is the pseudonym under which the events of a wide network are counted. It contains no user.
func (a AuditEvents) countedNetwork(wideNetwork string) (string, error) {
	tag, err := a.pseudonyms.auditTag(wideNetwork)
	return domain.AuditPseudonym(tag, domain.UserID{}), err
}

// ofCaller returns an audit event that a logged-in user caused.
func (a AuditEvents) ofCaller(kind domain.AuditKind, c domain.Caller) (domain.AuditEvent, error) {
	network, err := a.pseudonyms.network(c.Network)
	if err != nil {
		return domain.AuditEvent{}, err
	}
	return a.newFrom(network, kind, domain.AuditEvent{UserID: c.UserID, SessionID: c.SessionID})
}
