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

// Email is an email address of the plain form local@domain. It has two forms: the address as the user wrote it, to which
// messages are sent, and the canonical form, by which addresses are compared.
type Email struct {
	address   string
	canonical string
}

var (
	errEmailForm   = invalid("invalid_email", "is not an email address of the form name@example.com")
	errEmailLength = invalid("too_long", "is longer than 254 characters")

	errEmailReadings = invalid("invalid_email",
		"has a form that some mail systems read as another address, such as an encoded word or a route; give the plain address")
)

// ParseEmail trims s, normalizes it to NFC and splits it at its last @. It accepts a dot-atom local part (RFC 5322
// section 3.2.3, RFC 6531 for letters beyond ASCII) and a domain name that IDNA maps to A-labels (RFC 5891). Quoted
// local parts, address literals, display names and lists are refused, and so are the forms of hasOtherReading and characters that are
// invisible by themselves (RFC 8264 section 9.13). It applies no provider's rules: dots and +tags count.
func ParseEmail(s string) (Email, error) {
	e, err := ParseStoredEmail(s)
	if errors.Is(err, errRequired) || errors.Is(err, errEmailLength) {
		return Email{}, err
	}
	at := strings.LastIndexByte(s, '@')
	unseen := listPositions(s, func(i int, r rune) bool { return isRefused(r) || i < at && isIgnorable(r) })
	switch {
	case unseen != "" && utf8.ValidString(s):
		return Email{}, invalid("invalid_email", invisibleText+unseen)
	case err != nil:
		return Email{}, err
	}
	if local, _, _ := cutLast(e.address, '@'); hasOtherReading(local) {
		return Email{}, errEmailReadings
	}
	return e, nil
}

// ParseStoredEmail reads what ParseEmail accepts, and what it accepted before it refused forms with other readings: accounts may have such
// addresses. It is for requests that concern an account, not for new addresses.
func ParseStoredEmail(s string) (Email, error) {
	if !utf8.ValidString(s) {
		return Email{}, errEmailForm
	}
	local, host, found := cutLast(strings.TrimSpace(s), '@')
	local, host = normalizeLocal(local), norm.NFC.String(host)
	address := local + "@" + host
	if !found {
		address = local
	}
	if address == "" {
		return Email{}, errRequired
	}
	if len(address) > EmailMaxLength {
		return Email{}, errEmailLength
	}
	if !found || !isDotAtom(local) || len(local) > emailLocalMaxLength {
		return Email{}, errEmailForm
	}
	ascii, err := asciiHost(host)
	if err != nil || !isMailDomain(ascii) {
		return Email{}, errEmailForm
	}
	folded := foldLocal(local)
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
	if e, err := ParseStoredEmail(address); err == nil {
		return e
	}
	return Email{address: address, canonical: address}
}

// Address is the address as the user wrote it, trimmed and in NFC. Messages are sent to it.
func (e Email) Address() string { return e.address }

// Canonical is the form that equal addresses share: the domain as lower-case A-labels, the local part simple-folded.
func (e Email) Canonical() string { return e.canonical }

// IsZero reports whether e was never set.
func (e Email) IsZero() bool { return e.address == "" }

// Format hides the address.
func (Email) Format(s fmt.State, _ rune) { hide(s, "[email]") }

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// isDotAtom reports whether s consists of atoms joined by single dots. An atom contains the atext of RFC 5322 and letters,
// marks and digits beyond ASCII.
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
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || isFutureIdeograph(r)
}

// isFutureIdeograph reports whether r is reserved for an ideograph (planes 2 and 3), which a later Unicode than the compiler's may have
// assigned. Other code points must wait for a compiler that knows them: their case or normalization may change the canonical form.
func isFutureIdeograph(r rune) bool {
	return r>>16 >= 2 && r>>16 <= 3 && unicode.Is(unicode.Cn, r) && !isRefused(r)
}

var errAmbiguousHost = errors.New("lower-casing and UTS 46 map the host name to different names")

// asciiHost lower-cases host and converts it to A-labels. It refuses a host with letters such as U+0130, which lower-casing
// and the mapping of UTS 46 turn into different names: a mail server may send to either.
func asciiHost(host string) (string, error) {
	ascii, err := idna.Registration.ToASCII(strings.ToLower(host))
	if err != nil {
		return "", fmt.Errorf("convert a host name to A-labels: %w", err)
	}
	if mapped, err := idna.Lookup.ToASCII(host); err != nil || mapped != ascii {
		return "", errAmbiguousHost
	}
	return ascii, nil
}

// isMailDomain reports whether s is a host name of two labels or more. The last must not be a number, which excludes IP
// addresses.
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

// kelvinSign is canonically equivalent to K, and longS folds to s. They are the only characters beyond ASCII whose NFC or simple
// folding is ASCII. A mail server may deliver them to another mailbox, so a local part keeps them.
const (
	kelvinSign = "\u212a"
	longS      = "\u017f"
)

// normalizeLocal is the NFC of a local part, except that the Kelvin sign stays.
func normalizeLocal(s string) string {
	parts := strings.Split(s, kelvinSign)
	for i, part := range parts {
		parts[i] = norm.NFC.String(part)
	}
	return strings.Join(parts, kelvinSign)
}

// foldLocal folds the case of a local part. The Kelvin sign and the long s stay, as does the NFC.
func foldLocal(s string) string {
	var folded strings.Builder
	for _, r := range s {
		if c := string(r); c == kelvinSign || c == longS {
			folded.WriteString(c)
		} else {
			folded.WriteString(simpleFold(c))
		}
	}
	return normalizeLocal(folded.String())
}

// simpleFold folds each rune's case (Unicode CaseFolding.txt, statuses C and S), so that two strings that differ only in
// case become equal. Runes without a counterpart stay: U+0130 and U+0131, the Turkish i's, are not the Latin i. The result is
// NFC again.
func simpleFold(s string) string {
	folded := strings.Map(func(r rune) rune {
		if unicode.SimpleFold(r) == r {
			return r
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, s)
	return norm.NFC.String(folded)
}
