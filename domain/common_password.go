package domain

import (
	_ "embed" // the list
	"strings"
)

// commonPasswords are case-folded common passwords of five characters or more, one per line, sorted by bytes;
// `make common-passwords` updates the file.
//
//go:embed common_passwords.txt
var commonPasswords string

// isCommon reports whether a folded password is a common password, with or without digits and punctuation around it, or the
// repetition of one (NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2.4).
func isCommon(folded string) bool {
	for _, s := range []string{folded, repeatedUnit(folded)} {
		core := strings.TrimFunc(s, func(r rune) bool { return r < 128 && (r < 'a' || r > 'z') })
		if isListed(s) || isListed(core) || isListed(repeatedUnit(core)) {
			return true
		}
	}
	return false
}

// isListed searches the text itself, so that it needs no index of the list in memory.
func isListed(word string) bool {
	low, high := 0, len(commonPasswords)
	for word != "" && low < high {
		middle := low + (high-low)/2
		begin := low + strings.LastIndexByte(commonPasswords[low:middle], '\n') + 1
		line, _, _ := strings.Cut(commonPasswords[begin:high], "\n")
		switch strings.Compare(word, line) {
		case 0:
			return true
		case -1:
			high = begin
		default:
			low = begin + len(line) + 1
		}
	}
	return false
}
