// Package verifier checks access tokens of the User Management Service in other services (RFC 9068, RFC 6750).
//
// A Verifier checks tokens without a request to the service: it keeps the service's public keys and follows its feed of revoked
// sessions. Run keeps both current. A token is refused as soon as the feed has reported its session. While the feed is unreachable for
// longer than Config.MaxStaleness, Verify refuses all tokens, unless Config.FailOpen is set.
package verifier
