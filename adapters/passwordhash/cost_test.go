package passwordhash

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	someSalt = "AAAAAAAAAAAAAAAAAAAAAA"
	someTag  = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	content  = "$" + someSalt + "$" + someTag
	bcrypted = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
)

// The most that is common elsewhere: PHP, Symfony, Django, Caddy, argon2-cffi, RFC 9106 and OWASP's cheat sheet.
var affordableHashes = []string{
	"$argon2id$v=19$m=65536,t=4,p=1" + content,
	"$argon2id$v=19$m=65536,t=3,p=4" + content,
	"$argon2id$v=19$m=102400,t=2,p=8" + content,
	"$argon2i$v=19$m=65536,t=3,p=4" + content,
	"$argon2id$v=19$m=131072,t=3,p=1" + content,
	"$scrypt$ln=17,r=8,p=1" + content,
	"$scrypt$ln=16,r=8,p=2" + content,
	"$scrypt$ln=13,r=8,p=10" + content,
	"$2y$14$" + bcrypted,
	"$pbkdf2-sha256$i=2000000" + content,
	"$pbkdf2-sha512$210000" + content,
	"pbkdf2_sha256$1200000$saltsalt$" + someTag + "=",
}

// One parameter, or the product of several, is beyond the bound of memory or of time.
var costlyHashes = []string{
	"$argon2id$v=19$m=1048576,t=1,p=4" + content,
	"$argon2id$v=19$m=262144,t=20,p=1" + content,
	"$argon2id$v=19$m=131073,t=1,p=1" + content,
	"$argon2id$v=19$m=131072,t=4,p=1" + content,
	"$argon2id$v=19$m=65536,t=20,p=1" + content,
	"$argon2id$v=19$m=65536,t=1,p=17" + content,
	"$argon2id$v=19$m=8,t=99999999,p=1" + content,
	"$argon2id$v=19$m=99999999999999999999,t=1,p=1" + content,
	"$argon2id$v=19$m=65536,t=1,p=257" + content,
	"$argon2i$v=19$m=1048576,t=1,p=4" + content,
	"$argon2i$v=19$m=65536,t=20,p=1" + content,
	"$argon2i$v=19$m=4294967297,t=4294967297,p=1" + content,
	"$argon2i$v=19$m=65536,t=1,p=17" + content,
	"$argon2i$v=19$m=65536,t=1,p=257" + content,
	"$scrypt$ln=18,r=8,p=1" + content,
	"$scrypt$ln=17,r=9,p=1" + content,
	"$scrypt$ln=17,r=8,p=2" + content,
	"$scrypt$ln=14,r=8,p=99" + content,
	"$scrypt$ln=1,r=1073741823,p=1" + content,
	"$scrypt$ln=64,r=8,p=1" + content,
	"$scrypt$ln=4294967297,r=8,p=1" + content,
	"$2a$15$" + bcrypted,
	"$2b$31$" + bcrypted,
	"$pbkdf2-sha256$2000001" + content,
	"$pbkdf2$i=99999999999" + content,
	"pbkdf2_sha256$2000001$saltsalt$" + someTag + "=",
	// Each block of a result takes all iterations: here 4 of SHA-1.
	"$pbkdf2-sha1$1000000$" + someSalt + "$" + someTag + someTag,
}

func TestTheCostOfAnImportedHashIsBounded(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap, newPepper)
	for _, stored := range affordableHashes {
		if err := h.Recognize(domain.PasswordHash(stored)); err != nil {
			t.Errorf("%s: %v", stored, err)
		}
	}
	for _, stored := range costlyHashes {
		err := h.Recognize(domain.PasswordHash(stored))
		if !errors.Is(err, ports.ErrCostlyHash) || strings.Contains(err.Error(), someTag) {
			t.Errorf("%s: %v", stored, err)
		}
	}
}

// A hash that came into the table in another way than an import is not computed, and looks like that of no account.
func TestACostlyHashInTheTableCostsWhatTheDecoyCosts(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap, newPepper)
	for _, stored := range costlyHashes {
		parsed, err := h.parseOrDecoy(domain.PasswordHash(stored))
		if err != nil || parsed.cost() != argon2Cost(cheap) || isForeign(parsed) {
			t.Errorf("%s: costs %+v, %v", stored, parsed, err)
		}
	}
	p, err := domain.ParsePassword("man\u0303ana")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.Verify(context.Background(), anyone, p, domain.PasswordHash(costlyHashes[0])); err != nil || got.OK {
		t.Errorf("Verify returned %+v, %v", got, err)
	}
}

// The operator may have lowered the settings. A hash with a pepper is not imported from another system.
func TestCostlyHashesOfThisServiceAreVerifiedButNotImported(t *testing.T) {
	t.Parallel()
	costly := Params{Memory: 8, Time: 20, Threads: 1}
	own := newHasher(costly, newPepper).newPHC([]byte("saltsaltsaltsalt"))
	own.params.Memory, own.tag = 262144, []byte("0123456789abcdef0123456789abcdef")
	stored, h := domain.PasswordHash(own.String()), newHasher(cheap, newPepper)
	if parsed, err := h.parseOrDecoy(stored); err != nil || parsed.cost() != argon2Cost(own.params) {
		t.Errorf("parsed as %+v, %v", parsed, err)
	}
	if err := h.Recognize(stored); !errors.Is(err, ports.ErrCostlyHash) {
		t.Errorf("Recognize returned %v", err)
	}
	if err := newHasher(own.params, newPepper).Recognize(stored); err != nil {
		t.Errorf("with those parameters Recognize returned %v", err)
	}
}
