package domain

import "time"

// ScopeExport counts the exports of one user's data.
const ScopeExport RateLimitScope = "export"

// ExportsPerHour is how many exports one user receives in an hour. An export reads all data of the user and is recorded, so without
// a limit one account could keep the database busy and fill the audit log.
const ExportsPerHour = 10

// Export returns the limit of a user's exports.
func (RateLimitPolicy) Export(user UserID) []RateLimit {
	return []RateLimit{{Scope: ScopeExport, Subject: string(user.ID[:]), Limit: ExportsPerHour, Window: time.Hour}}
}
