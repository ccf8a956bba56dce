package domain

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// undecomposed spells letters in ASCII that NFD does not decompose, as most of their users do. It is applied to lower case.
var undecomposed = strings.NewReplacer(
	"ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ð", "d", "đ", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i", "ŋ", "ng", "ŧ", "t", "ə", "e",
	"ǝ", "e",
)

// plainSpellings are other ways to spell letters in ASCII: the German, Danish and Norwegian digraphs and the dj of South Slavic names,
// and the a of Azerbaijani names in English (Lankaran).
var plainSpellings = []*strings.Replacer{
	strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ø", "oe", "å", "aa", "đ", "dj"),
	strings.NewReplacer("ə", "a", "ǝ", "a"),
}

// apostrophes do not separate words: "Ra’s" is also "Ras". The last ones also transcribe Arabic and Hawaiian letters.
const apostrophes = "'`\u00b4\u2018\u2019\u02bb\u02bc\u02be\u02bf"

// placeKey reduces a name to what identifies it: lower case, without diacritics, apostrophes, punctuation and extra spaces.
func placeKey(name string) string {
	name = strings.ReplaceAll(name, "&", " and ")
	decomposed := norm.NFD.String(strings.Map(unicode.ToLower, norm.NFC.String(name)))
	letters := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(apostrophes, r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		default:
			return ' '
		}
	}, undecomposed.Replace(decomposed))
	return strings.Join(strings.Fields(letters), " ")
}

// plainKeys returns the keys of the other ways to spell a name in ASCII.
func plainKeys(name string) []string {
	lower := strings.Map(unicode.ToLower, norm.NFC.String(name))
	keys := make([]string, len(plainSpellings))
	for i, spelling := range plainSpellings {
		keys[i] = placeKey(spelling.Replace(lower))
	}
	return keys
}

// placeForms returns the forms in which people write a name of the catalogue, apart from itself: "London, City of" is also "City of
// London" and "London"; "Sofia (stolitsa)" is also "Sofia". What follows a comma is no name of its own.
func placeForms(name string) []string {
	var forms []string
	if before, rest, ok := strings.Cut(name, " ("); ok {
		_, after, _ := strings.Cut(rest, ")")
		name = before + after
		forms = append(forms, name)
	}
	if head, tail, ok := strings.Cut(name, ", "); ok && !isEnumeration(tail) {
		forms = append(forms, tail+" "+head, head)
	}
	return forms
}

// conjunctions join the last two parts of an enumeration, as in "Newry, Mourne and Down".
var conjunctions = []string{"and", "y", "e", "et", "i", "og", "och", "und"}

// isEnumeration reports whether the text after a comma belongs to a list of places, so that no part of it is the whole name.
func isEnumeration(tail string) bool {
	return strings.Contains(tail, ", ") ||
		slices.ContainsFunc(strings.Fields(tail), func(word string) bool { return slices.Contains(conjunctions, word) })
}
