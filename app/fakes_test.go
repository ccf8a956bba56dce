package app_test

import (
	"context"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// hasher counts hashes and verifications. A test can make it fail and can act between a hash and its use.
type hasher struct {
	memory.Hasher
	hashed, verified int
	err, notReady    error
	afterHash        func() // runs once, between the next hash and its use
	afterVerify      func() // runs once, between the next verification and the use of its result
}

func (h *hasher) Ready(domain.HashWaiter) error { return h.notReady }

func (h *hasher) Hash(ctx context.Context, w domain.HashWaiter, p domain.Password) (domain.PasswordHash, error) {
	if h.err != nil {
		return "", h.err
	}
	h.hashed++
	hash, err := h.Hasher.Hash(ctx, w, p)
	runOnce(&h.afterHash)
	return hash, err
}

func (h *hasher) Verify(
	ctx context.Context, w domain.HashWaiter, p domain.Password, stored domain.PasswordHash,
) (ports.Match, error) {
	if h.err != nil {
		return ports.Match{}, h.err
	}
	h.verified++
	match, err := h.Hasher.Verify(ctx, w, p, stored)
	runOnce(&h.afterVerify)
	return match, err
}

func (h *hasher) HashWithSalt(
	ctx context.Context, w domain.HashWaiter, p domain.Password, salt []byte,
) (domain.PasswordHash, error) {
	if h.err != nil {
		return "", h.err
	}
	h.hashed++
	hash, err := h.Hasher.HashWithSalt(ctx, w, p, salt)
	runOnce(&h.afterHash)
	return hash, err
}

func (h *hasher) VerifyAny(
	ctx context.Context, w domain.HashWaiter, p domain.Password, hashes []domain.PasswordHash,
) (index int, match ports.Match, err error) {
	if h.err != nil {
		return -1, ports.Match{}, h.err
	}
	before := h.Count()
	index, match, err = h.Hasher.VerifyAny(ctx, w, p, hashes)
	h.verified += h.Count() - before
	runOnce(&h.afterVerify)
	return index, match, err
}

func runOnce(hook *func()) {
	if act := *hook; act != nil {
		*hook = nil
		act()
	}
}

// cost returns the hashes and verifications of act.
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

func (a failingSignUp) SignUp(
	context.Context, domain.User, domain.EmailIndexes, string, domain.AuditEvent, ports.MessageRequest,
) error {
	return a.err
}
