package domain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func mustEmail(t interface {
	Helper()
	Fatal(...any)
}, s string) domain.Email {
	t.Helper()
	e, err := domain.ParseEmail(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func mustName(t interface {
	Helper()
	Fatal(...any)
}, s string) domain.FullName {
	t.Helper()
	n, err := domain.ParseFullName(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestParsePassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, code string }{
		{"nothing", "", "required"},
		{"not UTF-8", "pass\xffword", "invalid_password"},
		{"one character is accepted", "x", ""},
		{"white space is kept", "  x  ", ""},
		{"128 characters of four octets", strings.Repeat("\U0001f984", 128), ""},
		{"4096 characters", strings.Repeat("x", 4096), ""},
		{"4097 characters", strings.Repeat("x", 4097), "too_long"},
		{"4096 characters after NFC", strings.Repeat("e\u0301", 4096), ""},
		{"4097 characters after NFC", strings.Repeat("e\u0301", 4097), "too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParsePassword(c.in)
			if c.code != "" {
				wantViolation(t, err, c.code)
				return
			}
			if err != nil || len(got.Clear()) == 0 {
				t.Errorf("ParsePassword(%q): %v", c.in, err)
			}
		})
	}
}

func TestChoosePassword(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		minimum  int
		code     string
	}{
		{"passphrase", "correct horse battery staple", 12, ""},
		{"nothing", "", 12, "required"},
		{"not UTF-8", "correct\xffhorse battery", 12, "invalid_password"},
		{"11 of 12", "tr0ub4dor&3", 12, "password_too_short"},
		{"12 of 12", "tr0ub4dor&34", 12, ""},
		{"7 of 8", "ub4dor&", 8, "password_too_short"},
		{"8 of 8", "ub4dor&3", 8, ""},
		{"counts code points, not octets", strings.Repeat("\u00fc\u00f6", 5) + "x", 12, "password_too_short"},
		{"counts code points after NFC", strings.Repeat("e\u0301a\u0301", 5) + "x", 12, "password_too_short"},
		{"128 characters", strings.Repeat("correct horse. ", 8) + "battery!", 12, ""},
		{"129 characters", strings.Repeat("correct horse. ", 8) + "battery!" + "c", 12, "too_long"},
		{"one character repeated", "aaaaaaaaaaaaaaaa", 12, "password_too_easy"},
		{"one emoji repeated", strings.Repeat("\U0001f984", 12), 12, "password_too_easy"},
		{"spaces", strings.Repeat(" ", 12), 12, "password_too_easy"},
		{"two characters repeated", "abababababab", 12, "password_too_easy"},
		{"email address", "ada.lovelace@example.com", 12, "password_too_easy"},
		{"email address in upper case", "ADA.LOVELACE@EXAMPLE.COM", 12, "password_too_easy"},
		{"local part and a year", "ada.lovelace1815", 12, "password_too_easy"},
		{"domain and a year", "example.com2026", 12, "password_too_easy"},
		{"name", "Augusta Ada King", 12, "password_too_easy"},
		{"name without spaces", "AugustaAdaKing1", 12, "password_too_easy"},
		{"family name twice", "lovelaceLovelace", 12, "password_too_easy"},
		{"family name and a year", "Lovelace1815", 12, "password_too_easy"},
		{"name and domain", "lovelaceAugusta", 12, "password_too_easy"},
		{"the service and the name", "siriusysLovelace", 12, "password_too_easy"},
		{"the service and a year", "Siriusys2026!", 12, "password_too_easy"},
		{"the name in a passphrase", "lovelace paints seven llamas", 12, ""},
		{"eight characters beside the name", "lovelace4tq8zk1x", 12, ""},
		{"seven characters beside the name", "lovelace4tq8zk1", 12, "password_too_easy"},
		{"a short name in a passphrase", "ada paints llamas", 12, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			policy := domain.PasswordPolicy{MinLength: c.minimum}
			got, err := policy.Choose(c.in, mustEmail(t, "Ada.Lovelace@example.com"), mustName(t, "Augusta Ada King"))
			if c.code != "" {
				wantViolation(t, err, c.code)
				if got != (domain.Password{}) {
					t.Errorf("Choose(%q) returned a password and an error", c.in)
				}
				return
			}
			if err != nil || got.Clear() != c.in {
				t.Errorf("Choose(%q): %v", c.in, err)
			}
		})
	}
}

func TestPasswordPolicyWorksWithoutEmailAndName(t *testing.T) {
	t.Parallel()
	policy := domain.PasswordPolicy{MinLength: domain.DefaultPasswordMinLength}
	if _, err := policy.Choose("correct horse battery staple", domain.Email{}, domain.FullName{}); err != nil {
		t.Error(err)
	}
}

func TestComposedAndDecomposedPasswordsAreEqual(t *testing.T) {
	t.Parallel()
	composed, err := domain.ParsePassword("p\u00e4ssw\u00f6rt m\u00fcller")
	if err != nil {
		t.Fatal(err)
	}
	decomposed, err := domain.ParsePassword("pa\u0308sswo\u0308rt mu\u0308ller")
	if err != nil {
		t.Fatal(err)
	}
	if composed.Clear() != decomposed.Clear() {
		t.Error("the composed and the decomposed password are not equal")
	}
	if composed.AsReceived() != composed.Clear() || decomposed.AsReceived() != "pa\u0308sswo\u0308rt mu\u0308ller" {
		t.Error("the form in which a password was received is lost")
	}
}

// A chosen password has no other form than NFC: it is hashed in NFC only.
func TestAChosenPasswordIsInNFC(t *testing.T) {
	t.Parallel()
	chosen, err := domain.PasswordPolicy{MinLength: 12}.Choose("sieben mu\u0308de Lamas", domain.Email{}, domain.FullName{})
	if err != nil || chosen.AsReceived() != "sieben m\u00fcde Lamas" {
		t.Errorf("Choose() = %q, %v", chosen.AsReceived(), err)
	}
}

func TestParseChosenPasswordHasTheLimitOfThisService(t *testing.T) {
	t.Parallel()
	if _, err := domain.ParseChosenPassword(strings.Repeat("e\u0301", 128)); err != nil {
		t.Error(err)
	}
	_, err := domain.ParseChosenPassword(strings.Repeat("x", 129))
	wantViolation(t, err, "too_long")
}

// Passwords that differ in one character are not equal, even in the last character of the longest password.
func TestPasswordIsNotTruncated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, domain.PasswordMaxLength).Draw(t, "length")
		at := rapid.IntRange(0, n-1).Draw(t, "place")
		changed := []byte(strings.Repeat("x", n))
		changed[at] = 'y'
		a, errA := domain.ParsePassword(strings.Repeat("x", n))
		b, errB := domain.ParsePassword(string(changed))
		if errA != nil || errB != nil || a == b || len(a.Clear()) != n {
			t.Fatalf("passwords of %d characters that differ at index %d are equal (%v, %v)", n, at, errA, errB)
		}
	})
}
