package domain_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siriusys/user-management-service/domain"
)

func TestParseEmailAccepts(t *testing.T) {
	t.Parallel()
	local64 := strings.Repeat("a", 64)
	host189 := strings.Repeat(strings.Repeat("b", 61)+".", 3) + "com"
	for _, c := range []struct{ name, in, address, canonical string }{
		{"plain", "ada@example.com", "ada@example.com", "ada@example.com"},
		{"white space around it", " \t ada@example.com\r\n", "ada@example.com", "ada@example.com"},
		{"letter case", "Ada.Lovelace@EXAMPLE.Com", "Ada.Lovelace@EXAMPLE.Com", "ada.lovelace@example.com"},
		{"a tag counts", "ada+news@example.com", "ada+news@example.com", "ada+news@example.com"},
		{"dots count", "a.d.a@gmail.com", "a.d.a@gmail.com", "a.d.a@gmail.com"},
		{"atext", "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"},
		{"decomposed is composed", "jose\u0301@example.com", "jos\u00e9@example.com", "jos\u00e9@example.com"},
		{"letters beyond ASCII fold", "\u00c4\u00d6@example.com", "\u00c4\u00d6@example.com", "\u00e4\u00f6@example.com"},
		{"U-label", "ada@b\u00fccher.example", "ada@b\u00fccher.example", "ada@xn--bcher-kva.example"},
		{"capital U-label", "ada@B\u00dcCHER.example", "ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"},
		{"A-label", "ada@XN--BCHER-KVA.example", "ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"},
		{"Kelvin sign is K", "\u212a@example.com", "K@example.com", "k@example.com"},
		{"long s is s", "\u017f@example.com", "\u017f@example.com", "s@example.com"},
		{"capital sharp s", "\u1e9e@example.com", "\u1e9e@example.com", "\u00df@example.com"},
		{"sharp s is not ss", "\u00df@example.com", "\u00df@example.com", "\u00df@example.com"},
		{"dotless i is not i", "\u0131@example.com", "\u0131@example.com", "\u0131@example.com"},
		{"dotted I is not i", "\u0130@example.com", "\u0130@example.com", "\u0130@example.com"},
		{"iota stays a letter", "\u03b1\u0399@example.com", "\u03b1\u0399@example.com", "\u03b1\u03b9@example.com"},
		{"folding composes", "J\u030c@example.com", "J\u030c@example.com", "\u01f0@example.com"},
		{"longest local part", local64 + "@example.com", local64 + "@example.com", local64 + "@example.com"},
		{"longest of all", local64 + "@" + host189, local64 + "@" + host189, local64 + "@" + host189},
		{"number as a lower label", "ada@1.example", "ada@1.example", "ada@1.example"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseEmail(c.in)
			if err != nil {
				t.Fatalf("ParseEmail(%q): %v", c.in, err)
			}
			if got.Address() != c.address || got.Canonical() != c.canonical {
				t.Errorf("ParseEmail(%q) = %q, %q; want %q, %q", c.in, got.Address(), got.Canonical(), c.address, c.canonical)
			}
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	t.Parallel()
	label64 := strings.Repeat("b", 64)
	for _, c := range []struct{ name, in, code string }{
		{"nothing", "", "required"},
		{"white space only", " \t\n", "required"},
		{"no @", "ada.example.com", "invalid_email"},
		{"no local part", "@example.com", "invalid_email"},
		{"no domain", "ada@", "invalid_email"},
		{"two @", "ada@lovelace@example.com", "invalid_email"},
		{"quoted local part", `"ada lovelace"@example.com`, "invalid_email"},
		{"quoted @", `"a@b"@example.com`, "invalid_email"},
		{"address literal", "ada@[192.0.2.1]", "invalid_email"},
		{"IPv6 literal", "ada@[IPv6:2001:db8::1]", "invalid_email"},
		{"bare IP", "ada@192.0.2.1", "invalid_email"},
		{"display name", "Ada <ada@example.com>", "invalid_email"},
		{"angle brackets", "<ada@example.com>", "invalid_email"},
		{"list", "ada@example.com, bob@example.com", "invalid_email"},
		{"comment", "ada(x)@example.com", "invalid_email"},
		{"leading dot", ".ada@example.com", "invalid_email"},
		{"trailing dot", "ada.@example.com", "invalid_email"},
		{"double dot", "ada..l@example.com", "invalid_email"},
		{"space inside", "ada l@example.com", "invalid_email"},
		{"header injection", "ada@example.com\r\nBcc: x@example.com", "invalid_email"},
		{"NUL", "ada\x00@example.com", "invalid_email"},
		{"DEL", "ada\x7f@example.com", "invalid_email"},
		{"C1 control", "ada\u0085x@example.com", "invalid_email"},
		{"zero width space", "a\u200bda@example.com", "invalid_email"},
		{"right-to-left override", "a\u202eda@example.com", "invalid_email"},
		{"not UTF-8", "ada\xff@example.com", "invalid_email"},
		{"backslash", `ada\@example.com`, "invalid_email"},
		{"single label", "ada@localhost", "invalid_email"},
		{"root dot", "ada@example.com.", "invalid_email"},
		{"empty label", "ada@example..com", "invalid_email"},
		{"leading dot of the domain", "ada@.example.com", "invalid_email"},
		{"underscore host", "ada@my_host.example.com", "invalid_email"},
		{"hyphen leads a label", "ada@-a.example.com", "invalid_email"},
		{"hyphen ends a label", "ada@a-.example.com", "invalid_email"},
		{"label too long", "ada@" + label64 + ".com", "invalid_email"},
		{"no such A-label", "ada@xn--a.com", "invalid_email"},
		{"host of two readings", "ada@\u0130stanbul.com", "invalid_email"},
		{"full-width dot", "ada@example\u3002com", "invalid_email"},
		{"local part too long", strings.Repeat("a", 65) + "@example.com", "invalid_email"},
		{"folded local part too long", strings.Repeat("\u023a", 32) + "@example.com", "invalid_email"},
		{"255 octets", strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 61)+".", 3) + "comm", "too_long"},
		{"A-labels too long", strings.Repeat("a", 64) + "@" + strings.Repeat("a\u00fc.", 20) + "com", "too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseEmail(c.in)
			wantFault(t, err, c.code)
			if !got.IsZero() {
				t.Errorf("ParseEmail(%q) returned an address beside its error", c.in)
			}
		})
	}
}

// wantFault checks that err is one Invalid fault of the code.
func wantFault(t *testing.T, err error, code string) {
	t.Helper()
	fault, ok := errors.AsType[*domain.Error](err)
	if !ok || fault.Code != code || fault.Kind != domain.Invalid || fault.Text == "" {
		t.Errorf("got the error %#v, want the Invalid fault %s", err, code)
	}
}

// emails draws addresses, most of them valid, in all the letter cases of several scripts.
func emails() *rapid.Generator[string] {
	atom := rapid.StringOfN(rapid.RuneFrom([]rune("aAkKsSzZ09.+-_'\u00e9\u0301\u0345\u0130\u0131\u00df\u1e9e\u017f\u212a\u00b5\u03bc\u0399\u03b9\u0416\u4e2d\u13a0\uab70\u01c5\u1fb3")), 1, 12, -1)
	host := rapid.SampledFrom([]string{"example.com", "EXAMPLE.com", "b\u00fccher.example", "B\u00dcCHER.example", "xn--bcher-kva.example"})
	return rapid.Custom(func(t *rapid.T) string { return atom.Draw(t, "local") + "@" + host.Draw(t, "host") })
}

func TestCanonicalEmailIsAFixedPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, err := domain.ParseEmail(emails().Draw(t, "email"))
		if err != nil {
			t.Skip("not an address")
		}
		for _, again := range []string{e.Canonical(), e.Address(), " " + e.Address()} {
			got, err := domain.ParseEmail(again)
			if err != nil || got.Canonical() != e.Canonical() {
				t.Fatalf("%+q has the canonical form %+q, but %+q has %+q, %v", e.Address(), e.Canonical(), again, got.Canonical(), err)
			}
		}
		if got := domain.RestoreEmail(e.Address()); got != e {
			t.Fatalf("RestoreEmail(%+q) is another address", e.Address())
		}
	})
}

// Two writings that differ only in simple case are one address, and only those.
func TestEmailFoldsEachLetterOfUnicode(t *testing.T) {
	t.Parallel()
	canonical := func(r rune) string {
		e, err := domain.ParseEmail("x" + string(r) + "@example.com")
		if err != nil {
			return ""
		}
		return e.Canonical()
	}
	owner := map[string]rune{}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		got := canonical(r)
		if got == "" {
			continue
		}
		first, seen := owner[got]
		if !seen {
			owner[got] = r
			continue
		}
		if !strings.EqualFold(composed(first), composed(r)) {
			t.Errorf("%U and %U are the same address, but differ in more than case", first, r)
		}
	}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if a, b := canonical(r), canonical(unicode.SimpleFold(r)); a != "" && b != "" && a != b {
			t.Errorf("%U and %U differ only in case, but are two addresses", r, unicode.SimpleFold(r))
		}
	}
}

// composed is r as an address keeps it: some letters, such as the Ohm sign, are another one in NFC.
func composed(r rune) string {
	e, err := domain.ParseEmail("x" + string(r) + "@example.com")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(e.Address(), "@example.com")
}

func TestRestoreEmailTrustsThePast(t *testing.T) {
	t.Parallel()
	const refusedToday = `"ada lovelace"@example.com`
	if got := domain.RestoreEmail(refusedToday); got.Address() != refusedToday || got.IsZero() {
		t.Error("RestoreEmail lost an address that is not accepted any more")
	}
	if diff := cmp.Diff("ada@example.com", domain.RestoreEmail("ADA@example.com").Canonical()); diff != "" {
		t.Error(diff)
	}
}
