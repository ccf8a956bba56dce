package smtp_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/domain"
)

// parsedLetter is a letter taken apart by the standard library.
type parsedLetter struct {
	header     netmail.Header
	types      []string
	text, html string
}

func readLetter(t *testing.T, raw string) parsedLetter {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("read a letter: %v", err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("a letter is of type %s (%v), want multipart/alternative", kind, err)
	}
	l := parsedLetter{header: msg.Header}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l
		}
		if err != nil {
			t.Fatalf("read a part: %v", err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatalf("read a part: %v", err)
		}
		l.types = append(l.types, part.Header.Get("Content-Type"))
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.html = string(body)
		} else {
			l.text = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}

// visible is what a reader of an HTML letter sees and can follow, and the names of its elements.
func visible(t *testing.T, source string) (text string, links, elements []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title" {
			seen.WriteString(n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		elements = append(elements, n.Data)
		for _, a := range n.Attr {
			if a.Key == "href" || a.Key == "src" {
				links = append(links, a.Val)
			}
		}
	}
	return seen.String(), links, elements
}

func TestWording(t *testing.T) {
	t.Parallel()
	says := map[domain.MailTemplate][]string{
		domain.MailVerification:      {"Somebody signed up for Acme", "24 hours", "If it was not you, ignore this letter", "password"},
		domain.MailAlreadyRegistered: {"You already have an account", "sign in", "password reset", "If it was not you, you need not do anything"},
		domain.MailPasswordReset:     {"reset the password of your Acme account", "24 hours", "choose a new password", "If it was not you, ignore this letter"},
		domain.MailPasswordChanged:   {"password of your Acme account was changed", "reset your password at once"},
		domain.MailTerminated:        {"Your Acme account was terminated", "cannot be signed in to any more", "On 21 November 2026 at 14:05 UTC it will be erased", "you can have it back", "Bring the account back, reset its password"},

		domain.MailSignupAfterTermination: {"Somebody tried to sign up for Acme", "sign up again after 21 November 2026 at 14:05 UTC", "the link in the letter that told you of the termination"},
		domain.MailTerminationReversed:    {"Your Acme account was brought back", "ask for a password reset", "somebody reads your mail"},
	}
	subjects := map[string]bool{}
	for _, template := range domain.MailTemplates() {
		m := letter(t, "one")
		m.Template, m.LinkLifetime, m.Until = template, 24*time.Hour, m.At.Add(14*24*time.Hour)
		linked := template == domain.MailVerification || template == domain.MailPasswordReset || template == domain.MailTerminated
		if !linked {
			m.Link = ""
		}
		subject, text, source, err := smtp.Write("Acme", m)
		if err != nil {
			t.Fatal(err)
		}
		if subject == "" || subjects[subject] {
			t.Errorf("the %s letter has no subject of its own: %q", template, subject)
		}
		subjects[subject] = true
		shown, links, elements := visible(t, source)
		for _, want := range append(says[template], "7 November 2026 at 14:05 UTC", "Hello,") {
			if !strings.Contains(text, want) {
				t.Errorf("the text of the %s letter does not say %q:\n%s", template, want, text)
			}
			if !strings.Contains(shown, want) {
				t.Errorf("the HTML of the %s letter does not say %q:\n%s", template, want, shown)
			}
		}
		for _, e := range elements {
			if strings.Contains(" img script link iframe form input object ", " "+e+" ") {
				t.Errorf("the HTML of the %s letter has the element %s", template, e)
			}
		}
		if strings.Contains(source, "url(") || strings.Contains(source, "@import") {
			t.Errorf("the HTML of the %s letter loads something", template)
		}
		if !linked {
			if len(links) != 0 || strings.Contains(text, "://") {
				t.Errorf("the %s letter has a link: %v", template, links)
			}
			continue
		}
		if strings.Count(text, m.Link) != 1 || strings.Count(text, "://") != 1 {
			t.Errorf("the text of the %s letter does not hold its link just once:\n%s", template, text)
		}
		if len(links) != 2 || links[0] != m.Link || links[1] != m.Link {
			t.Errorf("the HTML of the %s letter links to %q, want %q as a button and as text", template, links, m.Link)
		}
		if strings.Count(shown, m.Link) != 1 {
			t.Errorf("the HTML of the %s letter does not show its link just once:\n%s", template, shown)
		}
	}
}

// Once the grace is over, or there is none, a letter promises no way back.
func TestWordingWithoutGrace(t *testing.T) {
	t.Parallel()
	for template, want := range map[domain.MailTemplate]string{
		domain.MailTerminated: "It will be erased shortly", domain.MailSignupAfterTermination: "sign up again tomorrow",
	} {
		m := letter(t, "one")
		m.Template, m.Link = template, ""
		_, text, source, err := smtp.Write("Acme", m)
		if err != nil {
			t.Fatal(err)
		}
		shown, links, _ := visible(t, source)
		for form, written := range map[string]string{"text": text, "HTML": shown} {
			if !strings.Contains(written, want) || strings.Contains(written, "back") || strings.Contains(written, "0001") {
				t.Errorf("the %s of the %s letter:\n%s", form, template, written)
			}
		}
		if len(links) != 0 {
			t.Errorf("the %s letter links to %q", template, links)
		}
	}
}

func TestUnknownTemplate(t *testing.T) {
	t.Parallel()
	m := letter(t, "one")
	m.Template = "newsletter"
	if _, _, _, err := smtp.Write("Acme", m); err == nil {
		t.Error("a letter without a template was written")
	}
}

func TestInWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24 hours", time.Hour: "1 hour", 90 * time.Minute: "90 minutes", 30 * time.Minute: "30 minutes",
		time.Minute: "1 minute", 119 * time.Second: "1 minute",
	} {
		if got := smtp.InWords(d); got != want {
			t.Errorf("InWords(%s) is %q, want %q", d, got, want)
		}
	}
}

// FuzzName proves that no name adds an element, a link, a paragraph or a header to a letter.
func FuzzName(f *testing.F) {
	for _, name := range []string{
		"Ada Lovelace", "<script>alert(1)</script>", `"><a href="https://evil.example">x</a>`, "{{.Link}}", "a\r\nBcc: x@example.com\r\n\r\nbody",
		"</p></td></tr></table><img src=x>", "O'Brien & Sons", "a\n\nb", "\u2028b", "&lt;b&gt;", "<!--", "\x00",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, template := range domain.MailTemplates() {
			m := domain.Mail{Template: template, Link: "https://a.example/#token=x", LinkLifetime: time.Hour, Name: domain.RestoreFullName("N")}
			subject, text, source, err := smtp.Write("Acme", m)
			if err != nil {
				t.Fatal(err)
			}
			_, links, elements := visible(t, source)
			m.Name = domain.RestoreFullName("N" + name)
			gotSubject, gotText, gotSource, err := smtp.Write("Acme", m)
			if err != nil {
				t.Fatal(err)
			}
			_, gotLinks, gotElements := visible(t, gotSource)
			if gotSubject != subject {
				t.Errorf("the name changed the subject to %q", gotSubject)
			}
			if strings.Join(gotLinks, " ") != strings.Join(links, " ") || strings.Join(gotElements, " ") != strings.Join(elements, " ") {
				t.Errorf("the name %q changed the HTML to\n%s", name, gotSource)
			}
			if strings.Count(gotText, "\n") != strings.Count(text, "\n") || strings.ContainsAny(gotText, "\r\x00\u2028") {
				t.Errorf("the name %q added lines to the text:\n%q", name, gotText)
			}
		}
	})
}
