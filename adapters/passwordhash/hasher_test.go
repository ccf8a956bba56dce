package passwordhash

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

var cheap = Params{Memory: 64, Time: 1, Threads: 1}

func newHasher(params Params, peppers ...Pepper) *Hasher {
	return New(Config{Params: params, Implementation: argon2id.Available()[0], Peppers: peppers, Concurrency: 2, Queue: 64})
}

var (
	oldPepper = Pepper{ID: "old", Key: []byte("key of the old pepper, 32 bytes.")}
	newPepper = Pepper{ID: "new", Key: []byte("key of the new pepper, 32 bytes.")}
)

// imported are hashes of other systems. The costly one is made of its password, with more iterations than are allowed.
var imported = porttest.ImportedHashes{
	Hash: func(password string) domain.PasswordHash {
		made, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			panic(err)
		}
		return domain.PasswordHash(made)
	},
	Costly: func(password string) domain.PasswordHash {
		salt := []byte("saltsaltsaltsalt")
		tag, err := pbkdf2.Key(sha256.New, password, salt, 2_000_001, sha256.Size)
		if err != nil {
			panic(err)
		}
		return domain.PasswordHash("$pbkdf2-sha256$2000001$" + b64.EncodeToString(salt) + "$" + b64.EncodeToString(tag))
	},
}

func TestHasher(t *testing.T) {
	t.Parallel()
	costlier := Params{Memory: 128, Time: 2, Threads: 1}
	for name, stale := range map[string]*Hasher{
		"other parameters": newHasher(costlier, newPepper),
		"another pepper":   newHasher(cheap, oldPepper),
		"without a pepper": newHasher(cheap),
		"a rotated keyset": newHasher(cheap, oldPepper, newPepper),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			porttest.PasswordHasher(t, newHasher(cheap, newPepper, oldPepper), stale, imported)
		})
	}
}

// The hash is from the reference implementation's test suite (P-H-C/phc-winner-argon2, test.c, version 0x13).
func TestTheReferenceImplementationsHashMatches(t *testing.T) {
	t.Parallel()
	const reference = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	p, err := domain.ParsePassword("password")
	if err != nil {
		t.Fatal(err)
	}
	got, err := newHasher(cheap).Verify(context.Background(), domain.HashWaiter{}, p, reference)
	if err != nil || !got.OK || !got.Outdated {
		t.Errorf("Verify returned %+v, %v; want OK and Stale", got, err)
	}
}

func TestAHashContainsOnlyTheNameOfItsPepper(t *testing.T) {
	t.Parallel()
	p, _ := domain.ParsePassword("correct horse battery staple")
	h, err := newHasher(cheap, newPepper).Hash(context.Background(), domain.HashWaiter{}, p)
	if err != nil || !strings.HasPrefix(string(h), "$argon2id$v=19$m=64,t=1,p=1,keyid=bmV3$") {
		t.Fatalf("Hash returned %q, %v", string(h), err)
	}
	if _, err := newHasher(cheap, oldPepper).Verify(context.Background(), domain.HashWaiter{}, p, h); !errors.Is(err, errUnknownPepper) {
		t.Errorf("Verify without the pepper returned %v, want errUnknownPepper", err)
	}
}

// The decoy costs as much as a hash. The test compares memory, which affects the time most. It uses the generic implementation,
// which allocates memory for each hash, so that it can be counted.
func TestTheDecoyCostsAsMuchAsAHash(t *testing.T) { //nolint:paralleltest // it counts the allocations of the whole process
	h := New(Config{Params: Params{Memory: 8192, Time: 1, Threads: 1}, Concurrency: 2, Queue: 64})
	decoy, err := parse(string(h.decoy))
	if err != nil || decoy.params != h.params || len(decoy.salt) != saltSize || len(decoy.tag) != tagSize {
		t.Errorf("decoy: %+v, %v", decoy, err)
	}
	p, _ := domain.ParsePassword("correct horse battery staple")
	stored, err := h.Hash(context.Background(), domain.HashWaiter{}, p)
	if err != nil {
		t.Fatal(err)
	}
	ofHash := allocated(t, func() (ports.Match, error) { return h.Verify(context.Background(), domain.HashWaiter{}, p, stored) })
	ofDecoy := allocated(t, func() (ports.Match, error) { return h.Verify(context.Background(), domain.HashWaiter{}, p, "") })
	if ofDecoy < ofHash*9/10 || ofHash < 8<<20 {
		t.Errorf("a hash allocates %d bytes, the decoy %d", ofHash, ofDecoy)
	}
}

func allocated(t *testing.T, verify func() (ports.Match, error)) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := verify(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestEveryImplementationVerifiesTheHashesOfTheOthers(t *testing.T) {
	t.Parallel()
	p, err := domain.ParsePassword("correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	var hashers []*Hasher
	for _, i := range argon2id.Available() {
		hashers = append(hashers, New(Config{Params: cheap, Implementation: i, Concurrency: 1, Queue: 64}))
	}
	for i, maker := range hashers {
		made, err := maker.Hash(context.Background(), domain.HashWaiter{}, p)
		if err != nil {
			t.Fatal(err)
		}
		for j, verifier := range hashers {
			if got, err := verifier.Verify(context.Background(), domain.HashWaiter{}, p, made); err != nil || !got.OK || got.Outdated {
				t.Errorf("the hash of implementation %d, verified by implementation %d: %+v, %v", i, j, got, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=64,t=1,p=1,keyid=bmV3$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2i$v=19$m=1,t=1,p=1$AA$AA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parse(s)
		if err != nil {
			return
		}
		if p.params.Memory > maxMemory || p.params.Time > maxTime || p.params.Threads > maxThreads {
			t.Fatalf("accepted %+v", p.params)
		}
		if p.String() != s {
			t.Fatalf("%q became %q", s, p)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	p, _ := domain.ParsePassword("correct horse battery staple")
	for _, params := range []Params{DefaultParams, {Memory: 47104, Time: 1, Threads: 1}} {
		b.Run(fmt.Sprintf("m=%d,t=%d", params.Memory, params.Time), func(b *testing.B) {
			h := newHasher(params, newPepper)
			for b.Loop() {
				if _, err := h.Hash(context.Background(), domain.HashWaiter{}, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
