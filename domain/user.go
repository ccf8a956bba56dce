package domain

import "time"

// EmailIndex is the keyed pseudonym of an address's canonical form. Addresses are found and compared by it, so that
// storage need not know them.
type EmailIndex string

// String hides the pseudonym: it is the same wherever the address is.
func (i EmailIndex) String() string { return "[email index]" }

// GoString hides the pseudonym from %#v.
func (i EmailIndex) GoString() string { return i.String() }

// EmailIndexes are the pseudonyms of one address under every key in use, the current key's first. While keys rotate, storage
// may know the address by any of them.
type EmailIndexes []EmailIndex

// Current is the pseudonym that is stored: the one under the current key.
func (x EmailIndexes) Current() EmailIndex { return x[0] }

// User is a person's account, from the signup on. Several users may share an address as long as none of them is verified.
type User struct {
	ID           UserID
	Email        Email
	EmailIndex   EmailIndex
	FullName     FullName
	Residence    Residence
	PasswordHash PasswordHash
	// IsActive is false until the address is verified, and again while the account is deactivated.
	IsActive bool
	// IsTerminated is true once the owner has ended the account. It then never signs in again, unless its owner reverses
	// that before it is erased.
	IsTerminated bool
	VerifiedAt   time.Time // zero while the address is not verified
	TerminatedAt time.Time // zero unless IsTerminated
	CreatedAt    time.Time
	UpdatedAt    time.Time
	// Version counts the changes, so that two changes made at once do not undo each other.
	Version int64
}

// Signup is what somebody signs up with, every part of it parsed.
type Signup struct {
	Email     Email
	FullName  FullName
	Residence Residence
	Password  Password
}

// ParseSignup reads a signup's fields and reports every faulty one, as Errors.
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

// Pending is the account of a signup whose address is not verified yet. Its password lives only once that happens.
func (s Signup) Pending(id UserID, index EmailIndex, hash PasswordHash, now time.Time) User {
	return User{
		ID: id, Email: s.Email, EmailIndex: index, FullName: s.FullName, Residence: s.Residence, PasswordHash: hash,
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
}

// CanSignIn reports whether the account may open a session: verified, not deactivated, not terminated.
func (u User) CanSignIn() bool { return u.IsActive && !u.IsTerminated && u.IsVerified() }

// Credentials are what a login is checked against. The zero value is an address without account.
type Credentials struct {
	UserID       UserID
	PasswordHash PasswordHash
	Usable       bool // whether the account may open a session
}

// Credentials are those of the user.
func (u User) Credentials() Credentials {
	return Credentials{UserID: u.ID, PasswordHash: u.PasswordHash, Usable: u.CanSignIn()}
}

// IsVerified reports whether the owner has proven to receive mail at the address.
func (u User) IsVerified() bool { return !u.VerifiedAt.IsZero() }

// ProfileChange is what a user asks to change; nil leaves a part as it is.
type ProfileChange struct {
	FullName      *string
	Country       *string
	StateProvince *string
}

var errNothingToChange = &Error{Kind: Invalid, Code: "nothing_to_change", Text: "Give at least one of full_name, country and state_province."}

// ChangeProfile returns the user with the change made, or every faulty field as Errors. A new country without a
// state_province is read with none, since the old one lies elsewhere.
func (u User) ChangeProfile(c ProfileChange, now time.Time) (User, error) {
	if c == (ProfileChange{}) {
		return User{}, errNothingToChange
	}
	var fields Fields
	if c.FullName != nil {
		name, err := ParseFullName(*c.FullName)
		fields.Check("full_name", err)
		u.FullName = name
	}
	if c.Country != nil || c.StateProvince != nil {
		residence, err := ParseResidence(u.residenceAfter(c))
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
