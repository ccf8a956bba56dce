//go:build !linux

package passwordhash

// lowerPriority does nothing, because only Linux has a priority per thread.
func lowerPriority() {}
