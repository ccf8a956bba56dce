package app_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// hasher is a cheap ports.PasswordHasher that counts what it did and can be made to fail, to age and to be overtaken.
type hasher struct {
	parameters       int // of the hashes that it makes now
	hashed, verified int
	err              error
	afterHash        func() // runs once, between the next hash and what is done with it
}

func (h *hasher) Hash(_ context.Context, p domain.Password) (domain.PasswordHash, error) {
	if h.err != nil {
		return "", h.err
	}
	h.hashed++
	made := domain.PasswordHash(fmt.Sprintf("$cheap$%d$%d$%x", h.parameters, h.hashed, sha256.Sum256([]byte(p.Clear()))))
	if then := h.afterHash; then != nil {
		h.afterHash = nil
		then()
	}
	return made, nil
}

func (h *hasher) Verify(_ context.Context, p domain.Password, stored domain.PasswordHash) (match ports.Match, err error) {
	if h.err != nil {
		return ports.Match{}, h.err
	}
	h.verified++
	match.OK = strings.HasSuffix(string(stored), fmt.Sprintf("$%x", sha256.Sum256([]byte(p.Clear()))))
	match.Stale = match.OK && !strings.HasPrefix(string(stored), fmt.Sprintf("$cheap$%d$", h.parameters))
	return match, nil
}

// cost counts the hashes and verifications of act.
func (h *hasher) cost(act func()) (hashed, verified int) {
	hashed, verified = h.hashed, h.verified
	act()
	return h.hashed - hashed, h.verified - verified
}

// accessTokens is a ports.AccessTokens whose tokens are numbers.
type accessTokens struct {
	signed map[string]domain.AccessClaims
}

func (a *accessTokens) Sign(c domain.AccessClaims) (string, error) {
	token := fmt.Sprintf("access-%d", len(a.signed))
	a.signed[token] = c
	return token, nil
}

func (a *accessTokens) Verify(token string, now time.Time) (domain.AccessClaims, error) {
	c, ok := a.signed[token]
	if !ok || !now.Before(c.ExpiresAt) {
		return domain.AccessClaims{}, domain.ErrInvalidAccessToken
	}
	return c, nil
}

func (a *accessTokens) PublicKeys() ([]byte, error) { return []byte(`{"keys":[]}`), nil }

// mac is a ports.MAC of one key.
type mac struct{}

func (mac) Tag(purpose string, message []byte) ([]byte, error) {
	h := hmac.New(sha256.New, []byte("key of "+purpose))
	h.Write(message)
	return h.Sum(nil), nil
}

func (m mac) Verify(purpose string, message, tag []byte) bool {
	want, err := m.Tag(purpose, message)
	return err == nil && hmac.Equal(want, tag)
}

// failingStore is a store whose transactions fail.
type failingStore struct {
	ports.Store
	err error
}

func (s failingStore) InTx(context.Context, func(context.Context, ports.Repos) error) error {
	return s.err
}
