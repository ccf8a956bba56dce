package domain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestParseFullName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Ada Lovelace", "Ada Lovelace"},
		{"one name", "Ada", "Ada"},
		{"white space folds", " \t Ada \n\u00a0\u3000 Lovelace\u2028", "Ada Lovelace"},
		{"NFC", "Jose\u0301", "Jos\u00e9"},
		{"punctuation", "Conan O'Brien-Smith, Jr. 3rd", "Conan O'Brien-Smith, Jr. 3rd"},
		{"Arabic", "\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"},
		{"Chinese", "\u674e\u5c0f\u9f99", "\u674e\u5c0f\u9f99"},
		{"Persian with a non-joiner", "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"},
		{"Sinhala with a joiner", "\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"},
		{"ideograph of Unicode 15.1", "\u738b\U0002ebf0", "\u738b\U0002ebf0"},
		{"ideograph of Unicode 15.1 alone", "\U0002ebf0", "\U0002ebf0"},
		{"ideograph of Unicode 17.0", "\u738b\U000323b0", "\u738b\U000323b0"},
		{"ideographic variation", "\u845b\U000e0100\u57ce", "\u845b\U000e0100\u57ce"},
		{"Hangul filler in a syllable", "\u115f\u1161\u11a8", "\u115f\u1161\u11a8"},
		{"longest", strings.Repeat("\u00e9", 100), strings.Repeat("\u00e9", 100)},
		{"longest, decomposed", strings.Repeat("e\u0301", 100), strings.Repeat("\u00e9", 100)},
		{"longest after trimming", strings.Repeat(" ", 50) + strings.Repeat("a", 100), strings.Repeat("a", 100)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseFullName(c.in)
			if err != nil || got.Value() != c.want {
				t.Errorf("ParseFullName(%+q) = %+q, %v; want %+q", c.in, got.Value(), err, c.want)
			}
		})
	}
}

func TestParseFullNameRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, code string }{
		{"nothing", "", "required"},
		{"white space only", " \t\u3000", "required"},
		{"101 characters", strings.Repeat("\u00e9", 101), "too_long"},
		{"NUL", "Ada\x00", "invalid_name"},
		{"escape", "Ada\x1b[31m", "invalid_name"},
		{"right-to-left override", "Ada\u202eecalevoL", "invalid_name"},
		{"zero width space", "A\u200bda", "invalid_name"},
		{"byte order mark", "\ufeffAda", "invalid_name"},
		{"private use", "Ada\ue000", "invalid_name"},
		{"not UTF-8", "Ada\xff", "invalid_name"},
		{"digits only", "12345", "invalid_name"},
		{"punctuation only", "-.-", "invalid_name"},
		{"Hangul filler", "\u3164", "invalid_name"},
		{"half-width Hangul filler", "\uffa0", "invalid_name"},
		{"Hangul choseong filler", "\u115f", "invalid_name"},
		{"fillers and spaces", "\u3164 \u1160", "invalid_name"},
		{"filler and digits", "\u3164 42", "invalid_name"},
		{"filler and accent", "\u3164\u0301", "invalid_name"},
		{"Khmer inherent vowel", "\u17b4", "invalid_name"},
		{"variation selector", "\ufe0f", "invalid_name"},
		{"braille blank", "\u2800", "invalid_name"},
		{"reserved for a format character", "Ada\u2065", "invalid_name"},
		{"noncharacter", "Ada\ufdd0", "invalid_name"},
		{"noncharacter of a supplementary plane", "Ada\U0002fffe", "invalid_name"},
		{"private use of a supplementary plane", "Ada\U000f0000", "invalid_name"},
		{"tag", "Ada\U000e0041", "invalid_name"},
		{"joiners only", "\u200d\u200c", "invalid_name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseFullName(c.in)
			wantViolation(t, err, c.code)
			if got != (domain.FullName{}) {
				t.Errorf("ParseFullName(%+q) returned a name and an error", c.in)
			}
		})
	}
}

func TestParsedFullNameIsAFixedPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, err := domain.ParseFullName(rapid.String().Draw(t, "name"))
		if err != nil {
			t.Skip("not a name")
		}
		if again, err := domain.ParseFullName(n.Value()); err != nil || again != n {
			t.Fatalf("%+q parses as %+q, %v", n.Value(), again.Value(), err)
		}
		if domain.RestoreFullName(n.Value()) != n {
			t.Fatalf("RestoreFullName(%+q) returned another name", n.Value())
		}
	})
}
