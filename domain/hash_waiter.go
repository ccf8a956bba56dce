package domain

// HashWaiter is on whose behalf a password hash waits in the queue: a client without a known device in a network, or an account and
// the network that its client is in. The queue is shared out fairly among networks, and in each among its accounts: accounts cost an
// attacker nothing, networks do.
type HashWaiter struct {
	// IsKnown: the client has a known device, a session or a link from the mailbox of the account.
	IsKnown bool
	// Network is the keyed pseudonym of the client's WideNetwork.
	Network string
	// Account identifies the account if IsKnown; else it is empty.
	Account string
}

// HashWaiter returns on whose behalf the password of the attempt is hashed.
func (a PasswordAttempt) HashWaiter() HashWaiter {
	w := HashWaiter{IsKnown: !a.Device.IsZero(), Network: a.WideNetwork()}
	if w.IsKnown {
		w.Account = a.Account
	}
	return w
}
