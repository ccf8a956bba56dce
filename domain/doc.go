// Package domain holds the rules of a user account: what a valid address, name, residence or password is, how a
// session lives and ends, and the errors a client may see. It does no I/O, reads no clock and draws no random number.
package domain
