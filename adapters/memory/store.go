// Package memory contains the fakes of the ports. They store everything in memory and pass the same suites as the real adapters.
// Tests of other packages use them in place of the real ones.
package memory

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Store is a ports.Store that exists only in memory. Make it with NewStore.
type Store struct {
	mu    sync.Mutex
	state *state
}

type state struct {
	users       map[domain.UserID]domain.User
	sessions    map[domain.SessionID]domain.Session
	revocations map[domain.SessionID]domain.Revocation
	devices     map[domain.KnownDevice]time.Time // when each was last used
	links       map[domain.SecretHash]domain.Link
	messages    []ports.MessageRequest
	keys        []domain.SigningKey
	// counters are those of the rate limits.
	counters map[counterKey]domain.Counter

	histories  map[historyKey]domain.MessageHistory
	unverified unverified

	calls map[string]storedCall // by id

	audit auditLog
}

func (s *state) clone() *state {
	return &state{
		users: maps.Clone(s.users), sessions: maps.Clone(s.sessions), devices: maps.Clone(s.devices),
		revocations: maps.Clone(s.revocations), links: maps.Clone(s.links),
		messages: slices.Clone(s.messages), keys: slices.Clone(s.keys),
		counters: maps.Clone(s.counters), audit: s.audit,
		histories: maps.Clone(s.histories), unverified: s.unverified.clone(), calls: maps.Clone(s.calls),
	}
}

// NewStore makes an empty Store.
func NewStore() *Store {
	return &Store{state: &state{
		users:       map[domain.UserID]domain.User{},
		sessions:    map[domain.SessionID]domain.Session{},
		revocations: map[domain.SessionID]domain.Revocation{},
		devices:     map[domain.KnownDevice]time.Time{},
		links:       map[domain.SecretHash]domain.Link{},

		counters: map[counterKey]domain.Counter{},

		histories:  map[historyKey]domain.MessageHistory{},
		unverified: unverified{networks: map[string]unverifiedNetwork{}},
		calls:      map[string]storedCall{},
	}}
}

// view is the store as one unit of work sees it: the state of a transaction, or else the current one, under the lock.
type view struct {
	store *Store
	tx    *state
}

func (v view) do(act func(*state) error) error {
	if v.tx != nil {
		return act(v.tx)
	}
	v.store.mu.Lock()
	defer v.store.mu.Unlock()
	return act(v.store.state)
}

func (v view) repos() ports.Repos {
	return ports.Repos{
		Accounts: accounts{v}, Sessions: sessions{v}, Links: links{v}, Outbox: outbox{v}, RateLimits: rateLimits{v}, Audit: audit{v},
		MessageSpacing: messageSpacing{v}, UnverifiedQueue: unverifiedQueue{v}, IdempotentCalls: idempotentCalls{v},
	}
}

// Repos returns the repositories outside a transaction.
func (s *Store) Repos() ports.Repos { return view{store: s}.repos() }

// InTx runs do twice, each time on a copy of the state, so that a side effect of do happens twice and a test notices it.
func (s *Store) InTx(ctx context.Context, do func(ctx context.Context, r ports.Repos) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = do(ctx, view{store: s, tx: s.state.clone()}.repos())
	tx := s.state.clone()
	if err := do(ctx, view{store: s, tx: tx}.repos()); err != nil {
		return err
	}
	s.state = tx
	return nil
}

// Ping returns nil.
func (s *Store) Ping(context.Context) error { return nil }

// TakeMessages removes the messages that are due and returns them, as a worker would.
func (s *Store) TakeMessages() []ports.MessageRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.state.messages
	s.state.messages = nil
	return due
}

type outbox struct{ view }

func (o outbox) Enqueue(_ context.Context, m ports.MessageRequest) error {
	return o.do(func(s *state) error {
		s.enqueue(m)
		return nil
	})
}

func (s *state) enqueue(m ports.MessageRequest) { s.messages = append(s.messages, m) }
