package accounts

import (
	"context"
	"time"
)

// Tokens are what a client keeps of one user on one device. The zero value is that of a new device.
type Tokens struct {
	Access           Secret
	AccessExpiresAt  time.Time
	Refresh          Secret
	RefreshExpiresAt time.Time
	// Device stays when the user logs out. It grants no access: it keeps wrong passwords of other clients from delaying logins.
	Device Secret
}

// loggedOut is what remains when the session has ended.
func (t Tokens) loggedOut() Tokens { return Tokens{Device: t.Device} }

// TokenStore keeps the tokens. Several clients, also of several processes, may share what one store keeps.
type TokenStore interface {
	// Load returns what was stored last, or the zero value if nothing was.
	Load(ctx context.Context) (Tokens, error)
	// Update passes the stored tokens to change and stores durably what it returns, unless it returns an error, which Update
	// returns. No other Update of the same tokens runs in the meantime. It waits for its turn until the context ends.
	Update(ctx context.Context, change func(Tokens) (Tokens, error)) error
}

// MemoryStore keeps tokens until the process ends.
type MemoryStore struct {
	turn   chan struct{} // contains an element while an Update runs
	tokens chan Tokens   // contains the tokens
}

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore {
	s := &MemoryStore{turn: make(chan struct{}, 1), tokens: make(chan Tokens, 1)}
	s.tokens <- Tokens{}
	return s
}

// Load returns the tokens.
func (s *MemoryStore) Load(context.Context) (Tokens, error) {
	tokens := <-s.tokens
	s.tokens <- tokens
	return tokens, nil
}

// Update changes the tokens.
func (s *MemoryStore) Update(ctx context.Context, change func(Tokens) (Tokens, error)) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	tokens, _ := s.Load(ctx)
	changed, err := change(tokens)
	if err != nil {
		return err
	}
	<-s.tokens
	s.tokens <- changed
	return nil
}
