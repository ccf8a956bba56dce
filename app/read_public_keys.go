package app

// ReadPublicKeys returns the JWK Set with which other services verify access tokens, as JSON.
func (a *Authentication) ReadPublicKeys() ([]byte, error) { return a.access.ReadPublicKeys() }
