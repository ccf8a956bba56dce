// Package domain contains the rules of user accounts: valid email addresses, names, residences and passwords, sessions and
// tokens, rate limits, the audit chain, and the errors that clients see. It does no I/O and reads no clock. Time and entropy
// are arguments.
package domain
