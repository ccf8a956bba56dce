package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// event is an audit event of this moment.
func (a *App) event(kind domain.AuditKind, e domain.AuditEvent) domain.AuditEvent {
	e.ID, e.At, e.Kind = a.NewID(), a.Now(), kind
	return e
}

// callersEvent is one that a signed-in user brought about.
func (a *App) callersEvent(kind domain.AuditKind, c domain.Caller) (domain.AuditEvent, error) {
	network, err := a.networkPseudonym(c.Network)
	return a.event(kind, domain.AuditEvent{UserID: c.UserID, SessionID: c.SessionID, Network: network}), err
}

const (
	// auditHeadPurpose keeps the tags of heads apart from those of everything else.
	auditHeadPurpose = "audit_head"
	// sealedAtOnce bounds one transaction of SealAudit.
	sealedAtOnce = 1000
)

// SealAudit chains the audit events that came since the last time to those before them, so that none of them can be changed
// or removed unnoticed from then on, and signs the end of the chain. It returns the newest head, zero if there was nothing to seal.
func (a *App) SealAudit(ctx context.Context) (head domain.AuditHead, err error) {
	for sealed := sealedAtOnce; sealed == sealedAtOnce; {
		err := a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
			newest, events, err := r.Audit.Unsealed(ctx, sealedAtOnce)
			sealed = len(events)
			if err != nil || sealed == 0 {
				return err
			}
			seals := make([]domain.AuditSeal, len(events))
			for i, e := range events {
				newest = newest.Next(e)
				seals[i] = newest
			}
			if head, err = a.signHead(newest); err != nil {
				return err
			}
			return r.Audit.Seal(ctx, seals, head)
		})
		if err != nil {
			return domain.AuditHead{}, fmt.Errorf("seal the audit log: %w", err)
		}
	}
	return head, nil
}

func (a *App) signHead(s domain.AuditSeal) (head domain.AuditHead, err error) {
	head = domain.AuditHead{Position: s.Position, Chain: s.Chain, At: a.Now()}
	if head.Tag, err = a.MAC.Tag(auditHeadPurpose, head.Payload()); err != nil {
		return domain.AuditHead{}, fmt.Errorf("sign the head: %w", err)
	}
	return head, nil
}
