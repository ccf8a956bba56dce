package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// auditPage is how much of the log is in memory at once.
const auditPage = 1000

// VerifyAudit checks the whole audit log: that each sealed event is there and unchanged, that the chain of seals has no gap,
// that its end is signed, that no event came in without waiting for its seal, and that the chain runs through anchor, a head
// that was noted elsewhere, unless that is zero. It tells report of each fault, and returns the newest head. A tail that was
// cut off together with the heads that sign it shows only against an anchor.
func (a *App) VerifyAudit(ctx context.Context, anchor domain.AuditHead, report func(domain.AuditFault)) (domain.AuditHead, error) {
	v := auditVerification{app: a, log: a.Store.Repos().Audit, report: report, anchor: anchor}
	for _, check := range []func(context.Context) error{v.checkChain, v.checkStrays} {
		if err := check(ctx); err != nil {
			return domain.AuditHead{}, fmt.Errorf("read the audit log: %w", err)
		}
	}
	return v.newest, nil
}

// auditVerification walks along the chain of seals and the heads beside it.
type auditVerification struct {
	app    *App
	log    ports.Audit
	report func(domain.AuditFault)
	anchor domain.AuditHead

	last   domain.AuditSeal
	heads  []domain.AuditHead // read and not yet reached
	read   int64              // the position of the last head that was read
	allIn  bool               // and whether it is the last there is
	newest domain.AuditHead   // the last one that is as it should be
	// unproven are the heads behind newest whose signature no key verifies. A right head behind them signs all that they
	// did, so then it matters no more whether they were forged or their key has been removed from the keyset.
	unproven []domain.AuditHead
}

func (v *auditVerification) checkChain(ctx context.Context) error {
	for {
		page, err := v.log.Sealed(ctx, v.last.Position, auditPage)
		if err != nil {
			return err
		}
		for _, s := range page {
			v.checkSeal(s)
			if err := v.checkHeads(ctx, s.Seal); err != nil {
				return err
			}
		}
		if len(page) < auditPage {
			return v.checkEnd(ctx)
		}
	}
}

func (v *auditVerification) checkSeal(s ports.SealedEvent) {
	seal, fault := s.Seal, func(what string) {
		v.report(domain.AuditFault{Position: s.Seal.Position, EventID: s.Seal.EventID, What: what})
	}
	for missing := v.last.Position + 1; missing < seal.Position; missing++ {
		v.report(domain.AuditFault{Position: missing, What: "the seal is gone"})
	}
	switch {
	case seal.Position == v.last.Position+1 && !seal.Follows(v.last.Chain):
		fault("the seal was changed, or does not follow the one before it")
	case s.Event.ID.IsZero():
		fault("the event is gone")
	case s.Event.Digest() != seal.Event:
		fault("the event was changed")
	}
	if v.anchor.Position == seal.Position && v.anchor.Chain != seal.Chain {
		fault("the chain is not the one of the head that was given")
	}
	v.last = seal
}

// checkHeads checks the heads up to a seal.
func (v *auditVerification) checkHeads(ctx context.Context, s domain.AuditSeal) error {
	for {
		if err := v.readHeads(ctx); err != nil {
			return err
		}
		if len(v.heads) == 0 || v.heads[0].Position > s.Position {
			return nil
		}
		v.checkHead(v.heads[0], s)
		v.heads = v.heads[1:]
	}
}

func (v *auditVerification) readHeads(ctx context.Context) (err error) {
	if len(v.heads) > 0 || v.allIn {
		return nil
	}
	if v.heads, err = v.log.Heads(ctx, v.read, auditPage); err != nil {
		return err
	}
	if v.allIn = len(v.heads) < auditPage; len(v.heads) > 0 {
		v.read = v.heads[len(v.heads)-1].Position
	}
	return nil
}

func (v *auditVerification) checkHead(head domain.AuditHead, s domain.AuditSeal) {
	switch {
	case !v.app.MAC.Verify(auditHeadPurpose, head.Payload(), head.Tag):
		v.unproven = append(v.unproven, head)
	case head.Position != s.Position || head.Chain != s.Chain:
		v.report(domain.AuditFault{Position: head.Position, EventID: s.EventID, What: "the head was signed for another chain"})
	default:
		v.newest, v.unproven = head, nil
	}
}

func (v *auditVerification) checkEnd(ctx context.Context) error {
	beyond, err := v.log.Heads(ctx, v.last.Position, auditPage)
	if err != nil {
		return err
	}
	for _, head := range v.unproven {
		v.report(domain.AuditFault{Position: head.Position, What: "the head's signature is wrong"})
	}
	for _, head := range beyond {
		v.report(domain.AuditFault{Position: head.Position, What: "the chain was cut off before this head"})
	}
	if v.newest.Position < v.last.Position {
		v.report(domain.AuditFault{Position: v.last.Position, EventID: v.last.EventID, What: "no head signs the end of the chain"})
	}
	if v.anchor.Position > v.last.Position {
		v.report(domain.AuditFault{Position: v.anchor.Position, What: "the chain was cut off before the head that was given"})
	}
	return nil
}

func (v *auditVerification) checkStrays(ctx context.Context) error {
	for after := (domain.ID{}); ; {
		strays, next, err := v.log.Strays(ctx, after, auditPage)
		if err != nil {
			return err
		}
		for _, id := range strays {
			v.report(domain.AuditFault{EventID: id, What: "the event is in the log without having been recorded"})
		}
		if next.IsZero() {
			return nil
		}
		after = next
	}
}
