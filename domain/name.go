package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FullNameMaxLength is the most code points that a full name may have.
const FullNameMaxLength = 100

// FullName is what a person is called, in one piece, in any script.
type FullName struct{ value string }

// ParseFullName normalises s to NFC, trims it and folds inner white space to single spaces. It refuses an empty name,
// more than FullNameMaxLength code points, control and format characters, and a name without any letter.
func ParseFullName(s string) (FullName, error) {
	if !utf8.ValidString(s) {
		return FullName{}, invalid("invalid_name", "is not valid text")
	}
	name := norm.NFC.String(strings.Join(strings.Fields(s), " "))
	switch {
	case name == "":
		return FullName{}, errRequired
	case utf8.RuneCountInString(name) > FullNameMaxLength:
		return FullName{}, invalid("too_long", "is longer than 100 characters")
	case strings.IndexFunc(name, isUnseen) >= 0:
		return FullName{}, invalid("invalid_name", "has characters that cannot be seen")
	case strings.IndexFunc(name, unicode.IsLetter) < 0:
		return FullName{}, invalid("invalid_name", "has no letter")
	}
	return FullName{value: name}, nil
}

// RestoreFullName rebuilds a name that ParseFullName accepted when it was stored.
func RestoreFullName(s string) FullName { return FullName{value: s} }

// Value is the name itself.
func (n FullName) Value() string { return n.value }

// String hides the name, so that it cannot slip into a log or an error.
func (n FullName) String() string { return "[name]" }

// GoString hides the name from %#v.
func (n FullName) GoString() string { return n.String() }

// isUnseen reports control characters and format characters such as bidirectional overrides; the joiners that some
// scripts need (U+200C, U+200D) are seen.
func isUnseen(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.Is(unicode.C, r)
}
