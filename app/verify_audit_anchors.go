package app

import "github.com/siriusys/user-management-service/domain"

// auditAnchors are the anchors that a verification has not found yet.
type auditAnchors struct {
	byPosition map[int64]domain.AuditAnchor   // of which only position and chain are known
	byNumber   map[int64][]domain.AuditAnchor // a replaced chain may use a number again
	proven     int64                          // the highest position of the anchors that were found
}

func anchorsOf(anchors []domain.AuditAnchor) *auditAnchors {
	all := auditAnchors{byPosition: map[int64]domain.AuditAnchor{}, byNumber: map[int64][]domain.AuditAnchor{}}
	for _, a := range anchors {
		if n := a.Checkpoint.Number; n > 0 {
			all.byNumber[n] = append(all.byNumber[n], a)
		} else {
			all.byPosition[a.Position] = a
		}
	}
	return &all
}

// checkEntry reports whether an entry is that of the anchor at its position, if there is one.
func (a *auditAnchors) checkEntry(e domain.AuditChainEntry) bool {
	anchor, ok := a.byPosition[e.Position]
	delete(a.byPosition, e.Position)
	if ok && anchor.Chain == e.Chain {
		a.proven = max(a.proven, e.Position)
	}
	return !ok || anchor.Chain == e.Chain
}

// checkCheckpoint reports whether a checkpoint is that of every anchor with its number.
func (a *auditAnchors) checkCheckpoint(c domain.AuditCheckpoint) bool {
	isSame := true
	for _, anchor := range a.byNumber[c.Number] {
		if anchor.Checkpoint == c.Ref() {
			a.proven = max(a.proven, c.Position)
		} else {
			isSame = false
		}
	}
	delete(a.byNumber, c.Number)
	return isSame
}

// missing are findings about the anchors that neither an entry nor a checkpoint has.
func (a *auditAnchors) missing(lastPosition int64) (findings []domain.AuditFinding) {
	for position := range a.byPosition {
		text := "the chain entry of the anchor is missing"
		if position > lastPosition {
			text = "the chain was cut off before the anchor"
		}
		findings = append(findings, domain.AuditFinding{Position: position, Last: position, Text: text})
	}
	if len(a.byNumber) == 0 {
		return findings
	}
	lost := domain.AuditFinding{Text: "the checkpoints of the anchors are missing"}
	for _, anchors := range a.byNumber {
		for _, anchor := range anchors {
			if lost.Position == 0 || anchor.Position < lost.Position {
				lost.Position = anchor.Position
			}
			lost.Last = max(lost.Last, anchor.Position)
		}
	}
	return append(findings, lost)
}
