//go:build !linux

package passwordhash

// giveWay does nothing: only Linux gives each thread a priority of its own.
func giveWay() {}
