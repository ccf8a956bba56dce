package domain

import (
	"slices"
	"strings"
	"time"
)

// passwordEffort estimates how many characters an attacker has to guess who knows the patterns that people use: a run
// ("cdefg"), a walk over neighboring keys ("qwerty", "1qaz"), a date and a year count as two characters, a common word as three,
// and a repetition of two to four characters counts once. It is the least sum over all divisions of the folded password into
// such parts. Doubled characters ("112233"), two interleaved patterns ("1q2w3e") and separators ("123-456") are also read apart.
//
// It is a small rule set instead of a port of zxcvbn: those in Go take seconds for an unfavorable password of 128 characters
// (docs/decisions/0036). Its limits: only the US and the Russian keyboard layout, dates of digits, and the words of the list of common
// passwords; no letters replaced by digits or punctuation.
func passwordEffort(folded string) int {
	chars := []rune(folded)
	effort := divisionEffort(chars)
	if single := slices.Compact(slices.Clone(chars)); len(single)*2 <= len(chars) {
		effort = min(effort, divisionEffort(single)+1)
	}
	if letters := withoutSeparators(chars); len(letters)+1 < len(chars) {
		effort = min(effort, divisionEffort(letters)+1)
	}
	even, odd := interleaved(chars)
	return min(effort, divisionEffort(even)+divisionEffort(odd)+1)
}

// The effort of a part, in characters.
const (
	patternEffort = 2
	wordEffort    = 3
)

// The shortest and the longest parts that count as patterns and as words. Longer words consist of two.
const (
	patternMin = 3
	wordMin    = 5
	wordMax    = 20
)

// divisionEffort computes the least effort for each beginning of the text, from those of the shorter ones.
func divisionEffort(chars []rune) int {
	least := make([]int, len(chars)+1)
	for end := range chars {
		least[end+1] = end + 1
	}
	for begin := range chars {
		rest := chars[begin:]
		reach := func(length, effort int) {
			least[begin+length] = min(least[begin+length], least[begin]+effort)
		}
		reach(1, 1)
		longest := max(runLength(rest), walkLength(rest))
		for length := patternMin; length <= longest; length++ {
			reach(length, patternEffort)
		}
		for _, length := range dateLengths(rest) {
			reach(length, patternEffort)
		}
		for unit := 2; unit <= 4; unit++ {
			reach(max(repetitionLength(rest, unit), 1), unit)
		}
		for length := wordMin; length <= min(wordMax, len(rest)); length++ {
			if isListed(string(rest[:length])) {
				reach(length, wordEffort)
			}
		}
	}
	return least[len(chars)]
}

// stepsMin is from which length on characters in equal steps larger than one ("acegi") count: short ones occur by chance.
const stepsMin = 5

// runLength is how many characters from the first on are equal, or follow one another in equal steps. 0 follows 9.
func runLength(chars []rune) int {
	if len(chars) < 2 {
		return len(chars)
	}
	step := chars[1] - chars[0]
	n := 2
	for n < len(chars) && isStep(chars[n-1], chars[n], step) {
		n++
	}
	isNext := isStep(chars[0], chars[1], 1) || isStep(chars[0], chars[1], -1)
	if step != 0 && !isNext && n < stepsMin {
		return 1
	}
	return n
}

func isStep(from, to, step rune) bool {
	return to == from+step || (isDigit(from) && isDigit(to) && (to-from-step)%10 == 0)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// withoutSeparators is the text without ASCII punctuation and spaces.
func withoutSeparators(chars []rune) (rest []rune) {
	for _, c := range chars {
		if c >= 128 || isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			rest = append(rest, c)
		}
	}
	return rest
}

// keyRows are the keys of a US keyboard, with their characters with and without Shift and with those of the Russian layout. Each row
// begins half a key to the right of the row above it.
var keyRows = [][]string{
	{"`1234567890-=", "~!@#$%^&*()_+"}, {"\x00qwertyuiop[]", "\x00QWERTYUIOP{}", "\x00йцукенгшщзхъ"},
	{"\x00asdfghjkl;'", "\x00ASDFGHJKL:\"", "\x00фывапролджэ"}, {"\x00zxcvbnm,./", "\x00ZXCVBNM<>?", "\x00ячсмитьбю"},
}

type key struct{ row, column int }

var keys = func() map[rune]key {
	keys := map[rune]key{}
	for row, shifts := range keyRows {
		for _, characters := range shifts {
			for column, c := range []rune(characters) {
				keys[c] = key{row, column}
			}
		}
	}
	delete(keys, 0)
	return keys
}()

// walkLength is how many characters from the first on are on neighboring keys.
func walkLength(chars []rune) int {
	n := 1
	for n < len(chars) && areNeighbors(chars[n-1], chars[n]) {
		n++
	}
	return n
}

func areNeighbors(a, b rune) bool {
	from, isKey := keys[a]
	to, isAlsoKey := keys[b]
	if !isKey || !isAlsoKey {
		return false
	}
	right, down := to.column-from.column, to.row-from.row
	switch down {
	case 0:
		return right >= -1 && right <= 1
	case 1:
		return right == 0 || right == -1
	case -1:
		return right == 0 || right == 1
	default:
		return false
	}
}

// dateLayouts are the forms of dates, with the separators removed.
var dateLayouts = []string{"20060102", "02012006", "01022006", "060102", "020106", "010206", "2006"}

// dateLengths are the lengths of the dates that the text begins with, with and without separators, and of a year.
func dateLengths(chars []rune) (lengths []int) {
	var digits []byte
	for n, c := range chars[:min(len(chars), len("2006-01-02"))] {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, byte(c))
		case strings.ContainsRune("-./_ ", c) && len(digits) > 0:
			continue
		default:
			return lengths
		}
		if slices.ContainsFunc(dateLayouts, func(layout string) bool { return isDate(layout, string(digits)) }) {
			lengths = append(lengths, n+1)
		}
	}
	return lengths
}

// isDate accepts the years that passwords contain: those of living people and of the near future.
func isDate(layout, digits string) bool {
	if len(layout) != len(digits) {
		return false
	}
	date, err := time.Parse(layout, digits)
	return err == nil && (len(layout) == len("060102") || (date.Year() >= 1900 && date.Year() < 2100))
}

// repetitionLength is the length of the longest repetition of the first unit characters, 0 if they are not repeated.
func repetitionLength(chars []rune, unit int) int {
	n := unit
	for n+unit <= len(chars) && slices.Equal(chars[:unit], chars[n:n+unit]) {
		n += unit
	}
	if n == unit {
		return 0
	}
	return n
}

// interleaved returns every second character from the first on, and the others.
func interleaved(chars []rune) (even, odd []rune) {
	for i, c := range chars {
		if i%2 == 0 {
			even = append(even, c)
		} else {
			odd = append(odd, c)
		}
	}
	return even, odd
}
