package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Remove returns the keyset without an old key on which nothing depends. First it records the removal in the audit log and signs the
// record with the primary key: a verification accepts checkpoints of the removed key only with this record. If the caller fails to
// store the keyset, it can call Remove again. Errors: ErrKeyInUse, ports.ErrKeyNotOld.
func (k *Keyset) Remove(ctx context.Context, name string) (ports.Keyset, error) {
	without, err := k.keys.Remove(name)
	if err != nil {
		return nil, err
	}
	uses, err := k.uses(ctx)
	if err != nil {
		return nil, err
	}
	if use := uses[name]; use.IsNeeded() {
		return nil, fmt.Errorf("%s %w: %s", name, ErrKeyInUse, use)
	}
	if err := k.recordRemoval(ctx, name); err != nil {
		return nil, err
	}
	return without, nil
}

func (k *Keyset) recordRemoval(ctx context.Context, name string) error {
	e := domain.AuditEvent{ID: k.newID(), At: k.now(), Kind: domain.AuditKeysetKeyRemoved, KeyID: name}
	if err := k.audit.Record(ctx, e); err != nil {
		return fmt.Errorf("record the removal of a key: %w", err)
	}
	if err := k.extendAuditChain(ctx); err != nil {
		return err
	}
	newest, err := k.audit.ListNewestCheckpoints(ctx, 1)
	if err != nil {
		return fmt.Errorf("find the newest checkpoint of the audit log: %w", err)
	}
	for _, c := range newest {
		if c.Signature.Key == name || c.HasTag() && k.keys.TaggedBy(c.Signature.Value) == name {
			return fmt.Errorf("%s %w: it signed the newest checkpoint of the audit log; run keys re-encrypt", name, ErrKeyInUse)
		}
	}
	return nil
}
