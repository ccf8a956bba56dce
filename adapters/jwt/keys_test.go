package jwt_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/jwt"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// signedAt returns a token issued at a time, and the kid of its key.
func signedAt(t *testing.T, tokens *jwt.AccessTokens, at time.Time) (token string, kid any) {
	t.Helper()
	c := claims
	c.IssuedAt, c.ExpiresAt = at, at.Add(5*time.Minute)
	token, err := tokens.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	header, _ := parts(t, token)
	return token, header["kid"]
}

func TestANewKeyBecomesActiveOnTime(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	second.ActiveAt = now.Add(time.Hour)
	tokens := newTokens(t, second, first)
	for _, tt := range []struct {
		at   time.Time
		want domain.SigningKey
	}{{now, first}, {second.ActiveAt.Add(-time.Second), first}, {second.ActiveAt, second}} {
		token, kid := signedAt(t, tokens, tt.at)
		if kid != tt.want.ID {
			t.Errorf("the token of %v is signed with %v, want %v", tt.at, kid, tt.want.ID)
		}
		for _, later := range []time.Duration{0, 5*time.Minute - time.Second} {
			if _, err := tokens.Verify(token, tt.at.Add(later)); err != nil {
				t.Errorf("the token of %v, %v later: %v", tt.at, later, err)
			}
		}
	}
	// A replica whose clock is ahead signs with the second key while the first is still active here.
	early, _ := signedAt(t, tokens, second.ActiveAt)
	if _, err := tokens.Verify(early, second.ActiveAt.Add(-5*time.Second)); err != nil {
		t.Errorf("a token of a key that becomes active in five seconds: %v", err)
	}
}

func TestARemovedKeyVerifiesNothingAndIsNotPublished(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	c := config
	c.Policy.Overlap = time.Minute
	first.ActiveAt, second.ActiveAt = now.Add(-time.Hour), now.Add(-time.Minute+1)
	c.Keys = storeOf(t, second, first)
	at := now
	c.Now = func() time.Time { return at }
	tokens, err := jwt.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	token, kid := signedAt(t, tokens, second.ActiveAt.Add(-1))
	if kid != first.ID {
		t.Fatalf("signed with %v", kid)
	}
	if _, err := tokens.Verify(token, now); err != nil {
		t.Errorf("before its key is removed: %v", err)
	}
	wantPublished(t, tokens, second, first)
	at = at.Add(1)
	if _, err := tokens.Verify(token, at); !errors.Is(err, domain.ErrInvalidAccessToken) {
		t.Errorf("after its key is removed: %v", err)
	}
	if err := tokens.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantPublished(t, tokens, second)
}

func wantPublished(t *testing.T, tokens *jwt.AccessTokens, keys ...domain.SigningKey) {
	t.Helper()
	b, err := tokens.ReadPublicKeys()
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Keys []struct {
			Kid string `json:"kid"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, k := range set.Keys {
		got = append(got, k.Kid)
	}
	for _, k := range keys {
		want = append(want, k.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

// countingStore counts the reads of the keys. While broken is set, they fail.
type countingStore struct {
	ports.SigningKeys
	reads  atomic.Int64
	broken atomic.Bool
}

func (c *countingStore) List(ctx context.Context) ([]domain.SigningKey, error) {
	c.reads.Add(1)
	if c.broken.Load() {
		return nil, errors.New("broken")
	}
	return c.SigningKeys.List(ctx)
}

func TestATokenOfAnotherReplicasNewKeyIsAcceptedImmediately(t *testing.T) {
	t.Parallel()
	first, second := newKey(t), newKey(t)
	keys := storeOf(t, first)
	tokens, ahead := openTokens(t, keys), newTokens(t, second)
	if err := keys.Add(context.Background(), second, first.ID); err != nil {
		t.Fatal(err)
	}
	token, _ := signedAt(t, ahead, now)
	results := make(chan error, 20)
	for range cap(results) { // concurrently, so that all but one wait for the read that one causes
		go func() {
			_, err := tokens.Verify(token, now)
			results <- err
		}()
	}
	for range cap(results) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

func TestUnknownKeysCauseFewReads(t *testing.T) {
	t.Parallel()
	keys := &countingStore{SigningKeys: storeOf(t, newKey(t))}
	tokens, others := openTokens(t, keys), newTokens(t, newKey(t))
	token, _ := signedAt(t, others, now)
	began := time.Now()
	for range 1000 {
		if _, err := tokens.Verify(token, now); !errors.Is(err, domain.ErrInvalidAccessToken) {
			t.Fatal(err)
		}
	}
	// Open causes the first read; then there is one every 5 seconds, however long this machine takes.
	if most := 2 + int64(time.Since(began)/(5*time.Second)); keys.reads.Load() > most {
		t.Errorf("%d reads in %v", keys.reads.Load(), time.Since(began))
	}
}

func TestOpenRequiresValidKeys(t *testing.T) {
	t.Parallel()
	c := config
	c.Keys = storeOf(t)
	if _, err := jwt.Open(context.Background(), c); err == nil {
		t.Error("a store without keys was accepted")
	}
	short := newKey(t)
	short.Seed = short.Seed[:31]
	c.Keys = storeOf(t, short)
	if _, err := jwt.Open(context.Background(), c); err == nil {
		t.Error("a short key was accepted")
	}
}

func TestKeysStayInUseAfterAFailedReload(t *testing.T) {
	t.Parallel()
	keys := &countingStore{SigningKeys: storeOf(t, newKey(t))}
	tokens := openTokens(t, keys)
	keys.broken.Store(true)
	if err := tokens.Reload(context.Background()); err == nil {
		t.Error("Reload returned nil")
	}
	token, _ := signedAt(t, tokens, now)
	if _, err := tokens.Verify(token, now); err != nil {
		t.Error(err)
	}
}
