package domain

// ScopeLink counts the passwords that are hashed for one mailed link.
const ScopeLink RateLimitScope = "link"

// LinkAttempts is how many passwords are hashed for one mailed link: wrong ones that are given with a verification link, and new ones
// of resets that do not succeed. The link is dead then. They count neither against the email address nor against other links, so
// that no client without the mailbox can spend them.
const LinkAttempts = 10

// Link returns the limit of a mailed link. Its window is not shorter than the life of a link.
func (RateLimitPolicy) Link(link SecretHash) []RateLimit {
	return []RateLimit{{Scope: ScopeLink, Subject: string(link[:]), Limit: LinkAttempts, Window: VerificationLifetime}}
}
