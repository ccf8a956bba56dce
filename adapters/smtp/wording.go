package smtp

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode"

	"github.com/siriusys/user-management-service/domain"
)

//go:embed templates
var templateFiles embed.FS

// subjects holds no user's words: a subject is a header.
var subjects = map[domain.MailTemplate]string{
	domain.MailVerification:      "Confirm your email address",
	domain.MailAlreadyRegistered: "You already have an account",
	domain.MailPasswordReset:     "Reset your password",
	domain.MailPasswordChanged:   "Your password was changed",
	domain.MailTerminated:        "Your account was terminated",

	domain.MailSignupAfterTermination: "Your earlier account is not erased yet",
	domain.MailTerminationReversed:    "Your account is back",
}

// letterTemplate is one letter in its two forms, each set in the layout that all share.
type letterTemplate struct {
	text *texttemplate.Template
	html *htmltemplate.Template
}

var letterTemplates = parseTemplates()

func parseTemplates() map[domain.MailTemplate]letterTemplate {
	parsed := map[domain.MailTemplate]letterTemplate{}
	for _, name := range domain.MailTemplates() {
		file := "templates/" + string(name)
		parsed[name] = letterTemplate{
			text: texttemplate.Must(texttemplate.ParseFS(templateFiles, "templates/layout.txt", file+".txt")),
			html: htmltemplate.Must(htmltemplate.ParseFS(templateFiles, "templates/layout.html", file+".html")),
		}
	}
	return parsed
}

// wording puts letters into words.
type wording struct{ product string }

// words is a letter as the reader sees it.
type words struct{ subject, text, html string }

// facts is what the templates speak of.
type facts struct {
	Product, Subject, Name, Link, Lifetime, At, Until string
}

func (w wording) write(m domain.Mail) (words, error) {
	letter, known := letterTemplates[m.Template]
	if !known {
		return words{}, fmt.Errorf("there is no letter named %q", m.Template)
	}
	f := facts{
		Product:  w.product,
		Subject:  subjects[m.Template],
		Name:     oneLine(m.Name.Value()),
		Link:     m.Link,
		Lifetime: inWords(m.LinkLifetime),
		At:       date(m.At),
		Until:    date(m.Until),
	}
	var text, html bytes.Buffer
	if err := letter.text.Execute(&text, f); err != nil {
		return words{}, fmt.Errorf("write the text of the %s letter: %w", m.Template, err)
	}
	if err := letter.html.Execute(&html, f); err != nil {
		return words{}, fmt.Errorf("write the HTML of the %s letter: %w", m.Template, err)
	}
	return words{subject: f.Subject, text: text.String(), html: html.String()}, nil
}

// date says when something is, and nothing of the zero time.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006 at 15:04 UTC")
}

// oneLine keeps a name from adding paragraphs of its own to a letter.
func oneLine(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
}

// inWords says how long a link works, rounded down so that it promises no minute too much.
func inWords(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
