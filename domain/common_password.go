package domain

import (
	_ "embed" // the list
	"strings"
)

// commonPasswords are folded passwords of five characters and more that very many people use, one a line, sorted by bytes;
// `make common-passwords` renews it.
//
//go:embed common_passwords.txt
var commonPasswords string

// isCommon reports whether a folded password is a common one, with or without digits and signs before and behind it, or a
// repetition of such a one (NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2.4).
func isCommon(folded string) bool {
	for _, s := range []string{folded, repeatedUnit(folded)} {
		core := strings.TrimFunc(s, func(r rune) bool { return r < 128 && (r < 'a' || r > 'z') })
		if isListed(s) || isListed(core) || isListed(repeatedUnit(core)) {
			return true
		}
	}
	return false
}

// isListed looks a word up by halving the text, so that the list needs no memory but its own.
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
