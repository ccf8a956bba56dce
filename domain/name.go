package domain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FullNameMaxLength is the maximum length of a full name, in code points.
const FullNameMaxLength = 100

// FullName is a person's name in one string, in any script.
type FullName struct{ value string }

// ParseFullName normalizes s to NFC, trims it and reduces inner white space to single spaces. It refuses an empty name, more
// than FullNameMaxLength code points, the characters of isRefused, and a name without a letter that can be seen.
func ParseFullName(s string) (FullName, error) {
	if !utf8.ValidString(s) {
		return FullName{}, invalid("invalid_name", "is not valid UTF-8")
	}
	name := norm.NFC.String(strings.Join(strings.Fields(s), " "))
	if name == "" {
		return FullName{}, errRequired
	}
	if utf8.RuneCountInString(name) > FullNameMaxLength {
		return FullName{}, invalid("too_long", "is longer than 100 characters")
	}
	if refused := listPositions(s, func(_ int, r rune) bool { return isRefused(r) }); refused != "" {
		return FullName{}, invalid("invalid_name", invisibleText+refused)
	}
	if strings.IndexFunc(name, isVisible) < 0 {
		return FullName{}, invalid("invalid_name",
			"has no visible character, only "+listPositions(s, func(_ int, r rune) bool { return isIgnorable(r) }))
	}
	if strings.IndexFunc(name, isVisibleLetter) < 0 {
		return FullName{}, invalid("invalid_name", "must contain at least one letter")
	}
	return FullName{value: name}, nil
}

// RestoreFullName rebuilds a name that ParseFullName accepted when it was stored.
func RestoreFullName(s string) FullName { return FullName{value: s} }

// Value returns the name.
func (n FullName) Value() string { return n.value }

// Format hides the name.
func (FullName) Format(s fmt.State, _ rune) { hide(s, "[name]") }

func isVisible(r rune) bool { return !isIgnorable(r) && !unicode.IsSpace(r) }

// isVisibleLetter reports whether r is a letter, or may be one: a later Unicode than the compiler's assigned most of its new code
// points to letters.
func isVisibleLetter(r rune) bool { return isVisible(r) && unicode.In(r, unicode.L, unicode.Cn) }
