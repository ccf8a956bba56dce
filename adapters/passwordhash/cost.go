package passwordhash

import (
	"errors"
	"math"
)

// cost is what the verification of one password costs.
type cost struct {
	memory  float64 // bytes
	seconds float64 // of one core
}

// maxCost bounds a hash that another system made: who can import it, and who then knows the email address, must not make a login
// arbitrarily expensive. The memory is also the bound for all such hashes that are computed concurrently (pool.free).
var maxCost = cost{memory: 128 * mebi, seconds: 1}

const (
	kibi = 1 << 10
	mebi = 1 << 20
)

// Seconds of one core, of the portable implementations on a server of 2026, measured and rounded up. The largest costs that maxCost
// allows are then: 500 MiB times passes for Argon2; 200 MiB, as 128*N*r*p, for scrypt; 14 for bcrypt; 2,000,000 iterations for PBKDF2.
const (
	argon2PerMebi     = 2e-3
	scryptPerMebi     = 5e-3
	bcryptPerRound    = 60e-6
	pbkdf2PerIterated = 500e-9
)

var errCostlyHash = errors.New("the stored hash costs more than the service allows")

func (c cost) exceeds(limit cost) bool { return c.memory > limit.memory || c.seconds > limit.seconds }

// affordable returns the hash of another system, or errCostlyHash.
func affordable(h storedHash) (storedHash, error) {
	if h.cost().exceeds(maxCost) {
		return nil, errCostlyHash
	}
	return h, nil
}

func argon2Cost(p Params) cost {
	memory := float64(p.Memory) * kibi
	return cost{memory: memory, seconds: memory / mebi * float64(p.Time) * argon2PerMebi}
}

// scryptCost is that of N = 2^ln (RFC 7914, section 2).
func scryptCost(ln, r, p int) cost {
	memory := math.Ldexp(128*float64(r), ln)
	return cost{memory: memory, seconds: memory / mebi * float64(p) * scryptPerMebi}
}

func bcryptCost(rounds int) cost { return cost{seconds: math.Ldexp(bcryptPerRound, rounds)} }

// pbkdf2Cost is that of a tag of so many blocks (RFC 8018, section 5.2).
func pbkdf2Cost(iterations, blocks int) cost {
	return cost{seconds: float64(iterations) * float64(blocks) * pbkdf2PerIterated}
}
