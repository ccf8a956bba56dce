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
		{"Kelvin sign is not K", "\u212a@example.com", "\u212a@example.com", "\u212a@example.com"},
		{"long s is not s", "\u017f@example.com", "\u017f@example.com", "\u017f@example.com"},
		{"Kelvin sign in a domain is k", "ada@\u212a.example.com", "ada@K.example.com", "ada@k.example.com"},
		{"capital sharp s", "\u1e9e@example.com", "\u1e9e@example.com", "\u00df@example.com"},
		{"sharp s is not ss", "\u00df@example.com", "\u00df@example.com", "\u00df@example.com"},
		{"dotless i is not i", "\u0131@example.com", "\u0131@example.com", "\u0131@example.com"},
		{"dotted I is not i", "\u0130@example.com", "\u0130@example.com", "\u0130@example.com"},
		{"iota stays a letter", "\u03b1\u0399@example.com", "\u03b1\u0399@example.com", "\u03b1\u03b9@example.com"},
		{"folding composes", "J\u030c@example.com", "J\u030c@example.com", "\u01f0@example.com"},
		{"ideograph of Unicode 15.1", "\u738b\U0002ebf0@example.com", "\u738b\U0002ebf0@example.com", "\u738b\U0002ebf0@example.com"},
		{"equals sign and question mark", "a=?b@example.com", "a=?b@example.com", "a=?b@example.com"},
		{"question mark before equals sign", "a?=b=?c@example.com", "a?=b=?c@example.com", "a?=b=?c@example.com"},
		{"slash and equals sign", "s=doe/g=ada@example.com", "s=doe/g=ada@example.com", "s=doe/g=ada@example.com"},
		{"apostrophe", "o'brien@example.com", "o'brien@example.com", "o'brien@example.com"},
		{"leading exclamation mark", "!ada@example.com", "!ada@example.com", "!ada@example.com"},
		{"ampersand", "r&d-x@example.com", "r&d-x@example.com", "r&d-x@example.com"},
		{"tag of base64 letters", "ada+news-2026@example.com", "ada+news-2026@example.com", "ada+news-2026@example.com"},
		{"tag of eight letters", "ada+shopping-x@example.com", "ada+shopping-x@example.com", "ada+shopping-x@example.com"},
		{"tag of capitals", "ada+ACM@example.com", "ada+ACM@example.com", "ada+acm@example.com"},
		{"tag and hyphen", "ada+-x@example.com", "ada+-x@example.com", "ada+-x@example.com"},
		{"variable envelope return path", "b+ada=example.org@example.com", "b+ada=example.org@example.com", "b+ada=example.org@example.com"},
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
			wantViolation(t, err, c.code)
			if !got.IsZero() {
				t.Errorf("ParseEmail(%q) returned an email address and an error", c.in)
			}
		})
	}
}

// Some mail systems read each of these as another address, of another person. The sources are at hasOtherReading.
func TestParseEmailRefusesFormsWithOtherReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in string }{
		{"encoded word", "=?utf-8?q?a?=@example.org"},
		{"encoded word in capitals", "=?UTF-8?Q?=61?=@example.org"},
		{"encoded word in base64", "=?iso-8859-1?b?YWRh?=@example.org"},
		{"encoded word with a language", "=?us-ascii*en?q?a?=@example.org"},
		{"encoded word of another charset", "=?utf-7?q?&AGE-?=@example.org"},
		{"encoded word of no charset", "=?x?q?ada=40example.net=3e=00?=@example.org"},
		{"text before an encoded word", "ada=?utf-8?q?b?=@example.org"},
		{"text after an encoded word", "=?utf-8?q?a?=da@example.org"},
		{"encoded word without text", "=??=@example.org"},
		{"encoded word over dots", "=?utf-8.a?=@example.org"},
		{"encoded word beyond ASCII", "\u00e9=?utf-8?q?a?=@example.org"},
		{"percent hack", "ada%example.net@example.org"},
		{"percent hack with one label", "ada%b@example.org"},
		{"percent hack over two hosts", "ada%b.example%c.example@example.org"},
		{"percent hack beyond ASCII", "ada%b\u00fccher.example@example.org"},
		{"percent hack beyond ASCII at first", "ada%\u00fc.example@example.org"},
		{"percent sign at the end", "ada%@example.org"},
		{"percent sign at the start", "%example.net@example.org"},
		{"percent-encoded @", "ada%40example.net@example.org"},
		{"percent-encoded NUL", "ada%00@example.org"},
		{"percent-encoded in the middle", "ada%3ex+y@example.org"},
		{"bang path", "example.net!ada@example.org"},
		{"bang path over two hosts", "a!b!ada@example.org"},
		{"bang path beyond ASCII", "b\u00fc!ada@example.org"},
		{"exclamation mark at the end", "ada!@example.org"},
		{"bang path and percent hack", "a!ada%b@example.org"},
		{"X.400 address", "/S=doe/G=ada/@example.org"},
		{"file", "/dev/null@example.org"},
		{"program", "|cat@example.org"},
		{"UTF-7", "+AGE-@example.org"},
		{"UTF-7 of an @", "ada+AEA-example.net@example.org"},
		{"UTF-7 of an @ without the hyphen", "ada+AEA@example.org"},
		{"UTF-7 of several characters", "+AGEAQABi-@example.org"},
		{"UTF-7 of a Latin letter beyond ASCII", "+AOk-@example.org"},
		{"UTF-7 after a tag", "ada+b+ADw-@example.org"},
		{"UTF-7 of NUL", "ada+AAA@example.org"},
		{"UTF-7 of IMAP", "&AEA-@example.org"},
		{"quoted local part", "\"ada\"@example.org"},
		{"quoted at the start", "\"ada\".b@example.org"},
		{"quoted with an escape", "\"a\\\"b\"@example.org"},
		{"quoted encoded word", "\"=?utf-8?q?a?=\"@example.org"},
		{"escape", "a\\@b@example.org"},
		{"comment before the local part", "(a)ada@example.org"},
		{"comment after the local part", "ada(a)@example.org"},
		{"comment before the domain", "ada@(a)example.org"},
		{"comment after the domain", "ada@example.org(a)"},
		{"comment with an @", "ada(@example.net)@example.org"},
		{"source route", "@example.net:ada@example.org"},
		{"source route over two hosts", "@a.example,@b.example:ada@example.org"},
		{"source route in brackets", "<@example.net:ada@example.org>"},
		{"two @", "ada@example.net@example.org"},
		{"host::user", "host::ada@example.org"},
		{"group", "friends:ada@example.org;"},
		{"list with a semicolon", "ada@example.org;b@example.org"},
		{"white space around the @", "ada @ example.org"},
		{"folded", "ada\r\n @example.org"},
		{"local part only", "ada%example.org"},
		{"address literal", "ada@[127.0.0.1]"},
		{"decimal host", "ada@2130706433"},
		{"hexadecimal host", "ada@0x7f.1"},
		{"encoded word in the domain", "ada@=?utf-8?q?a?=.example.org"},
		{"percent-encoded domain", "ada@example%2eorg"},
		{"full-width @", "ada\uff20example.org"},
		{"small @", "ada\ufe6bexample.net@example.org"},
		{"full-width percent sign", "ada\uff05example.net@example.org"},
		{"full-width dot in the local part", "ada\uff0e@example.org"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseEmail(c.in)
			wantViolation(t, err, "invalid_email")
			if !got.IsZero() {
				t.Errorf("ParseEmail(%q) returned an email address and an error", c.in)
			}
		})
	}
}

// wantViolation checks that err is one Invalid error with the code.
func wantViolation(t *testing.T, err error, code string) {
	t.Helper()
	violation, ok := errors.AsType[*domain.Error](err)
	if !ok || violation.Code != code || violation.Kind != domain.Invalid || violation.Text == "" {
		t.Errorf("got the error %#v, want an Invalid error with the code %s", err, code)
	}
}

// emails draws email addresses, most of them valid, in all letter cases of several scripts.
func emails() *rapid.Generator[string] {
	runes := []rune("aAkKsSzZ09.+-_'\u00e9\u0301\u0345\u0130\u0131\u00df\u1e9e" +
		"\u017f\u212a\u00b5\u03bc\u0399\u03b9\u0416\u4e2d\u13a0\uab70\u01c5\u1fb3")
	atom := rapid.StringOfN(rapid.RuneFrom(runes), 1, 12, -1)
	host := rapid.SampledFrom([]string{
		"example.com", "EXAMPLE.com", "b\u00fccher.example", "B\u00dcCHER.example", "xn--bcher-kva.example",
	})
	return rapid.Custom(func(t *rapid.T) string { return atom.Draw(t, "local") + "@" + host.Draw(t, "host") })
}

func TestCanonicalEmailIsAFixedPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, err := domain.ParseEmail(emails().Draw(t, "email"))
		if err != nil {
			t.Skip("not an email address")
		}
		for _, again := range []string{e.Canonical(), e.Address(), " " + e.Address()} {
			got, err := domain.ParseEmail(again)
			if err != nil || got.Canonical() != e.Canonical() {
				t.Fatalf("the canonical form of %+q is %+q, but that of %+q is %+q, %v", e.Address(), e.Canonical(), again, got.Canonical(), err)
			}
		}
		if got := domain.RestoreEmail(e.Address()); got != e {
			t.Fatalf("RestoreEmail(%+q) returned another email address", e.Address())
		}
	})
}

// Two spellings are the same email address if and only if they differ only in simple case. The Kelvin sign and the long s have no
// other case.
func TestEmailFoldsTheCaseOfEveryRune(t *testing.T) {
	t.Parallel()
	canonical := func(r rune) string {
		e, err := domain.ParseEmail("x" + string(r) + "@example.com")
		if err != nil {
			return ""
		}
		return e.Canonical()
	}
	firstOf := map[string]rune{}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		got := canonical(r)
		if got == "" {
			continue
		}
		first, seen := firstOf[got]
		if !seen {
			firstOf[got] = r
			continue
		}
		if !strings.EqualFold(composed(first), composed(r)) {
			t.Errorf("%U and %U are the same email address, but differ in more than case", first, r)
		}
	}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		isOwn := strings.ContainsRune("\u212a\u017f", r) || strings.ContainsRune("\u212a\u017f", unicode.SimpleFold(r))
		if a, b := canonical(r), canonical(unicode.SimpleFold(r)); !isOwn && a != "" && b != "" && a != b {
			t.Errorf("%U and %U differ only in case, but are two email addresses", r, unicode.SimpleFold(r))
		}
	}
}

// composed is r in the NFC of an email address: some runes, such as the Ohm sign, become another one.
func composed(r rune) string {
	e, err := domain.ParseEmail("x" + string(r) + "@example.com")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(e.Address(), "@example.com")
}

func TestRestoreEmailAcceptsWhatWasStored(t *testing.T) {
	t.Parallel()
	const refusedToday = `"ada lovelace"@example.com`
	if got := domain.RestoreEmail(refusedToday); got.Address() != refusedToday || got.IsZero() {
		t.Error("RestoreEmail did not restore an email address that ParseEmail refuses today")
	}
	for stored, canonical := range map[string]string{
		"ADA@example.com": "ada@example.com", "=?UTF-8?q?a?=@EXAMPLE.com": "=?utf-8?q?a?=@example.com",
		"Ada%B@example.com": "ada%b@example.com", "ADA\u3164@example.com": "ada\u3164@example.com",
	} {
		if diff := cmp.Diff(canonical, domain.RestoreEmail(stored).Canonical()); diff != "" {
			t.Errorf("the canonical form of a stored address changed (-want +got):\n%s", diff)
		}
	}
}

// An account may have an address that was accepted before forms with other readings were refused. Its holder can still log in.
func TestParseStoredEmailAcceptsWhatWasAccepted(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"user%host@example.org", "=?utf-8?q?a?=@example.org", "host!user@example.org", "ada@example.com"} {
		e, err := domain.ParseStoredEmail(address)
		if err != nil || e != domain.RestoreEmail(address) {
			t.Errorf("%s: %v, %v", address, e.Address(), err)
		}
	}
	for _, address := range []string{"", "ada", "a@b@c", "ada@-"} {
		if _, err := domain.ParseStoredEmail(address); err == nil {
			t.Errorf("%q is accepted", address)
		}
	}
}
