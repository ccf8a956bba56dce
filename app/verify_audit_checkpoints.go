package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// checkCheckpoints checks the checkpoints with positions up to that of the last entry that was read.
func (v *auditVerification) checkCheckpoints(ctx context.Context, position int64) error {
	for {
		if len(v.valid) == 0 && !v.allRead {
			if err := v.readCheckpoints(ctx); err != nil {
				return err
			}
			continue
		}
		if len(v.valid) == 0 || v.valid[0].Position > position {
			return nil
		}
		v.checkSigned(v.valid[0])
		v.valid = v.valid[1:]
	}
}

// readCheckpoints reads a page of checkpoints, and checks all of each but the entries that it signs.
func (v *auditVerification) readCheckpoints(ctx context.Context) error {
	page, err := v.log.ListCheckpoints(ctx, v.read.Number, chainBatch)
	if err != nil {
		return err
	}
	v.allRead = len(page) < chainBatch
	for _, c := range page {
		v.checkSignature(c)
		v.read = c
	}
	return nil
}

func (v *auditVerification) checkSignature(c domain.AuditCheckpoint) {
	if missing := c.Number - 1; missing > v.read.Number {
		v.report(domain.AuditFinding{
			Position: c.Position, Last: c.Position,
			Text: "before this checkpoint, " + nameCheckpoints(v.read.Number+1, missing, "is missing", "are missing"),
		})
	}
	err := verifyCheckpoint(v.verifier, c)
	if errors.Is(err, ports.ErrInvalidAuditSignature) {
		v.find("the checkpoint's signature is wrong", c.Position, domain.ID{})
		return
	}
	switch {
	case c.OpensSegment() && err == nil:
		if i := slices.IndexFunc(v.unproven, func(u domain.AuditCheckpoint) bool { return u.Ref() == c.Previous }); i >= 0 {
			v.valid = append(v.valid, v.unproven[i]) // the opening proves it, but not the entries
			v.attest(i + 1)
		}
		v.rejectUnproven()
	case !c.Follows(v.read):
		v.find("the checkpoint does not follow the one before it", c.Position, domain.ID{})
		v.rejectUnproven()
	case err == nil:
		v.attest(len(v.unproven))
	}
	if err != nil {
		v.unproven = append(v.unproven, c)
	} else {
		v.valid = append(v.valid, c)
	}
	if !v.anchors.checkCheckpoint(c) {
		v.find("the checkpoint is not that of the anchor", c.Position, domain.ID{})
	}
}

// attest removes the first n unproven checkpoints: a valid one is chained to them. Their keys must have been removed by an operator.
func (v *auditVerification) attest(n int) {
	for _, c := range v.unproven[:n] {
		if !c.HasTag() {
			v.attestedKeys[c.Signature.Key] = c
		}
	}
	v.unproven = v.unproven[n:]
}

// nameCheckpoints begins a sentence about checkpoints, by their numbers, with its verb.
func nameCheckpoints(first, last int64, is, are string) string {
	if first == last {
		return fmt.Sprintf("checkpoint %d %s", first, is)
	}
	return fmt.Sprintf("checkpoints %d to %d %s", first, last, are)
}

// rejectUnproven reports the checkpoints that no later one proves.
func (v *auditVerification) rejectUnproven() {
	if len(v.unproven) == 0 {
		return
	}
	first, last := v.unproven[0], v.unproven[len(v.unproven)-1]
	v.report(domain.AuditFinding{
		Position: first.Position, Last: last.Position,
		Text: nameCheckpoints(first.Number, last.Number, "has", "have") + " no known key and no proof by a later checkpoint",
	})
	v.unproven = nil
}

// checkSigned checks what a valid checkpoint signs.
func (v *auditVerification) checkSigned(c domain.AuditCheckpoint) {
	switch {
	case c.OpensSegment():
		v.openSegment(c)
	case c.Position != v.last.Position || c.Chain != v.last.Chain:
		v.find("the checkpoint was signed for another chain", c.Position, v.last.EventID)
	default:
		v.newest, v.signed = c, c.Position
	}
}

// openSegment reports the break that a checkpoint names, and what it left without a signature.
func (v *auditVerification) openSegment(c domain.AuditCheckpoint) {
	v.findRange("no checkpoint signs the chain entry", v.signed+1, min(v.last.Position, c.Position))
	v.findRange("the chain entry is missing", v.last.Position+1, c.Position)
	v.report(domain.AuditFinding{
		Position: c.Position, Last: c.Position,
		Text: fmt.Sprintf("the service found a break: %s; the last good checkpoint is number %d", c.Break, c.Previous.Number),
	})
	if c.Position > v.last.Position {
		v.last = domain.AuditChainEntry{Position: c.Position}
	}
	v.newest, v.signed, v.end = c, c.Position, c.End()
}

// checkCheckpointsBeyondTheEnd checks the checkpoints after the last entry.
func (v *auditVerification) checkCheckpointsBeyondTheEnd(ctx context.Context) error {
	for len(v.valid) > 0 {
		c := v.valid[0]
		v.valid = v.valid[1:]
		if c.OpensSegment() {
			v.openSegment(c)
		} else {
			v.find("the chain was cut off before this checkpoint", c.Position, domain.ID{})
		}
		if len(v.valid) == 0 && !v.allRead {
			if err := v.readCheckpoints(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}
