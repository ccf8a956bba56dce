package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheListIsSortedAndEachOfItsWordsIsFound(t *testing.T) {
	t.Parallel()
	words := strings.Split(strings.TrimSuffix(commonPasswords, "\n"), "\n")
	if !slices.IsSorted(words) || len(words) < 50_000 {
		t.Fatalf("the list has %d words, sorted: %v; want at least 50000, sorted", len(words), slices.IsSorted(words))
	}
	// OWASP ASVS 5.0, 6.2.4, wants 3,000 words that the length rule alone would accept.
	long := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return utf8.RuneCountInString(w) < DefaultPasswordMinLength })
	if len(long) < 10_000 {
		t.Errorf("%d words have %d characters or more, want at least 10000", len(long), DefaultPasswordMinLength)
	}
	for _, w := range words {
		if !isListed(w) {
			t.Fatalf("isListed(%q) = false", w)
		}
	}
	for _, absent := range []string{
		"", "\n", "correct horse battery staple", words[0][:1], words[len(words)-1] + "z", words[100] + "\n" + words[101],
	} {
		if isListed(absent) {
			t.Errorf("isListed(%q) = true", absent)
		}
	}
}

func TestVariantsOfACommonPasswordAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"1qaz2wsx3edc":                 "password_too_common",
		"Password1234":                 "password_too_common",
		"!!dragon!!2026":               "password_too_common",
		"passwordpassword":             "password_too_common",
		"PASSWORDpassword1":            "password_too_common",
		"sojdlg123aljg":                "password_too_common",
		"abcabcabcabc":                 "password_too_easy",
		"aaaaaaaaaaaaaaaa":             "password_too_easy",
		"correct horse battery staple": "",
		"seven purple llamas at dawn":  "",
		"пароль на каждый день":        "",
	}
	for clear, want := range tests {
		_, err := PasswordPolicy{MinLength: 12}.Choose(clear, Email{}, FullName{})
		got := ""
		if e, ok := errors.AsType[*Error](err); ok {
			got = e.Code
		}
		if got != want {
			t.Errorf("Choose(%q) returned the code %q, want %q", clear, got, want)
		}
	}
}
