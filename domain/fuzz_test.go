package domain_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/siriusys/user-management-service/domain"
)

// isPlain reports whether s is valid text in NFC without control characters.
func isPlain(s string) bool {
	return utf8.ValidString(s) && norm.NFC.IsNormalString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{
		"", "ada@example.com", " Ada+x@B\u00dcCHER.example ", "\u0130@\u0130.com", "a@[::1]", "\u03b1\u0399\u0323@example.com",
		"e\u0301@xn--bcher-kva.de", "a@b@c.de", "\xff@a.b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := domain.ParseEmail(s)
		if err != nil {
			return
		}
		for _, form := range []string{e.Address(), e.Canonical()} {
			again, err := domain.ParseEmail(form)
			local, _, _ := strings.Cut(form, "@")
			switch {
			case err != nil || again.Canonical() != e.Canonical():
				t.Errorf("%+q is not parsed as itself: %+q, %v", form, again.Canonical(), err)
			case len(form) < domain.EmailMinLength || len(form) > domain.EmailMaxLength || len(local) > 64 || strings.Count(form, "@") != 1:
				t.Errorf("%+q exceeds the limits", form)
			case !isPlain(form) || strings.ContainsAny(form, " \"(),:;<>[]\\"):
				t.Errorf("%+q contains characters that no plain email address contains", form)
			}
		}
		_, host, _ := strings.Cut(e.Canonical(), "@")
		if strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || !strings.Contains(host, ".") {
			t.Errorf("%+q is not a host name", host)
		}
	})
}

func FuzzParseFullName(f *testing.F) {
	for _, seed := range []string{"", "Ada Lovelace", "  a \u3000 b ", "Jose\u0301", "\u202ea", "\u0645\u200c\u062e", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := domain.ParseFullName(s)
		if err != nil {
			return
		}
		if again, err := domain.ParseFullName(n.Value()); err != nil || again != n {
			t.Errorf("%+q is not parsed as itself: %+q, %v", n.Value(), again.Value(), err)
		}
		if !isPlain(n.Value()) || strings.TrimSpace(n.Value()) != n.Value() || strings.Contains(n.Value(), "  ") {
			t.Errorf("%+q is not plain text with single spaces", n.Value())
		}
		if c := utf8.RuneCountInString(n.Value()); c < 1 || c > domain.FullNameMaxLength {
			t.Errorf("%+q has %d characters", n.Value(), c)
		}
	})
}

func FuzzParseResidence(f *testing.F) {
	for _, seed := range [][2]string{
		{"DE", "DE-BY"}, {"DE", "bayern"}, {"AQ", ""}, {"TR", "I\u011fd\u0131r"}, {"", "x"}, {"de", "\xff"}, {"MT", "\u0126amrun"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, country, state string) {
		r, err := domain.ParseResidence(country, state)
		if err != nil {
			return
		}
		if len(r.Country()) != 2 || r.StateProvince() != "" && !strings.HasPrefix(r.StateProvince(), r.Country()+"-") {
			t.Errorf("%q is not in %q", r.StateProvince(), r.Country())
		}
		if again, err := domain.ParseResidence(r.Country(), r.StateProvince()); err != nil || again != r {
			t.Errorf("%q in %q is not parsed as itself: %v", r.StateProvince(), r.Country(), err)
		}
	})
}

func FuzzPassword(f *testing.F) {
	for _, seed := range []string{
		"", "correct horse battery staple", "aaaaaaaaaaaa", "e\u0301\u0323", "lovelace1815", "\xff", strings.Repeat("\u0344", 64),
	} {
		f.Add(seed)
	}
	policy := domain.PasswordPolicy{MinLength: domain.DefaultPasswordMinLength}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := domain.ParsePassword(s)
		chosen, errChosen := policy.Choose(s, mustEmail(t, "ada.lovelace@example.com"), mustName(t, "Ada Lovelace"))
		if err != nil {
			if errChosen == nil {
				t.Errorf("Choose accepted %+q, ParsePassword refused it", s)
			}
			return
		}
		again, err := domain.ParsePassword(p.Clear())
		isTooLong := utf8.RuneCountInString(p.Clear()) > domain.PasswordAttemptMaxLength
		if err != nil || again.Clear() != p.Clear() || !norm.NFC.IsNormalString(p.Clear()) || isTooLong {
			t.Errorf("%+q is not parsed as itself, not in NFC or too long: %v", p.Clear(), err)
		}
		if errChosen == nil && (chosen.Clear() != p.Clear() || utf8.RuneCountInString(chosen.Clear()) < policy.MinLength) {
			t.Errorf("Choose returned %+q for %+q, or a password that is too short", chosen.Clear(), p.Clear())
		}
	})
}

func FuzzParseLinkToken(f *testing.F) {
	for _, seed := range []string{
		"", "svfy_", "srst_" + strings.Repeat("A", 43), "svfy_" + strings.Repeat("A", 43), "svfy_" + strings.Repeat("A", 42) + "\n", "sref_",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		verify, err := domain.ParseLinkToken(domain.VerifyEmail, s)
		reset, errReset := domain.ParseLinkToken(domain.ResetPassword, s)
		if err == nil && errReset == nil {
			t.Errorf("%q is accepted for two purposes", s)
		}
		if err == nil && verify.Clear() != s || errReset == nil && reset.Clear() != s {
			t.Errorf("%q is parsed as another token", s)
		}
		if (err == nil || errReset == nil) && (len(s) != 48 || !isPlain(s)) {
			t.Errorf("%q is accepted without the form of a token", s)
		}
	})
}

func FuzzParseRefreshToken(f *testing.F) {
	good := domain.RefreshGrant{Generation: 1}.Token(make([]byte, 32))
	for _, seed := range []string{"", "sref_", good, good + "\n", good[:80], "svfy_" + strings.Repeat("A", 43)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		grant, tag, err := domain.ParseRefreshToken(s)
		if err != nil {
			return
		}
		if grant.Token(tag) != s || len(tag) == 0 || len(s) > domain.TokenMaxLength {
			t.Errorf("%q is not the token of its grant and tag", s)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{
		"", "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11", "0198F3C2-7A51-7C3E-9D0B-4F1F6F0A2B11", "{0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b1}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := domain.ParseID(s)
		if err == nil && id.String() != strings.ToLower(s) {
			t.Errorf("ParseID(%q) = %s", s, id)
		}
	})
}

func FuzzParseDeviceToken(f *testing.F) {
	good := domain.DeviceGrant{}.Token(make([]byte, 32))
	for _, seed := range []string{"", "sdev_", good, good + "\n", good[:40], "sref_" + good} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		grant, tag, err := domain.ParseDeviceToken(s)
		if err == nil && tag != nil && grant.Token(tag) != s {
			t.Errorf("%q is not the token of its grant and tag", s)
		}
	})
}
