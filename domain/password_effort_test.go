package domain

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPasswordsOfPatternsAreRefused(t *testing.T) {
	t.Parallel()
	for _, refused := range []string{
		"abcdefghijkl", "zyxwvutsrqpo", "абвгдежзиклм", "111122223333", "1234567890123456", "987650123498", // runs
		"qwertyuiopasdf", "1q2w3e4r5t6y", "zaq12wsxcde3", "poiuytrewq!@#", "1QAZ@WSX#EDC", "!@#$%^&*()_+", // keys
		"112233445566", "aabbccddeeff", "ababcdcdefef", "121212343434", "a1b2c3d4e5f6", // pairs
		"1990-01-15 2024", "15.01.1990!!", "19900115199001", "01/15/1990abc", "15011990 1501", "Jo15.01.1990", // dates
		"acegikmoqsuw", "2468024680246", "13579acegikm", "097531086420", "あいうえおかきくけこ", // equal steps
		"123-456-789-012", "12 34 56 78 90", "qwe-rty-uio-pas", "a.b.c.d.e.f.g", // separators
		"фывапролджэя", "йцукенгшщзхъ", "яфйячсыцувам", // keys of a Russian keyboard
		"monkeysunshine", "dragon1999qwe", "sunshine qwerty",
	} {
		if _, err := (PasswordPolicy{MinLength: 12}).Choose(refused, Email{}, FullName{}); err == nil {
			t.Errorf("%q is accepted", refused)
		}
	}
	for _, accepted := range []string{
		"correct horse battery staple", "purpletigerlamps", "tr0ub4dor&34", "Kx7!mQ2#vLp9", "Wir fahren 2026 nach Rom", "yfjgkwodhzpx",
		"seven-llamas-qwerty", "ein Hund, zwei Katzen", "adgkmpv2579xzE", "seven-llamas-in-rome", "ключ лежит под ковром",
	} {
		if _, err := (PasswordPolicy{MinLength: 12}).Choose(accepted, Email{}, FullName{}); err != nil {
			t.Errorf("%q is refused: %v", accepted, err)
		}
	}
}

// A generated password of 12 letters and digits has patterns by chance only: one in ten million or so has enough of them.
func TestRandomPasswordsAreAccepted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// The generator prefers small values, so it draws permutations of characters without neighbors among them.
		chars := rapid.Permutation([]rune("adgkmpv2579xzE")).Draw(t, "characters")
		if effort := passwordEffort(simpleFold(string(chars))); effort < PasswordMinLengthFloor {
			t.Errorf("%q has the effort %d", string(chars), effort)
		}
	})
}

func TestPasswordEffortNeverExceedsTheLength(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chars := rapid.SliceOfN(rapid.RuneFrom([]rune("abcdqwe1234!é😀")), 1, 128).Draw(t, "characters")
		effort := passwordEffort(string(chars))
		if effort < 1 || effort > len(chars) {
			t.Errorf("%q has the effort %d", string(chars), effort)
		}
	})
}

// BenchmarkPasswordEffort shows that the costliest passwords take little time: those of 128 characters in few patterns, and the
// letters and digits that made ports of zxcvbn take seconds.
func BenchmarkPasswordEffort(b *testing.B) {
	for name, password := range map[string]string{
		"run": strings.Repeat("a", 128), "words": strings.Repeat("password", 16), "leet": strings.Repeat("4@8({[</369&#!1/|0$5+7%2/", 5),
		"passphrase": "correct horse battery staple",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				passwordEffort(password)
			}
		})
	}
}
