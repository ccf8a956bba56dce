package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/ports"
)

// onSigningKeys runs do on the database's signing keys.
func (p program) onSigningKeys(ctx context.Context, do func(*app.SigningKeys) error) error {
	v, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer v.store.Close()
	return do(newSigningKeys(Config{Settings: v.Settings, Now: now}, v.store))
}

// rotateSigningKey begins a rotation now.
func (p program) rotateSigningKey(ctx context.Context, _ []string) error {
	return p.onSigningKeys(ctx, func(keys *app.SigningKeys) error {
		k, err := keys.Rotate(ctx)
		if errors.Is(err, ports.ErrConflict) {
			return errors.New("somebody else rotated at the same moment; see keys status")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s is published and signs from %s on\n", k.ID, k.SignsAt.Format("2006-01-02 15:04:05Z"))
		return nil
	})
}

// dropSigningKey is for a key that somebody else may know.
func (p program) dropSigningKey(ctx context.Context, args []string) error {
	return p.onSigningKeys(ctx, func(keys *app.SigningKeys) error {
		err := keys.Drop(ctx, args[0])
		if errors.Is(err, ports.ErrNotFound) {
			return fmt.Errorf("there is no signing key %q; see keys status", args[0])
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s is gone; this service refuses its tokens within %v, others once they read the JWK Set anew\n", args[0], reloadKeysEvery)
		return nil
	})
}
