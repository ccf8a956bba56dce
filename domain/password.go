package domain

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of a password, in code points after NFC. The minimum that a policy may set is that of NIST SP 800-63B-4
// section 3.1.1.2 for a password that is not the only factor; DefaultPasswordMinLength is what this service asks for.
const (
	PasswordMinLengthFloor   = 8
	DefaultPasswordMinLength = 12
	PasswordMaxLength        = 128
)

// Password is a password in clear, in NFC, on its way to a hash. It never prints itself.
type Password struct{ clear string }

// ParsePassword reads a password that somebody presents as proof. It asks for nothing but a possible length, since the
// rules may have changed after the password was chosen.
func ParsePassword(s string) (Password, error) {
	if s == "" {
		return Password{}, errRequired
	}
	if !utf8.ValidString(s) {
		return Password{}, invalid("invalid_password", "is not valid text")
	}
	clear := norm.NFC.String(s)
	if utf8.RuneCountInString(clear) > PasswordMaxLength {
		return Password{}, invalid("too_long", "is longer than 128 characters")
	}
	return Password{clear: clear}, nil
}

// Clear is the password itself, for a hasher.
func (p Password) Clear() string { return p.clear }

// String hides the password.
func (p Password) String() string { return "[password]" }

// GoString hides the password from %#v.
func (p Password) GoString() string { return p.String() }

// PasswordPolicy is what a new password must meet: a length, and nothing guessable. There are no composition rules
// (NIST SP 800-63B-4 section 3.1.1.2).
type PasswordPolicy struct {
	// MinLength is the least number of code points, PasswordMinLengthFloor or more.
	MinLength int
}

// Choose reads a new password of the person with that address and name. It refuses one that is too short or too long, is
// made of a few characters over and over, is hardly more than a very common one, or hardly more than the person's own name or
// address, and says why.
func (p PasswordPolicy) Choose(s string, email Email, name FullName) (Password, error) {
	chosen, err := ParsePassword(s)
	if err != nil {
		return Password{}, err
	}
	if utf8.RuneCountInString(chosen.clear) < p.MinLength {
		return Password{}, invalid("password_too_short", "is shorter than "+strconv.Itoa(p.MinLength)+" characters")
	}
	folded := simpleFold(chosen.clear)
	if unit := repeatedUnit(folded); utf8.RuneCountInString(unit) < PasswordMinLengthFloor {
		return Password{}, invalid("password_too_easy", "is a few characters over and over")
	}
	rest := folded
	for _, word := range contextWords(email, name) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if rest != folded && utf8.RuneCountInString(rest) < PasswordMinLengthFloor {
		return Password{}, invalid("password_too_easy", "is hardly more than the account's own name or email address")
	}
	if isCommon(folded) {
		return Password{}, invalid("password_too_common", "is, or is hardly more than, a password that very many people use")
	}
	return chosen, nil
}

// ErrPasswordBreached: the password was found in a breach of some service, and is tried wherever its user may have an account.
var ErrPasswordBreached = invalid("password_breached", "was found in a data breach of another service; choose one that you use nowhere else")

// contextWords are the words that an attacker tries first against this very account: the address, its parts, the name and
// its parts, and the service's own name, the longest first. Words of three letters or less are left out: they stand in many
// good passwords.
func contextWords(email Email, name FullName) []string {
	local, host, _ := cutLast(email.canonical, '@')
	words := []string{email.canonical, local, host, name.value, strings.ReplaceAll(name.value, " ", ""), "siriusys"}
	words = append(words, strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune(".+-_", r) })...)
	words = append(words, strings.Split(host, ".")...)
	words = append(words, strings.Fields(name.value)...)
	var long []string
	for _, w := range words {
		if utf8.RuneCountInString(w) > 3 {
			long = append(long, simpleFold(w))
		}
	}
	slices.SortFunc(long, func(a, b string) int { return len(b) - len(a) })
	return long
}

// repeatedUnit is the shortest piece that, over and over, makes s; s itself if it is not repetitive.
func repeatedUnit(s string) string {
	if s == "" {
		return s
	}
	// A string stands in its own double, behind the first byte, where its repetition begins.
	return s[:strings.Index((s + s)[1:], s)+1]
}

// PasswordHash is a password's hash as a PHC string, which names its own algorithm and parameters
// (https://github.com/P-H-C/phc-string-format). The zero value is the hash of no password.
type PasswordHash string

// String hides the hash, which is a secret too.
func (h PasswordHash) String() string { return "[password hash]" }

// GoString hides the hash from %#v.
func (h PasswordHash) GoString() string { return h.String() }
