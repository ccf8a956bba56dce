package domain

import (
	"fmt"
	"strings"
	"unicode"
)

// defaultIgnorable is the property Default_Ignorable_Code_Point of Unicode 17.0.0 (DerivedCoreProperties.txt): what is shown as nothing
// at all where it has no special effect. Letters (U+3164), marks (variation selectors) and reserved code points are among them, so it
// follows from no general category. The package unicode lacks it.
var defaultIgnorable = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00ad, 0x00ad, 1},
		{0x034f, 0x034f, 1},
		{0x061c, 0x061c, 1},
		{0x115f, 0x1160, 1},
		{0x17b4, 0x17b5, 1},
		{0x180b, 0x180f, 1},
		{0x200b, 0x200f, 1},
		{0x202a, 0x202e, 1},
		{0x2060, 0x206f, 1},
		{0x3164, 0x3164, 1},
		{0xfe00, 0xfe0f, 1},
		{0xfeff, 0xfeff, 1},
		{0xffa0, 0xffa0, 1},
		{0xfff0, 0xfff8, 1},
	},
	R32: []unicode.Range32{
		{0x1bca0, 0x1bca3, 1},
		{0x1d173, 0x1d17a, 1},
		{0xe0000, 0xe0fff, 1},
	},
	LatinOffset: 1,
}

func isIgnorable(r rune) bool { return unicode.Is(defaultIgnorable, r) }

// isRefused reports whether r is refused in every text: control and format characters such as a bidirectional override, private use,
// surrogates, noncharacters, and code points that are reserved for format characters. The joiners that some scripts need (U+200C,
// U+200D) are allowed, as are letters and marks that are invisible by themselves (Hangul fillers, variation selectors), and code
// points that the compiler's Unicode does not know yet: they may be ideographs of names.
func isRefused(r rune) bool {
	switch {
	case r == '\u200c' || r == '\u200d':
		return false
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point):
		return true
	default:
		return isIgnorable(r) && !unicode.IsLetter(r) && !unicode.IsMark(r)
	}
}

// isUnseen reports whether r is refused or invisible by itself, for text in which no character may hide.
func isUnseen(r rune) bool { return isRefused(r) || isIgnorable(r) }

// maxPositions is how many characters listPositions names.
const maxPositions = 3

// listPositions names the code points of s to which the predicate applies, and their positions, counted in code points from 1. White
// space is never among them. The predicate's first argument is the position in bytes.
func listPositions(s string, applies func(at int, r rune) bool) string {
	var found []string
	position, more := 0, 0
	for at, r := range s {
		position++
		switch {
		case unicode.IsSpace(r) || !applies(at, r):
		case len(found) < maxPositions:
			found = append(found, fmt.Sprintf("%U at position %d", r, position))
		default:
			more++
		}
	}
	list := strings.Join(found, ", ")
	if more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// invisibleText begins the text of the violation of a text that contains invisible characters, before what listPositions lists.
const invisibleText = "contains invisible characters; remove "
