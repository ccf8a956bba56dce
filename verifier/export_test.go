package verifier

import "time"

// What the tests of the other package use.
const (
	UnknownKeyInterval = unknownKeyInterval
	MaxKnownTokens     = maxKnownTokens
)

// NewAt is New with another clock.
func NewAt(c Config, now func() time.Time) (*Verifier, error) { return newVerifier(c, now) }

// Fill revokes n sessions with these ids.
func (v *Verifier) Fill(n int, id func() [16]byte) {
	for range n {
		if err := v.revocations.add(id(), v.now(), v.now()); err != nil {
			panic(err)
		}
	}
}
