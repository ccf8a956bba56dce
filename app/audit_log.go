package app

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// chainBatch bounds one transaction of Extend, and what a verification reads at a time.
const chainBatch = 1000

// AuditLog chains the audit events and signs the chain.
type AuditLog struct {
	store   ports.Store
	signer  ports.AuditSigner
	anchors ports.AuditAnchors
	metrics ports.Metrics
	now     func() time.Time
	changed func(domain.AuditEvent)
	// known is the newest checkpoint that this process has seen in the database, or found in the anchors. It is nil until the
	// anchors are read.
	known *atomic.Pointer[domain.AuditCheckpoint]
}

// AuditLogConfig is what AuditLog calls. Every field must be set.
type AuditLogConfig struct {
	Store  ports.Store
	Signer ports.AuditSigner
	// Anchors keeps each new checkpoint outside of the database.
	Anchors ports.AuditAnchors
	Metrics ports.Metrics
	Now     func() time.Time
	// Changed is called with each event that Extend chains and that an operator repeats after a restore; again if Extend fails.
	Changed func(domain.AuditEvent)
}

// NewAuditLog returns the audit log of the store.
func NewAuditLog(c AuditLogConfig) *AuditLog {
	return &AuditLog{
		store: c.Store, signer: c.Signer, anchors: c.Anchors, metrics: c.Metrics, now: c.Now, changed: c.Changed,
		known: new(atomic.Pointer[domain.AuditCheckpoint]),
	}
}

// knownCheckpoint returns the newest checkpoint that the database must contain, zero if none is known. It refuses an anchor that
// carries the name of a known key but not its signature: with it, the own chain would seem broken.
func (a *AuditLog) knownCheckpoint() (domain.AuditCheckpoint, error) {
	if a.known.Load() == nil {
		newest, err := a.anchors.Newest()
		if err != nil {
			return domain.AuditCheckpoint{}, err
		}
		if err := a.signer.Verify(newest); !newest.IsZero() && errors.Is(err, ports.ErrInvalidAuditSignature) {
			return domain.AuditCheckpoint{}, err
		}
		a.known.CompareAndSwap(nil, &newest)
	}
	return *a.known.Load(), nil
}

// remember makes c the known checkpoint unless a newer one is known. Call it after knownCheckpoint.
func (a *AuditLog) remember(c domain.AuditCheckpoint) {
	for {
		before := a.known.Load()
		later := laterCheckpoint(*before, c)
		if a.known.CompareAndSwap(before, &later) {
			return
		}
	}
}

// laterCheckpoint returns the checkpoint of the later segment, or with the higher number in the same one.
func laterCheckpoint(a, b domain.AuditCheckpoint) domain.AuditCheckpoint {
	if b.Segment > a.Segment || b.Segment == a.Segment && b.Number > a.Number {
		return b
	}
	return a
}
