package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestTheListIsSortedAndEveryWordOfItIsFound(t *testing.T) {
	t.Parallel()
	words := strings.Split(strings.TrimSuffix(commonPasswords, "\n"), "\n")
	if !slices.IsSorted(words) || len(words) < 40_000 {
		t.Fatalf("%d words, sorted: %v", len(words), slices.IsSorted(words))
	}
	for _, w := range words {
		if !isListed(w) {
			t.Fatalf("%q is not found", w)
		}
	}
	for _, absent := range []string{"", "\n", "correct horse battery staple", words[0][:1], words[len(words)-1] + "z", words[100] + "\n" + words[101]} {
		if isListed(absent) {
			t.Errorf("%q is found", absent)
		}
	}
}

func TestACommonPasswordIsRefusedHoweverItIsDressed(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"1qaz2wsx3edc":                 "password_too_common",
		"Password1234":                 "password_too_common",
		"!!dragon!!2026":               "password_too_common",
		"passwordpassword":             "password_too_common",
		"PASSWORDpassword1":            "password_too_common",
		"987650123498":                 "",
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
			t.Errorf("%q: %q instead of %q", clear, got, want)
		}
	}
}
