// Package memory keeps everything in memory. Its adapters pass the same suites as the real ones and stand in for them where
// a test is about something else.
package memory

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// Store is a ports.Store that forgets everything when the process ends. Make it with NewStore.
type Store struct {
	mu    sync.Mutex
	state *state
}

type state struct {
	users    map[domain.UserID]domain.User
	sessions map[domain.SessionID]domain.Session
	ends     map[domain.SessionID]domain.Revocation
	links    map[domain.SecretHash]domain.Link
	letters  []ports.Letter
	keys     []domain.SigningKey
	// spendings are what the throttle counts; disabled are the budgets that stay closed.
	spendings map[budgetKey]domain.Spending
	disabled  map[budgetKey]bool

	audit auditLog
}

func (s *state) clone() *state {
	return &state{
		users: maps.Clone(s.users), sessions: maps.Clone(s.sessions), ends: maps.Clone(s.ends), links: maps.Clone(s.links),
		letters: slices.Clone(s.letters), keys: slices.Clone(s.keys),
		spendings: maps.Clone(s.spendings), disabled: maps.Clone(s.disabled), audit: s.audit,
	}
}

// NewStore makes an empty store.
func NewStore() *Store {
	return &Store{state: &state{
		users:    map[domain.UserID]domain.User{},
		sessions: map[domain.SessionID]domain.Session{},
		ends:     map[domain.SessionID]domain.Revocation{},
		links:    map[domain.SecretHash]domain.Link{},

		spendings: map[budgetKey]domain.Spending{},
		disabled:  map[budgetKey]bool{},
	}}
}

// view is the store as one unit of work sees it: a transaction's own state, or the current one under the lock.
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
	return ports.Repos{Accounts: accounts{v}, Sessions: sessions{v}, Links: links{v}, Outbox: outbox{v}, Throttle: throttle{v}, Audit: audit{v}}
}

// Repos are the repositories outside a transaction.
func (s *Store) Repos() ports.Repos { return view{store: s}.repos() }

// InTx runs do twice, each time on a fresh copy of the state, to show up a closure that touches anything else.
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

// Ping always answers.
func (s *Store) Ping(context.Context) error { return nil }

// TakeLetters returns the letters that are due and forgets them, as a worker would.
func (s *Store) TakeLetters() []ports.Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := s.state.letters
	s.state.letters = nil
	return due
}

type outbox struct{ view }

func (o outbox) Enqueue(_ context.Context, l ports.Letter) error {
	return o.do(func(s *state) error {
		s.enqueue(l)
		return nil
	})
}

func (s *state) enqueue(l ports.Letter) { s.letters = append(s.letters, l) }
