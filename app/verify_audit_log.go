package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// AuditVerification verifies the audit log. It needs no private key.
type AuditVerification struct {
	store    ports.Store
	verifier ports.AuditVerifier
}

// NewAuditVerification returns the verification of the store's audit log.
func NewAuditVerification(store ports.Store, verifier ports.AuditVerifier) AuditVerification {
	return AuditVerification{store: store, verifier: verifier}
}

// AuditProof is how much of an audit log a verification proved.
type AuditProof struct {
	Newest domain.AuditCheckpoint // the newest valid checkpoint; zero if there is none
	// Last is the last position of the chain. Anchored is the highest position that an anchor covers: the database cannot prove
	// that no later entries were removed or replaced.
	Last, Anchored int64
}

// Verify checks the whole audit log: every chained event exists unchanged, the chain and its checkpoints have no gap, checkpoints
// sign all entries, no event entered the log without waiting for its entry, and the chain contains the anchors. A break that
// the service found stays a finding. Verify passes each finding to report; equal ones of consecutive positions are one.
func (a AuditVerification) Verify(
	ctx context.Context, anchors []domain.AuditAnchor, report func(domain.AuditFinding),
) (AuditProof, error) {
	v := auditVerification{
		verifier: a.verifier, log: a.store.Repos().Audit, report: report, anchors: anchorsOf(anchors),
		ranges: map[string]domain.AuditFinding{}, removedKeys: map[string]bool{}, attestedKeys: map[string]domain.AuditCheckpoint{},
	}
	for _, check := range []func(context.Context) error{v.checkChain, v.checkUnaccounted} {
		if err := check(ctx); err != nil {
			return AuditProof{}, fmt.Errorf("read the audit log: %w", err)
		}
	}
	return AuditProof{Newest: v.newest, Last: v.last.Position, Anchored: v.anchors.proven}, nil
}

// auditVerification reads the chain and the checkpoints in the order of their positions and numbers.
type auditVerification struct {
	verifier ports.AuditVerifier
	log      ports.Audit
	report   func(domain.AuditFinding)
	anchors  *auditAnchors
	ranges   map[string]domain.AuditFinding // findings that the next position may extend, by text

	last domain.AuditChainEntry // that was read
	end  domain.AuditChainEntry // that the next one must follow: the last one, or the start of a segment

	read    domain.AuditCheckpoint   // the last one
	allRead bool                     // there are no checkpoints after it
	valid   []domain.AuditCheckpoint // read, and beyond last
	newest  domain.AuditCheckpoint   // the last valid one whose entries are right
	signed  int64                    // the position up to which checkpoints sign the entries
	// unproven are the checkpoints since the last valid one whose key is not known. A valid one that is chained to them proves them.
	unproven []domain.AuditCheckpoint
	// attestedKeys are the unknown keys of proven checkpoints, each with one of them. removedKeys are the keys whose removal was
	// recorded.
	attestedKeys map[string]domain.AuditCheckpoint
	removedKeys  map[string]bool
}

// find reports a finding about one position, together with the same one about the positions before it.
func (v *auditVerification) find(text string, position int64, event domain.ID) {
	f, isOpen := v.ranges[text]
	switch {
	case isOpen && f.Last == position-1:
		f.Last = position
	case isOpen:
		v.report(f)
		fallthrough
	default:
		f = domain.AuditFinding{Position: position, Last: position, EventID: event, Text: text}
	}
	v.ranges[text] = f
}

func (v *auditVerification) findRange(text string, first, last int64) {
	if first <= last {
		v.report(domain.AuditFinding{Position: first, Last: last, Text: text})
	}
}

// checkChain ends when two reads in a row find no entry. An entry and the checkpoint that signs it become visible together, so the
// first of these reads is followed by one of the checkpoints, and the second finds the entries of every checkpoint read.
func (v *auditVerification) checkChain(ctx context.Context) error {
	for empty := 0; empty < 2; {
		page, err := v.log.ListChain(ctx, v.last.Position, chainBatch)
		if err != nil {
			return err
		}
		if empty++; len(page) > 0 {
			empty = 0
		}
		v.allRead = false
		for _, e := range page {
			if err := v.checkCheckpoints(ctx, e.Entry.Position-1); err != nil {
				return err
			}
			v.checkEntry(e)
			if err := v.checkCheckpoints(ctx, e.Entry.Position); err != nil {
				return err
			}
		}
		if err := v.checkCheckpoints(ctx, v.last.Position); err != nil {
			return err
		}
	}
	return v.checkEnd(ctx)
}

func (v *auditVerification) checkEntry(e ports.ChainedEvent) {
	entry := e.Entry
	v.findRange("the chain entry is missing", v.last.Position+1, entry.Position-1)
	switch {
	case entry.Position == v.end.Position+1 && !entry.Follows(v.end.Chain):
		v.find("the chain entry was changed, or does not follow the one before it", entry.Position, entry.EventID)
	case e.Event.ID.IsZero():
		v.find("the event is missing", entry.Position, entry.EventID)
	case e.Event.Digest() != entry.Event:
		v.find("the event was changed", entry.Position, entry.EventID)
	case e.Event.Kind == domain.AuditKeysetKeyRemoved:
		v.removedKeys[e.Event.KeyID] = true
	}
	if !v.anchors.checkEntry(entry) {
		v.find("the chain is not that of the anchor", entry.Position, entry.EventID)
	}
	v.last, v.end = entry, entry
}

func (v *auditVerification) checkEnd(ctx context.Context) error {
	if err := v.checkCheckpointsBeyondTheEnd(ctx); err != nil {
		return err
	}
	v.rejectUnproven()
	for key, c := range v.attestedKeys {
		if !v.removedKeys[key] {
			v.report(domain.AuditFinding{
				Position: c.Position, Last: c.Position,
				Text: fmt.Sprintf("the key %s of checkpoint %d is not known, and its removal was not recorded", key, c.Number),
			})
		}
	}
	v.findRange("no checkpoint signs the chain entry", v.signed+1, v.last.Position)
	for _, f := range v.anchors.missing(v.last.Position) {
		v.report(f)
	}
	for _, f := range slices.SortedFunc(maps.Values(v.ranges), byPosition) {
		v.report(f)
	}
	return nil
}

// checkUnaccounted reports the events that neither have a chain entry nor wait for one.
func (v *auditVerification) checkUnaccounted(ctx context.Context) error {
	for after := (domain.ID{}); ; {
		unaccounted, next, err := v.log.ListUnaccounted(ctx, after, chainBatch)
		if err != nil {
			return err
		}
		for _, id := range unaccounted {
			v.report(domain.AuditFinding{EventID: id, Text: "the event was not recorded by the service"})
		}
		if next.IsZero() {
			return nil
		}
		after = next
	}
}

func byPosition(a, b domain.AuditFinding) int { return cmp.Compare(a.Position, b.Position) }
