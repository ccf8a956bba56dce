package smtp_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/domain"
)

// visible returns the text that a reader of HTML sees, the links, and the names of the elements.
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

func TestContent(t *testing.T) {
	t.Parallel()
	sentences := map[domain.MessageTemplate][]string{
		domain.MessageVerification: {
			"we received a request to sign up for Acme", "works for 24 hours", "If this wasn't you, ignore this email", "password",
		},
		domain.MessageAlreadyRegistered: {
			"you already have an account", "sign in", "password reset", "If this wasn't you, you don't need to do anything",
		},
		domain.MessagePasswordReset: {
			"reset the password of your Acme account", "within the next 24 hours", "choose a new password",
			"If this wasn't you, ignore this email",
		},
		domain.MessagePasswordChanged: {"password of your Acme account was changed", "reset your password immediately"},
		domain.MessageTerminated: {
			"Your Acme account was terminated", "You can no longer sign in", "will be erased on 21 November 2026 at 14:05 UTC",
			"you can cancel the termination", "Cancel the termination, reset your password",
		},
		domain.MessageSignupAfterTermination: {
			"a request to sign up for Acme", "sign up again after 21 November 2026 at 14:05 UTC",
			"the link in the email that we sent when it was terminated",
		},
		domain.MessageTerminationCancelled: {
			"the termination of your Acme account was cancelled", "request a password reset", "another person can read your email",
		},
	}
	subjects := map[string]bool{}
	for _, template := range domain.MessageTemplates() {
		m := newMessage(t, "one")
		m.Template, m.LinkLifetime, m.Until = template, 24*time.Hour, m.At.Add(14*24*time.Hour)
		linked := template == domain.MessageVerification || template == domain.MessagePasswordReset || template == domain.MessageTerminated
		if !linked {
			m.Link = ""
		}
		subject, text, source, err := smtp.Render("Acme", m)
		if err != nil {
			t.Fatal(err)
		}
		if subject == "" || subjects[subject] {
			t.Errorf("the subject of the %s message is empty or not unique: %q", template, subject)
		}
		subjects[subject] = true
		shown, _, _ := visible(t, source)
		for _, want := range append(sentences[template], "7 November 2026 at 14:05 UTC", "Hello,", "The Acme team") {
			if !strings.Contains(text, want) {
				t.Errorf("the text of the %s message lacks %q:\n%s", template, want, text)
			}
			if !strings.Contains(shown, want) {
				t.Errorf("the HTML of the %s message lacks %q:\n%s", template, want, shown)
			}
		}
		assertLoadsNothing(t, template, source)
		assertLink(t, m, text, source)
	}
}

func assertLoadsNothing(t *testing.T, template domain.MessageTemplate, source string) {
	t.Helper()
	_, _, elements := visible(t, source)
	for _, e := range elements {
		if strings.Contains(" img script link iframe form input object ", " "+e+" ") {
			t.Errorf("the HTML of the %s message has the element %s", template, e)
		}
	}
	if strings.Contains(source, "url(") || strings.Contains(source, "@import") {
		t.Errorf("the HTML of the %s message loads something", template)
	}
}

// assertLink fails the test unless the text contains m.Link once, and the HTML twice: as a button and as text.
func assertLink(t *testing.T, m domain.Message, text, source string) {
	t.Helper()
	shown, links, _ := visible(t, source)
	if m.Link == "" {
		if len(links) != 0 || strings.Contains(text, "://") {
			t.Errorf("the %s message has a link: %v", m.Template, links)
		}
		return
	}
	if strings.Count(text, m.Link) != 1 || strings.Count(text, "://") != 1 {
		t.Errorf("the text of the %s message does not contain its link exactly once:\n%s", m.Template, text)
	}
	if len(links) != 2 || links[0] != m.Link || links[1] != m.Link {
		t.Errorf("the HTML of the %s message links to %q, want %q as a button and as text", m.Template, links, m.Link)
	}
	if strings.Count(shown, m.Link) != 1 {
		t.Errorf("the HTML of the %s message does not show its link exactly once:\n%s", m.Template, shown)
	}
}

// Without a grace period, or after it, a message does not offer to cancel the termination.
func TestContentWithoutGracePeriod(t *testing.T) {
	t.Parallel()
	for template, want := range map[domain.MessageTemplate]string{
		domain.MessageTerminated: "will be erased shortly", domain.MessageSignupAfterTermination: "sign up again tomorrow",
	} {
		m := newMessage(t, "one")
		m.Template, m.Link = template, ""
		_, text, source, err := smtp.Render("Acme", m)
		if err != nil {
			t.Fatal(err)
		}
		shown, links, _ := visible(t, source)
		for form, content := range map[string]string{"text": text, "HTML": shown} {
			lower := strings.ToLower(content)
			if !strings.Contains(content, want) || strings.Contains(lower, "cancel") || strings.Contains(lower, "keep the account") ||
				strings.Contains(content, "0001") {
				t.Errorf("the %s of the %s message:\n%s", form, template, content)
			}
		}
		if len(links) != 0 {
			t.Errorf("the %s message links to %q", template, links)
		}
	}
}

func TestUnknownTemplate(t *testing.T) {
	t.Parallel()
	m := newMessage(t, "one")
	m.Template = "newsletter"
	if _, _, _, err := smtp.Render("Acme", m); err == nil {
		t.Error("a message with an unknown template was rendered")
	}
}

func TestFormatLifetime(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24 hours", time.Hour: "1 hour", 90 * time.Minute: "90 minutes", 30 * time.Minute: "30 minutes",
		time.Minute: "1 minute", 119 * time.Second: "1 minute",
	} {
		if got := smtp.FormatLifetime(d); got != want {
			t.Errorf("FormatLifetime(%s) is %q, want %q", d, got, want)
		}
	}
}

// FuzzName proves that no name adds an element, a link, a paragraph or a header to a message.
func FuzzName(f *testing.F) {
	for _, name := range []string{
		"Ada Lovelace", "<script>alert(1)</script>", `"><a href="https://evil.example">x</a>`, "{{.Link}}",
		"a\r\nBcc: x@example.com\r\n\r\nbody",
		"</p></td></tr></table><img src=x>", "O'Brien & Sons", "a\n\nb", "\u2028b", "&lt;b&gt;", "<!--", "\x00",
	} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, template := range domain.MessageTemplates() {
			m := domain.Message{Template: template, Link: "https://a.example/#token=x", LinkLifetime: time.Hour}
			m.Name = domain.RestoreFullName("N")
			subject, text, source, err := smtp.Render("Acme", m)
			if err != nil {
				t.Fatal(err)
			}
			_, links, elements := visible(t, source)
			m.Name = domain.RestoreFullName("N" + name)
			gotSubject, gotText, gotSource, err := smtp.Render("Acme", m)
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
