package app

import (
	"context"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// auditEndCheck checks the end of the audit chain before it is extended: what an attacker changed must not be signed. It reads the
// two newest checkpoints, what the newest one signs, and the checkpoints since the known one.
type auditEndCheck struct {
	log      ports.Audit
	verifier ports.AuditVerifier
	known    domain.AuditCheckpoint

	newest, before domain.AuditCheckpoint // of the database, zero if there are none
	last           int64                  // the position of the last entry
	isNewestValid  bool
}

// check returns what does not fit, or "".
func (c *auditEndCheck) check(ctx context.Context) (domain.AuditBreak, error) {
	if err := c.read(ctx); err != nil {
		return "", err
	}
	switch {
	case c.newest.IsZero() && !c.known.IsZero():
		return domain.AuditBreakMissing, nil
	case c.newest.IsZero() && c.last > 0:
		return domain.AuditBreakUnsigned, nil
	case c.newest.IsZero():
		return "", nil
	case !c.isNewestValid:
		return domain.AuditBreakSignature, nil
	}
	if why, err := c.checkKnown(ctx); err != nil || why != "" {
		return why, err
	}
	if !c.newest.OpensSegment() && !c.newest.Follows(c.before) {
		return domain.AuditBreakOrder, nil
	}
	return c.checkEntries(ctx)
}

func (c *auditEndCheck) read(ctx context.Context) error {
	newest, err := c.log.ListNewestCheckpoints(ctx, 2)
	if err != nil {
		return err
	}
	if len(newest) > 0 {
		c.newest = newest[0]
		c.isNewestValid = verifyCheckpoint(c.verifier, c.newest) == nil
	}
	if len(newest) > 1 {
		c.before = newest[1]
	}
	c.last, err = c.log.FindLastPosition(ctx)
	return err
}

// verifyCheckpoint verifies the signature. A tag covers less than a signature: a checkpoint with a tag must not claim the rest.
func verifyCheckpoint(verifier ports.AuditVerifier, c domain.AuditCheckpoint) error {
	if c.HasTag() && (c.Segment != 1 || c.OpensSegment() || c.Previous != domain.AuditCheckpointRef{}) {
		return ports.ErrInvalidAuditSignature
	}
	return verifier.Verify(c)
}

// checkKnown checks that the known checkpoint is the newest one or an ancestor of it.
func (c *auditEndCheck) checkKnown(ctx context.Context) (domain.AuditBreak, error) {
	switch {
	case c.known.IsZero(), c.known.Ref() == c.newest.Ref():
		return "", nil
	case c.newest.Segment < c.known.Segment, c.newest.Segment == c.known.Segment && c.newest.Number <= c.known.Number:
		return domain.AuditBreakMissing, nil
	case c.newest.Segment > c.known.Segment:
		if isNamed, err := c.isNamedByBreak(ctx); err != nil || isNamed {
			return "", err
		}
	}
	row, err := c.log.ListCheckpoints(ctx, c.known.Number-1, 1)
	switch {
	case err != nil:
		return "", err
	case len(row) == 0 || row[0].Ref() != c.known.Ref():
		return domain.AuditBreakMissing, nil
	case c.newest.Segment > c.known.Segment:
		return "", nil
	}
	return c.checkSinceKnown(ctx)
}

// isNamedByBreak reports whether another replica recorded a break at the known checkpoint or after it.
func (c *auditEndCheck) isNamedByBreak(ctx context.Context) (bool, error) {
	breaks, err := c.log.ListBreaks(ctx, c.known.Segment, chainBatch)
	for _, b := range breaks {
		if b.Previous.Number >= c.known.Number && verifyCheckpoint(c.verifier, b) == nil {
			return true, err
		}
	}
	return false, err
}

// checkSinceKnown follows the digests from the known checkpoint to the newest one, of the same segment.
func (c *auditEndCheck) checkSinceKnown(ctx context.Context) (domain.AuditBreak, error) {
	for at := c.known; at.Number < c.newest.Number; {
		page, err := c.log.ListCheckpoints(ctx, at.Number, chainBatch)
		if err != nil {
			return "", err
		}
		for _, next := range page {
			if !next.Follows(at) {
				return domain.AuditBreakOrder, nil
			}
			at = next
		}
		if len(page) == 0 {
			return domain.AuditBreakOrder, nil
		}
	}
	return "", nil
}

// checkEntries checks the events and the entries between the two newest checkpoints, and that no entry follows.
func (c *auditEndCheck) checkEntries(ctx context.Context) (domain.AuditBreak, error) {
	if c.last > c.newest.Position {
		return domain.AuditBreakUnsigned, nil
	}
	if c.newest.OpensSegment() {
		return "", nil
	}
	page, err := c.log.ListChain(ctx, c.before.Position, chainBatch)
	if err != nil {
		return "", err
	}
	end := c.before.End()
	for _, e := range page {
		if end = end.Next(e.Event); end != e.Entry {
			return domain.AuditBreakEntries, nil
		}
	}
	if end.Position != c.newest.Position || end.Chain != c.newest.Chain {
		return domain.AuditBreakEntries, nil
	}
	return "", nil
}

// lastGood returns the newest checkpoint that the service certainly signed. It looks at the last chainBatch ones only: an attacker
// can add any number of others. It is zero if there is none.
func (c *auditEndCheck) lastGood(ctx context.Context, why domain.AuditBreak) (domain.AuditCheckpoint, error) {
	switch {
	case why == domain.AuditBreakMissing, why == domain.AuditBreakOrder && !c.known.IsZero():
		return c.known, nil
	case c.isNewestValid:
		return c.newest, nil
	}
	rows, err := c.log.ListNewestCheckpoints(ctx, chainBatch)
	for _, row := range rows {
		if verifyCheckpoint(c.verifier, row) == nil {
			return laterCheckpoint(c.known, row), err
		}
	}
	return c.known, err
}

// lastPosition is the position that the first entry of a new segment follows: no earlier row has a higher one.
func (c *auditEndCheck) lastPosition() int64 {
	if c.isNewestValid {
		return max(c.last, c.newest.Position)
	}
	return c.last
}
