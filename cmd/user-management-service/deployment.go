package main

import (
	"context"
	"errors"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
)

// deployment is an open database and the keyset that its data is encrypted with.
type deployment struct {
	Settings
	keyset *tink.Keyset
	store  *postgres.Store
	// now is the clock that the replicas follow.
	now func() time.Time
}

// openDeployment opens the database of DATABASE_URL with the keyset of the settings. Close its store.
func (p program) openDeployment(ctx context.Context) (deployment, error) {
	s, err := readSettings(p.environ)
	if err != nil {
		return deployment{}, err
	}
	return s.open(ctx)
}

// openDeploymentWith opens the database of DATABASE_URL with the keyset in a file. Close its store.
func (p program) openDeploymentWith(ctx context.Context, path string) (deployment, error) {
	s, err := readSettings(p.environ)
	if err != nil {
		return deployment{}, err
	}
	s.KeysetFile, s.Keyset = path, ""
	return s.open(ctx)
}

func (s Settings) open(ctx context.Context) (deployment, error) {
	keyset, err := readKeyset(s)
	if s.directURL() == "" {
		err = errors.Join(err, errors.New("DATABASE_URL is not set"))
	}
	if err == nil && keyset == nil {
		err = errors.New("set one of KEYSET_FILE and KEYSET")
	}
	if err != nil {
		return deployment{}, err
	}
	store, err := postgres.Open(ctx, s.directURL(), keyset.Sealer())
	if err != nil {
		return deployment{}, err
	}
	clock := newSharedClock(newMachineClock())
	measured, err := measureClock(ctx, store, clock)
	if err == nil {
		err = clock.start(measured)
	}
	if err != nil {
		store.Close()
		return deployment{}, err
	}
	return deployment{Settings: s, keyset: keyset, store: store, now: clock.Now}, nil
}
