package app_test

import (
	"context"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// hasher tells hashes from verifications, and can be made to fail and to be overtaken.
type hasher struct {
	memory.Hasher
	hashed, verified int
	err, notReady    error
	afterHash        func() // runs once, between the next hash and what is done with it
	afterVerify      func() // the same for the next verification
}

func (h *hasher) Ready() error { return h.notReady }

func (h *hasher) Hash(ctx context.Context, p domain.Password) (domain.PasswordHash, error) {
	if h.err != nil {
		return "", h.err
	}
	h.hashed++
	made, err := h.Hasher.Hash(ctx, p)
	runOnce(&h.afterHash)
	return made, err
}

func (h *hasher) Verify(ctx context.Context, p domain.Password, stored domain.PasswordHash) (ports.Match, error) {
	if h.err != nil {
		return ports.Match{}, h.err
	}
	h.verified++
	match, err := h.Hasher.Verify(ctx, p, stored)
	runOnce(&h.afterVerify)
	return match, err
}

func runOnce(hook *func()) {
	if act := *hook; act != nil {
		*hook = nil
		act()
	}
}

// cost counts the hashes and verifications of act.
func (h *hasher) cost(act func()) (hashed, verified int) {
	hashed, verified = h.hashed, h.verified
	act()
	return h.hashed - hashed, h.verified - verified
}

// failingStore is a store whose transactions and signups fail.
type failingStore struct {
	ports.Store
	err error
}

func (s failingStore) InTx(context.Context, func(context.Context, ports.Repos) error) error {
	return s.err
}

func (s failingStore) Repos() ports.Repos {
	r := s.Store.Repos()
	r.Accounts = failingSignUp{r.Accounts, s.err}
	return r
}

type failingSignUp struct {
	ports.Accounts
	err error
}

func (a failingSignUp) SignUp(context.Context, domain.User, domain.AuditEvent, ports.Letter) error {
	return a.err
}
