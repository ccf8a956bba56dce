package app

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Promote returns the keyset with the added keys as primary keys. Errors: ErrReplicasLackKeys, ports.ErrNoNextKeys.
func (k *Keyset) Promote(ctx context.Context) (ports.Keyset, error) {
	replicas, err := k.running(ctx)
	if err != nil {
		return nil, err
	}
	next, lacking := k.keys.Keys().Names(domain.KeysetKeyNext), 0
	for _, r := range replicas {
		if !r.CanRead(next) {
			lacking++
		}
	}
	if lacking > 0 {
		return nil, fmt.Errorf("%d of %d %w", lacking, len(replicas), ErrReplicasLackKeys)
	}
	return k.keys.Promote(k.now())
}
