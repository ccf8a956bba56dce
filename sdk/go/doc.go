// Package accounts is the client of the User Management Service, the accounts of siriusys.com.
//
// A [Client] acts for one user on one device. It keeps the user's tokens in a [TokenStore], refreshes them when they expire and
// repeats requests that the service asks to repeat. Methods have the names of the operations in the service's contract.
//
// A response that is no success is a [*Problem]; find it with errors.As. [ErrNotLoggedIn] says that the user has to log in.
package accounts
