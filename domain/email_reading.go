package domain

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hasOtherReading reports whether a dot-atom local part has a form that some mail programs, gateways or libraries decode or route to
// another mailbox, possibly of another domain:
//
//   - an encoded word, =?utf-8?q?a?= (RFC 2047 section 2; section 5 forbids it in an address, but many decode it)
//   - the percent hack, user%host or user%host%relay (RFC 1123 section 5.2.16)
//   - percent-encoding, a%40b (RFC 3986 section 2.1, for mailto links RFC 6068)
//   - a bang path, host!user (RFC 976 section 2.1)
//   - an X.400 address, /S=doe/G=ada/ (RFC 2156), and what sendmail and Postfix (aliases(5)) take for a file or a program: /file and
//     |program
//   - UTF-7, +AEA- (RFC 2152), and the variant of IMAP, &AEA- (RFC 3501 section 5.1.3)
//
// Further forms of this kind are no dot-atoms and thus refused already: quoted local parts and escapes (RFC 5322 sections 3.2.4 and
// 3.2.1), comments (section 3.2.2), source routes (RFC 5321 appendix C), group syntax (RFC 5322 section 3.4), address literals (RFC
// 5321 section 4.1.3), DECnet's host::user. Only the forms are refused, not their characters: RFC 5322 allows =, ?, %, !, + and & in an
// atom, and +tags are common.
func hasOtherReading(local string) bool {
	return hasEncodedWord(local) || hasPercentHack(local) || hasBangPath(local) || strings.IndexAny(local, "/|") == 0 || hasUTF7(local)
}

func hasEncodedWord(local string) bool {
	_, rest, found := strings.Cut(local, "=?")
	return found && strings.Contains(rest, "?=")
}

// hasPercentHack reports whether a percent sign is followed by what may be a host name or an octet, or ends the local part.
func hasPercentHack(local string) bool {
	for i, r := range local {
		if r != '%' {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(local[i+1:]); i+1 == len(local) || unicode.IsLetter(next) || unicode.IsDigit(next) {
			return true
		}
	}
	return false
}

// hasBangPath reports whether an exclamation mark follows what may be a host name.
func hasBangPath(local string) bool {
	for i, r := range local {
		if last, _ := utf8.DecodeLastRuneInString(local[:i]); r == '!' && (unicode.IsLetter(last) || unicode.IsDigit(last)) {
			return true
		}
	}
	return false
}

// hasUTF7 reports whether a shifted sequence decodes to a Latin character. Without the hyphen that ends a sequence it must be one that
// an atom cannot contain, so that an ordinary +TAG is not refused.
func hasUTF7(local string) bool {
	for i, r := range local {
		if r != '+' && r != '&' {
			continue
		}
		shifted := local[i+1:]
		rest := strings.TrimLeft(shifted, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
		units, err := base64.RawStdEncoding.Strict().DecodeString(shifted[:len(shifted)-len(rest)])
		if err != nil || len(units)%2 != 0 {
			continue
		}
		for j := 0; j < len(units); j += 2 {
			if units[j] == 0 && (strings.HasPrefix(rest, "-") || !isAtext(rune(units[j+1]))) {
				return true
			}
		}
	}
	return false
}
