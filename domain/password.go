package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits of a password, in code points after NFC. PasswordMinLengthFloor is the lowest minimum that a policy may set: that of
// NIST SP 800-63B-4, section 3.1.1.2, for a password that is not the only factor.
const (
	PasswordMinLengthFloor   = 8
	DefaultPasswordMinLength = 12
	PasswordMaxLength        = 128
)

// PasswordAttemptMaxLength is the limit of the password of an attempt, in code points after NFC. It is that of other systems, from
// which accounts with their passwords are imported: Symfony and Django accept at most 4096.
const PasswordAttemptMaxLength = 4096

// Password is a password in clear, for a hasher.
type Password struct {
	clear string // in NFC
	// received is the text as it came; empty if that is clear.
	received string
}

// ParsePassword reads the password of an attempt. It checks only that the text is UTF-8 of a possible length, since other rules
// may have applied when the password was chosen: earlier ones, or those of another system.
func ParsePassword(s string) (Password, error) { return parsePassword(s, PasswordAttemptMaxLength) }

// ParseChosenPassword reads a password that is or will be chosen at this service. It checks what ParsePassword does, but allows
// only PasswordMaxLength.
func ParseChosenPassword(s string) (Password, error) { return parsePassword(s, PasswordMaxLength) }

func parsePassword(s string, maxLength int) (Password, error) {
	if s == "" {
		return Password{}, errRequired
	}
	if !utf8.ValidString(s) {
		return Password{}, invalid("invalid_password", "is not valid UTF-8")
	}
	p := Password{clear: norm.NFC.String(s)}
	if utf8.RuneCountInString(p.clear) > maxLength {
		return Password{}, invalid("too_long", "is longer than "+strconv.Itoa(maxLength)+" characters")
	}
	if p.clear != s {
		p.received = s
	}
	return p, nil
}

// Clear returns the password itself, in NFC, for a hasher.
func (p Password) Clear() string { return p.clear }

// AsReceived returns the password in the normal form in which it came. Other systems may have hashed it like that.
func (p Password) AsReceived() string { return cmp.Or(p.received, p.clear) }

// Format hides the password.
func (Password) Format(s fmt.State, _ rune) { hide(s, "[password]") }

// PasswordPolicy sets the rules for new passwords: a minimum length, and no predictable passwords. There are no composition
// rules (NIST SP 800-63B-4, section 3.1.1.2).
type PasswordPolicy struct {
	// MinLength is the minimum number of code points, at least PasswordMinLengthFloor.
	MinLength int
}

// Choose reads a new password of the user with that email address and name. It refuses a password that is too short or too
// long, repeats a few characters, or is little more than a common password, than the user's name or email address, or than common
// words, sequences, dates and neighboring keys. The error says why.
func (p PasswordPolicy) Choose(s string, email Email, name FullName) (Password, error) {
	chosen, err := ParseChosenPassword(s)
	if err != nil {
		return Password{}, err
	}
	if utf8.RuneCountInString(chosen.clear) < p.MinLength {
		return Password{}, invalid("password_too_short", "is shorter than "+strconv.Itoa(p.MinLength)+" characters")
	}
	folded := simpleFold(chosen.clear)
	if unit := repeatedUnit(folded); utf8.RuneCountInString(unit) < PasswordMinLengthFloor {
		return Password{}, invalid("password_too_easy", "repeats a few characters; choose a less predictable one")
	}
	rest := folded
	for _, word := range contextWords(email, name) {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if rest != folded && utf8.RuneCountInString(rest) < PasswordMinLengthFloor {
		return Password{}, invalid("password_too_easy",
			"is too similar to the name or email address of the account; choose a less predictable one")
	}
	if isCommon(folded) {
		return Password{}, invalid("password_too_common", "is too similar to a common password; choose a less predictable one")
	}
	if passwordEffort(folded) < PasswordMinLengthFloor {
		return Password{}, invalid("password_too_easy",
			"consists of common words, sequences, dates or neighboring keys; choose a less predictable one")
	}
	return Password{clear: chosen.clear}, nil
}

// ErrPasswordBreached: the password appears in a data breach of a service. Attackers try such passwords at other services.
var ErrPasswordBreached = invalid("password_breached", "appears in a known data breach; choose one that you use nowhere else")

// contextWords are the words that an attacker tries first against this account, the longest first: the email address, the
// name, the parts of both, and the service's name. Words of three characters or fewer are left out, since many good
// passwords contain them.
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

// repeatedUnit is the shortest string whose repetition is s; s itself if it does not repeat.
func repeatedUnit(s string) string {
	if s == "" {
		return s
	}
	// In s+s, after the first byte, s occurs first at the length of its unit.
	return s[:strings.Index((s + s)[1:], s)+1]
}

// PasswordHash is a password's hash as a PHC string, which names its own algorithm and parameters
// (https://github.com/P-H-C/phc-string-format). The zero value matches no password.
type PasswordHash string

// Format hides the hash, which is also a secret.
func (PasswordHash) Format(s fmt.State, _ rune) { hide(s, "[password hash]") }
