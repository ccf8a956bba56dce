package domain

import (
	"fmt"
	"time"
)

// EmailIndex is the keyed pseudonym of an email address's canonical form. Storage finds and compares email addresses by it,
// without knowing them.
type EmailIndex string

// Format hides the pseudonym, which is the same wherever the email address occurs.
func (EmailIndex) Format(s fmt.State, _ rune) { hide(s, "[email index]") }

// EmailIndexes are the pseudonyms of one email address under every key of the keyset, that of the primary key first. While
// keys rotate, a stored row may contain any of them.
type EmailIndexes []EmailIndex

// Primary is the pseudonym under the primary key, which new rows store.
func (x EmailIndexes) Primary() EmailIndex { return x[0] }

// User is a person's account, beginning with the signup. An email address has at most one verified account, and beside it at most
// MaxPendingSignups pending signups.
type User struct {
	ID           UserID
	Email        Email
	EmailIndex   EmailIndex
	FullName     FullName
	Residence    Residence
	PasswordHash PasswordHash
	// IsActive is false until the email address is verified, and while the account is deactivated.
	IsActive bool
	// IsTerminated is true once the account holder has terminated the account. The account then allows no login, unless the
	// account holder cancels the termination before the account is erased.
	IsTerminated bool
	VerifiedAt   time.Time // zero while the email address is not verified
	TerminatedAt time.Time // zero unless IsTerminated
	CreatedAt    time.Time
	UpdatedAt    time.Time
	// SignupNetwork is the keyed pseudonym of the wide network that signed up. It is empty once the email address is verified.
	SignupNetwork SignupNetwork
	// Version counts the changes, so that one of two concurrent changes does not overwrite the other.
	Version int64
}

// MaxPendingSignups is how many pending signups an email address has at most, at most one of them from a wide network. A further
// one replaces that of its network, else the oldest of the network that has most. So neither a flood of signups nor their number
// makes a verification expensive.
const MaxPendingSignups = 16

// SignupNetwork is the keyed pseudonym of a wide network among the signups of one email address.
type SignupNetwork string

// Format hides the pseudonym.
func (SignupNetwork) Format(s fmt.State, _ rune) { hide(s, "[network]") }

// Signup is the parsed input of a signup.
type Signup struct {
	Email     Email
	FullName  FullName
	Residence Residence
	Password  Password
}

// ParseSignup reads a signup's fields and returns every violation, as Errors.
func ParseSignup(policy PasswordPolicy, email, fullName, country, stateProvince, password string) (Signup, error) {
	var (
		s      Signup
		fields Fields
		err    error
	)
	s.Email, err = ParseEmail(email)
	fields.Check("email", err)
	s.FullName, err = ParseFullName(fullName)
	fields.Check("full_name", err)
	s.Residence, err = ParseResidence(country, stateProvince)
	fields.Check("country", err)
	s.Password, err = policy.Choose(password, s.Email, s.FullName)
	fields.Check("password", err)
	return s, fields.Err()
}

// Pending is the account of a pending signup. Its password allows a login only after the email address is verified.
// network is the SignupNetwork.
func (s Signup) Pending(id UserID, index EmailIndex, hash PasswordHash, network SignupNetwork, now time.Time) User {
	return User{
		ID: id, Email: s.Email, EmailIndex: index, FullName: s.FullName, Residence: s.Residence, PasswordHash: hash,
		CreatedAt: now, UpdatedAt: now, SignupNetwork: network, Version: 1,
	}
}

// CanLogIn reports whether the account allows a login: it is verified, not deactivated and not terminated.
func (u User) CanLogIn() bool { return u.IsActive && !u.IsTerminated && u.IsVerified() }

// Credentials are the data that a login is checked against. The zero value is that of an email address without an account.
type Credentials struct {
	UserID       UserID
	PasswordHash PasswordHash
	CanLogIn     bool // whether the account allows a login
}

// Credentials returns the user's credentials.
func (u User) Credentials() Credentials {
	return Credentials{UserID: u.ID, PasswordHash: u.PasswordHash, CanLogIn: u.CanLogIn()}
}

// IsVerified reports whether the account holder has proved control of the email address.
func (u User) IsVerified() bool { return !u.VerifiedAt.IsZero() }

// ProfileChange is a change of a user's profile; a nil field stays unchanged.
type ProfileChange struct {
	FullName      *string
	Country       *string
	StateProvince *string
}

var errNothingToChange = &Error{
	Kind: Invalid, Code: "nothing_to_change",
	Text: "The request changes nothing. Give at least one of full_name, country and state_province.",
}

// ChangeProfile returns the changed user, or every violation as Errors. A new country without a state_province is parsed with an
// empty one, since the old one belongs to another country. What is stored stays valid when a client sends it back.
func (u User) ChangeProfile(c ProfileChange, now time.Time) (User, error) {
	if c == (ProfileChange{}) {
		return User{}, errNothingToChange
	}
	var fields Fields
	if c.FullName != nil && *c.FullName != u.FullName.value {
		name, err := ParseFullName(*c.FullName)
		fields.Check("full_name", err)
		u.FullName = name
	}
	if country, state := u.residenceAfter(c); RestoreResidence(country, state) != u.Residence {
		residence, err := ParseResidence(country, state)
		fields.Check("country", err)
		u.Residence = residence
	}
	if err := fields.Err(); err != nil {
		return User{}, err
	}
	u.UpdatedAt = now
	return u, nil
}

func (u User) residenceAfter(c ProfileChange) (country, state string) {
	country, state = u.Residence.country, u.Residence.subdivision
	if c.Country != nil && *c.Country != country {
		country, state = *c.Country, ""
	}
	if c.StateProvince != nil {
		state = *c.StateProvince
	}
	return country, state
}
