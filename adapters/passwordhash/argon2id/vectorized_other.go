//go:build !amd64

package argon2id

// vectorized returns nothing, because only amd64 has kernels.
func vectorized() []Implementation { return nil }
