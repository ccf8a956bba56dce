package argon2id

import (
	"errors"
	"math"
	"testing"
)

func TestEveryAvailableImplementationIsProven(t *testing.T) {
	t.Parallel()
	forEachImplementation(t, func(t *testing.T, i Implementation) {
		if got, err := Proven(i); err != nil || got.String() != i.String() {
			t.Errorf("Proven returned %s, %v", got, err)
		}
	})
}

// portable is a correct implementation from the generic steps of BLAKE2b's round (RFC 9106, section 3.6), so that the tests that
// break an implementation run on every processor.
func portable() Implementation {
	fill := func(out, prev, ref *block) {
		var r block
		for w := range r {
			r[w] = prev[w] ^ ref[w]
		}
		z := r
		for n := range 8 {
			permute(&z, func(w int) int { return 16*n + w })
		}
		for n := range 8 {
			permute(&z, func(w int) int { return 2*n + w/2*16 + w%2 })
		}
		for w := range out {
			out[w] = z[w] ^ r[w]
		}
	}
	fillXor := func(out, prev, ref *block) {
		var filled block
		fill(&filled, prev, ref)
		for w := range out {
			out[w] ^= filled[w]
		}
	}
	return Implementation{name: "portable", kernel: kernel{fill: fill, fillXor: fillXor}}
}

// permute is the permutation P of 16 words.
func permute(b *block, at func(int) int) {
	for _, g := range [][4]int{
		{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15}, {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14},
	} {
		mix(&b[at(g[0])], &b[at(g[1])], &b[at(g[2])], &b[at(g[3])])
	}
}

func mix(a, b, c, d *uint64) {
	for _, rotations := range [][2]int{{32, 24}, {16, 63}} {
		*a += *b + 2*uint64(uint32(*a))*uint64(uint32(*b))
		*d = rotateRight(*d^*a, rotations[0])
		*c += *d + 2*uint64(uint32(*c))*uint64(uint32(*d))
		*b = rotateRight(*b^*c, rotations[1])
	}
}

func rotateRight(n uint64, by int) uint64 { return n>>by | n<<(64-by) }

func TestThePortableImplementationIsProven(t *testing.T) {
	t.Parallel()
	if _, err := Proven(portable()); err != nil {
		t.Error(err)
	}
}

// An implementation that errs in one bit, only when it overwrites blocks, or only after the reference hash, is not used.
func TestABrokenImplementationIsReplacedByTheGenericOne(t *testing.T) {
	t.Parallel()
	correct := portable()
	flip := func(fill func(out, prev, ref *block), from, to int) func(out, prev, ref *block) {
		calls := -1
		return func(out, prev, ref *block) {
			fill(out, prev, ref)
			if calls++; from <= calls && calls < to {
				out[blockWords-1] ^= 1
			}
		}
	}
	const all, reference = math.MaxInt, 2 * referenceSize // fill is called less often for the reference hash
	for name, broken := range map[string]kernel{
		"a bit of each block":                {fill: flip(correct.fill, 0, all), fillXor: correct.fillXor},
		"a bit of each overwritten block":    {fill: correct.fill, fillXor: flip(correct.fillXor, 0, all)},
		"overwrites instead of XOR":          {fill: correct.fill, fillXor: correct.fill},
		"errs only after the reference hash": {fill: flip(correct.fill, reference, all), fillXor: correct.fillXor},
		"errs only in the reference hash":    {fill: flip(correct.fill, 0, 1), fillXor: correct.fillXor},
	} {
		got, err := Proven(Implementation{name: "broken", kernel: broken})
		if !errors.Is(err, ErrWrongHash) || got.String() != generic || got.fill != nil {
			t.Errorf("%s: Proven returned %s, %v", name, got, err)
		}
	}
}

func BenchmarkProven(b *testing.B) {
	for _, i := range Available() {
		b.Run(i.String(), func(b *testing.B) {
			for b.Loop() {
				if _, err := Proven(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
