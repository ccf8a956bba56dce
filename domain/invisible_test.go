package domain_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/siriusys/user-management-service/domain"
)

// defaultIgnorables reads the property from an excerpt of DerivedCoreProperties.txt.
func defaultIgnorables(t *testing.T) map[rune]bool {
	t.Helper()
	all := map[rune]bool{}
	for _, columns := range readTable(t, "testdata/default-ignorable.txt") {
		codes, _, _ := strings.Cut(columns[0], ";")
		first, last, isRange := strings.Cut(strings.TrimSpace(codes), "..")
		if !isRange {
			last = first
		}
		low, err := strconv.ParseInt(first, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		high, err := strconv.ParseInt(last, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		for r := low; r <= high; r++ {
			all[rune(r)] = true
		}
	}
	return all
}

// violationText is the text of the one violation, or empty.
func violationText(err error) string {
	if violation, ok := errors.AsType[*domain.Error](err); ok {
		return violation.Text
	}
	return ""
}

// In a local part every character that is invisible by itself is refused as such; a name may contain the letters, marks and joiners
// among them, but not consist of them.
func TestInvisibleCharacters(t *testing.T) {
	t.Parallel()
	ignorable := defaultIgnorables(t)
	if len(ignorable) != 4174 {
		t.Errorf("the excerpt has %d code points, want 4174 as in DerivedCoreProperties.txt", len(ignorable))
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		isUniform := r >= 0x40000 && r < 0xe0000 || r >= 0xf0000 // planes without characters, and for private use
		if !utf8.ValidRune(r) || unicode.IsSpace(r) || isUniform && r&0xffff > 0xf && r&0xffff < 0xfff0 {
			continue
		}
		isControl := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
		_, err := domain.ParseEmail("a" + string(r) + "a@example.com")
		if got := strings.HasPrefix(violationText(err), "contains invisible characters"); got != (isControl || ignorable[r]) {
			t.Errorf("invisible in a local part: %U %v", r, got)
		}
		allowed := r == '\u200c' || r == '\u200d' || !isControl && (!ignorable[r] || unicode.IsLetter(r) || unicode.IsMark(r))
		if _, err := domain.ParseFullName("a" + string(r)); (err == nil) != allowed {
			t.Errorf("%U in a name: %v, want it accepted: %v", r, err, allowed)
		}
		if _, err := domain.ParseFullName(string(r)); err == nil && ignorable[r] {
			t.Errorf("%U alone is accepted as a name", r)
		}
	}
}

func TestInvisibleCharactersAreNamed(t *testing.T) {
	t.Parallel()
	name := func(s string) error { _, err := domain.ParseFullName(s); return err }
	email := func(s string) error { _, err := domain.ParseEmail(s); return err }
	state := func(s string) error {
		_, err := domain.ParseResidence("DE", s)
		all, _ := errors.AsType[domain.Errors](err)
		if len(all) != 1 {
			t.Errorf("ParseResidence(DE, %+q): %v, want one violation", s, err)
			return nil
		}
		return all[0]
	}
	for _, c := range []struct {
		name  string
		parse func(string) error
		in    string
		want  string
	}{
		{"first", name, "\ufeffAda", "contains invisible characters; remove U+FEFF at position 1"},
		{"position in code points", name, "J\u00f6\U00020000\u200brg", "contains invisible characters; remove U+200B at position 4"},
		{"position as it was sent", name, "  e\u0301 \t\u202ex", "contains invisible characters; remove U+202E at position 7"},
		{
			"three", name, "a\u0000b\u00adc\U000e0001",
			"contains invisible characters; remove U+0000 at position 2, U+00AD at position 4, U+E0001 at position 6",
		},
		{
			"more", name, "a\u200b\u200b\u200b\u200b\u200b",
			"contains invisible characters; remove U+200B at position 2, U+200B at position 3, U+200B at position 4 and 2 more",
		},
		{"nothing visible", name, " \u3164", "has no visible character, only U+3164 at position 2"},
		{"local part", email, "ada\u3164@example.com", "contains invisible characters; remove U+3164 at position 4"},
		{"host", email, "ada@exa\u00admple.com", "contains invisible characters; remove U+00AD at position 8"},
		{"end of the host", email, " ada@example.com\u200b", "contains invisible characters; remove U+200B at position 17"},
		{"no @", email, "ada\u200b", "contains invisible characters; remove U+200B at position 4"},
		{"state", state, " Bay\u200dern\u200e", "contains invisible characters; remove U+200D at position 5, U+200E at position 9"},
		{"state with a mark", state, "Bayern\ufe0f", "contains invisible characters; remove U+FE0F at position 7"},
		{"state that cannot be seen", state, "\u3164", "contains invisible characters; remove U+3164 at position 1"},
	} {
		if got := violationText(c.parse(c.in)); got != c.want {
			t.Errorf("%s: %+q is refused with %q, want %q", c.name, c.in, got, c.want)
		}
	}
}
