package domain

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Limits of an email address, in octets (RFC 5321, sections 4.5.3.1.1 to 4.5.3.1.3; the path's 256 include the brackets).
const (
	EmailMinLength      = 3
	EmailMaxLength      = 254
	emailLocalMaxLength = 64
)

// Email is an address of one plain local@domain. It knows two forms: the address as the user wrote it, to which mail
// goes, and the canonical form by which addresses are compared.
type Email struct {
	address   string
	canonical string
}

var (
	errEmailForm   = invalid("invalid_email", "is not an email address of the form name@example.com")
	errEmailLength = invalid("too_long", "is longer than 254 characters")
)

// ParseEmail trims s, normalises it to NFC and splits it at its last @. It accepts a dot-atom local part (RFC 5322
// section 3.2.3, RFC 6531 for letters beyond ASCII) and a domain name that IDNA maps to A-labels (RFC 5891). Quoted
// local parts, address literals, display names and lists are refused. It applies no provider's rules: dots and +tags count.
func ParseEmail(s string) (Email, error) {
	if !utf8.ValidString(s) {
		return Email{}, errEmailForm
	}
	address := norm.NFC.String(strings.TrimSpace(s))
	if address == "" {
		return Email{}, errRequired
	}
	if len(address) > EmailMaxLength {
		return Email{}, errEmailLength
	}
	local, host, found := cutLast(address, '@')
	if !found || !isDotAtom(local) || len(local) > emailLocalMaxLength {
		return Email{}, errEmailForm
	}
	ascii, err := asciiHost(host)
	if err != nil || !isMailDomain(ascii) {
		return Email{}, errEmailForm
	}
	folded := simpleFold(local)
	if len(folded) > emailLocalMaxLength {
		return Email{}, errEmailForm
	}
	canonical := folded + "@" + ascii
	if len(canonical) > EmailMaxLength {
		return Email{}, errEmailLength
	}
	return Email{address: address, canonical: canonical}, nil
}

// RestoreEmail rebuilds an address that ParseEmail accepted when it was stored.
func RestoreEmail(address string) Email {
	if e, err := ParseEmail(address); err == nil {
		return e
	}
	return Email{address: address, canonical: address}
}

// Address is the address as the user wrote it, trimmed and in NFC. Mail goes there.
func (e Email) Address() string { return e.address }

// Canonical is the form by which two addresses are the same: the domain as lower-case A-labels, the local part simple-folded.
func (e Email) Canonical() string { return e.canonical }

// IsZero reports whether e is no address at all.
func (e Email) IsZero() bool { return e.address == "" }

// String hides the address, so that it cannot slip into a log or an error.
func (e Email) String() string { return "[email]" }

// GoString hides the address from %#v.
func (e Email) GoString() string { return e.String() }

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// isDotAtom reports whether s is atoms of RFC 5322 atext, or of letters, marks and digits beyond ASCII, joined by single dots.
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.IndexFunc(atom, func(r rune) bool { return !isAtext(r) }) >= 0 {
			return false
		}
	}
	return true
}

func isAtext(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

var errAmbiguousHost = errors.New("lower-casing and UTS 46 read the host name differently")

// asciiHost lower-cases host and turns it into A-labels. A host with letters such as U+0130, which lower-casing and the
// mapping of UTS 46 take to different names, is refused: mail to it may go to either.
func asciiHost(host string) (string, error) {
	ascii, err := idna.Registration.ToASCII(strings.ToLower(host))
	if err != nil {
		return "", fmt.Errorf("turn a host name into A-labels: %w", err)
	}
	if mapped, err := idna.Lookup.ToASCII(host); err != nil || mapped != ascii {
		return "", errAmbiguousHost
	}
	return ascii, nil
}

// isMailDomain reports whether s is a host name of two labels or more whose last is no number, so that it is no address.
func isMailDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, label := range labels {
		if !isHostLabel(label) {
			return false
		}
	}
	return strings.IndexFunc(labels[len(labels)-1], func(r rune) bool { return r < '0' || r > '9' }) >= 0
}

func isHostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}) < 0
}

// simpleFold folds each rune's case (Unicode CaseFolding.txt, statuses C and S), so that two strings that differ only in
// case become equal. Runes without such a partner stay: U+0130 and U+0131, the Turkish i's, are not the Latin i. The result
// is NFC again.
func simpleFold(s string) string {
	folded := strings.Map(func(r rune) rune {
		if unicode.SimpleFold(r) == r {
			return r
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, s)
	return norm.NFC.String(folded)
}
