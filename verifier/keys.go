package verifier

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	keysPath = "/.well-known/jwks.json"
	// unknownKeyInterval is the minimum time between a read of the keys and one that an unknown kid causes, however many tokens with
	// unknown keys arrive.
	unknownKeyInterval = 10 * time.Second
	// maxKeySetSize is in bytes. The service's set has a few hundred.
	maxKeySetSize = 256 << 10
)

// keySet contains public keys by kid. It does not change.
type keySet struct{ byID map[string]ed25519.PublicKey }

func (s *keySet) find(kid string) (ed25519.PublicKey, bool) {
	if s == nil {
		return nil, false
	}
	key, ok := s.byID[kid]
	return key, ok
}

// parseKeySet reads a JWK Set (RFC 7517). It ignores keys of other types and uses, which a later version of the service may add.
func parseKeySet(body []byte) (*keySet, error) {
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, fmt.Errorf("decode the JWK Set: %w", err)
	}
	s := &keySet{byID: map[string]ed25519.PublicKey{}}
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(raw) != nil {
			continue
		}
		public, ok := key.Key.(ed25519.PublicKey)
		if !ok || key.KeyID == "" || key.Use != "" && key.Use != "sig" || key.Algorithm != "" && key.Algorithm != string(jose.EdDSA) {
			continue
		}
		s.byID[key.KeyID] = public
	}
	if len(s.byID) == 0 {
		return nil, errors.New("the JWK Set has no Ed25519 key for signatures")
	}
	return s, nil
}

// keys is the service's JWK Set as it was last read. After a failed read the previous one stays in use. It is safe for concurrent use.
type keys struct {
	remote  remote
	now     func() time.Time
	current atomic.Pointer[keySet]

	reading chan struct{} // holds a value while a goroutine reads, and guards what follows
	last    time.Time
	err     error // of the last read
}

func newKeys(r remote, now func() time.Time) *keys {
	return &keys{remote: r, now: now, reading: make(chan struct{}, 1)}
}

// find returns the key with that kid. If there is none it reads the set, but not again within unknownKeyInterval. Concurrent callers
// wait for the same read.
// Errors: ErrInvalidToken if the service has no such key; ErrUnavailable if the service cannot be asked; ctx's.
func (k *keys) find(ctx context.Context, kid string) (ed25519.PublicKey, error) {
	if key, ok := k.current.Load().find(kid); ok {
		return key, nil
	}
	select {
	case k.reading <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-k.reading }()
	if _, ok := k.current.Load().find(kid); !ok && (k.last.IsZero() || k.now().Sub(k.last) >= unknownKeyInterval) {
		// A caller that gives up must not fail the read for the others.
		_, _ = k.read(context.WithoutCancel(ctx))
	}
	if key, ok := k.current.Load().find(kid); ok {
		return key, nil
	}
	if k.err != nil {
		return nil, fmt.Errorf("%w: unknown key: %w", ErrUnavailable, k.err)
	}
	return nil, invalid("signed with an unknown key")
}

// refresh reads the set, and returns how long it may be cached.
func (k *keys) refresh(ctx context.Context) (time.Duration, error) {
	select {
	case k.reading <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { <-k.reading }()
	return k.read(ctx)
}

func (k *keys) read(ctx context.Context) (cacheable time.Duration, err error) {
	k.last = k.now()
	defer func() { k.err = err }()
	body, header, err := k.remote.get(ctx, keysPath, maxKeySetSize)
	if err != nil {
		return 0, fmt.Errorf("read the public keys: %w", err)
	}
	set, err := parseKeySet(body)
	if err != nil {
		return 0, err
	}
	k.current.Store(set)
	return cacheTime(header), nil
}

// run keeps the set current until ctx is cancelled.
func (k *keys) run(ctx context.Context, report func(error)) {
	for ctx.Err() == nil {
		wait, err := k.refresh(ctx)
		if err != nil {
			wait = unknownKeyInterval
		}
		if ctx.Err() == nil {
			report(err)
		}
		sleep(ctx, jittered(wait))
	}
}

// count returns the number of keys in use.
func (k *keys) count() int {
	if set := k.current.Load(); set != nil {
		return len(set.byID)
	}
	return 0
}
