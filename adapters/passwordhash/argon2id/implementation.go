package argon2id

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Implementation computes hashes with certain instructions. All implementations compute the same hashes. The zero value is the
// generic one, golang.org/x/crypto/argon2.
type Implementation struct {
	name string
	kernel
}

const generic = "generic"

// String is the implementation's name: avx512, avx2 or generic.
func (i Implementation) String() string {
	if i.name == "" {
		return generic
	}
	return i.name
}

// Available returns the implementations that this processor supports, the fastest first. The last is the generic one.
func Available() []Implementation { return append(vectorized(), Implementation{}) }

// Auto is the name that Named accepts for the fastest available implementation.
const Auto = "auto"

// names are the names that Named knows, also of implementations that this processor does not support.
var names = []string{Auto, "avx512", "avx2", generic}

var (
	// ErrUnknown: no implementation has that name. The text lists the valid names.
	ErrUnknown = errors.New("must be one of " + strings.Join(names, ", "))
	// ErrUnavailable: this processor does not support the implementation.
	ErrUnavailable = errors.New("needs instructions that this processor does not have")
)

// Named finds an implementation by its name. Its error is ErrUnknown or ErrUnavailable.
func Named(name string) (Implementation, error) { return named(name, Available()) }

func named(name string, available []Implementation) (Implementation, error) {
	if name == Auto {
		return available[0], nil
	}
	if n := slices.IndexFunc(available, func(i Implementation) bool { return i.String() == name }); n >= 0 {
		return available[n], nil
	}
	if slices.Contains(names, name) {
		return Implementation{}, fmt.Errorf("%s %w", name, ErrUnavailable)
	}
	return Implementation{}, ErrUnknown
}
