package passwordhash

import (
	"context"
	"fmt"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// sharedHash is what hashes have in common that one computation verifies: everything but the tag. A hash of another system shares
// with no other one.
type sharedHash struct {
	parsed storedHash
	tagOf  map[int][]byte // by the hash's index in the caller's list; empty for a hash of another system
	first  int
}

// VerifyAny finds the first of the hashes whose password p is. It computes one hash for each distinct salt, and all of them even
// after a match, so that the time does not show which one matched.
func (h *Hasher) VerifyAny(
	ctx context.Context, w domain.HashWaiter, p domain.Password, hashes []domain.PasswordHash,
) (index int, match ports.Match, err error) {
	if len(hashes) == 0 {
		_, err := h.Verify(ctx, w, p, "")
		return -1, ports.Match{}, err
	}
	groups, err := h.groupBySalt(hashes)
	if err != nil {
		return -1, ports.Match{}, err
	}
	index = -1
	for _, g := range groups {
		found := -1
		err := h.run(ctx, w, g.parsed, func(m *argon2id.Memory) { found = g.find(p, m) })
		if err != nil {
			return -1, ports.Match{}, err
		}
		if found < 0 || index >= 0 && index < found {
			continue
		}
		index, match = found, ports.Match{OK: true, Outdated: h.isOutdated(g.parsed)}
	}
	return index, match, nil
}

// groupBySalt puts hashes together that one computation verifies, in the order of their first members.
func (h *Hasher) groupBySalt(hashes []domain.PasswordHash) ([]*sharedHash, error) {
	var groups []*sharedHash
	byKey := map[string]*sharedHash{}
	for i, stored := range hashes {
		parsed, err := h.parseOrDecoy(stored)
		if err != nil {
			return nil, err
		}
		own, isOwn := parsed.(ownHash)
		if !isOwn || isForeign(parsed) {
			groups = append(groups, &sharedHash{parsed: parsed, first: i})
			continue
		}
		key := fmt.Sprintf("%v %q %x %d", own.params, own.keyID, own.salt, len(own.tag))
		if byKey[key] == nil {
			byKey[key] = &sharedHash{parsed: parsed, first: i, tagOf: map[int][]byte{}}
			groups = append(groups, byKey[key])
		}
		byKey[key].tagOf[i] = own.tag
	}
	return groups, nil
}

// find computes the hash once and returns the index of the first member that it equals, or -1.
func (g *sharedHash) find(p domain.Password, m *argon2id.Memory) int {
	own, isOwn := g.parsed.(ownHash)
	if !isOwn || isForeign(g.parsed) {
		if isPassword(g.parsed, p, m) {
			return g.first
		}
		return -1
	}
	computed, found := own.hasher.compute([]byte(p.Clear()), own.phc, m), -1
	for i, tag := range g.tagOf {
		if isEqual(computed, tag) && (found < 0 || i < found) {
			found = i
		}
	}
	return found
}
