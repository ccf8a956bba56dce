//go:build !amd64

package argon2id

// vectorized: there are kernels for amd64 only.
func vectorized() []Implementation { return nil }
