package verifier_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
)

const keysPath = "/.well-known/jwks.json"

// A key that the verifier does not know yet is read with the first token that it signed, once for all concurrent tokens.
func TestANewKeyIsReadWithItsFirstToken(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.clock.advance(verifier.UnknownKeyInterval)
	f.service.RotateKey()
	token := f.service.Token()
	f.eventually("the feed is fresh", func() bool { return f.Health().Err == nil })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { f.want(token, nil) })
	}
	all.Wait()
	if n := f.service.Requests(keysPath); n != 2 {
		t.Errorf("%d reads of the keys, want 2", n)
	}
}

func TestUnknownKeysCauseOneReadInTenSeconds(t *testing.T) {
	t.Parallel()
	f := start(t)
	h, p := f.service.Parts()
	unknown := func(n int) string { return f.service.Sign(with(h, "kid", session(n)), p) }
	for step := range 3 {
		for n := range 100 {
			f.want(unknown(100*step+n), verifier.ErrInvalidToken)
		}
		if n := f.service.Requests(keysPath); n != 1+step {
			t.Errorf("%d reads after %d steps of 10 s", n, step)
		}
		f.clock.advance(verifier.UnknownKeyInterval)
	}
}

// A token of a removed key is refused, also a known one.
func TestARemovedKeyVerifiesNothing(t *testing.T) {
	t.Parallel()
	f := start(t)
	old := f.service.Token()
	f.want(old, nil)
	f.service.RotateKey()
	f.want(old, nil) // the set is cached
	f.clock.advance(verifier.UnknownKeyInterval)
	f.eventually("the token of the new key is accepted", func() bool { return f.verify(f.service.Token()) == nil })
	f.want(old, verifier.ErrInvalidToken)
}

func TestKeysOutliveAnOutage(t *testing.T) {
	t.Parallel()
	f := start(t, func(c *verifier.Config) { c.FailOpen = true })
	h, p := f.service.Parts()
	unknown := f.service.Sign(with(h, "kid", "new"), p)
	f.service.Stop()
	f.clock.advance(time.Minute)
	f.want(unknown, verifier.ErrUnavailable) // the service may have the key
	f.want(f.service.Token(), nil)
	if n := f.service.Requests(keysPath); n != 2 {
		t.Errorf("%d reads, want 2", n)
	}
	f.want(unknown, verifier.ErrUnavailable)
	f.service.Resume()
	f.clock.advance(verifier.UnknownKeyInterval)
	f.want(unknown, verifier.ErrInvalidToken)
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	// With several ready cases select may also read the keys. That ends too.
	if _, err := f.Verify(ctx, f.service.Token()); !errors.Is(err, context.Canceled) && !errors.Is(err, verifier.ErrUnavailable) {
		t.Error(err)
	}
}
