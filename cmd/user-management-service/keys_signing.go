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
	d, err := p.openDeployment(ctx)
	if err != nil {
		return err
	}
	defer d.store.Close()
	return do(newSigningKeys(Config{Settings: d.Settings, Now: d.now}, d.store))
}

// rotateSigningKey starts a rotation now.
func (p program) rotateSigningKey(ctx context.Context, _ []string) error {
	return p.onSigningKeys(ctx, func(keys *app.SigningKeys) error {
		k, err := keys.Rotate(ctx)
		if errors.Is(err, ports.ErrConflict) {
			return errors.New("another rotation started at the same moment; see keys status")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s is published and becomes active at %s\n", k.ID, formatTime(k.ActiveAt))
		return nil
	})
}

// dropSigningKey is for a key that may be compromised.
func (p program) dropSigningKey(ctx context.Context, args []string) error {
	return p.onSigningKeys(ctx, func(keys *app.SigningKeys) error {
		err := keys.Drop(ctx, args[0])
		if errors.Is(err, ports.ErrNotFound) {
			return fmt.Errorf("there is no signing key %q; see keys status", args[0])
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s was dropped; this service refuses its tokens within %v, other services once they fetch the JWK Set again\n",
			args[0], reloadKeysEvery)
		return nil
	})
}
