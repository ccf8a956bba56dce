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

// subjects contains no user input, because a subject is a header.
var subjects = map[domain.MessageTemplate]string{
	domain.MessageVerification:      "Confirm your email address",
	domain.MessageAlreadyRegistered: "You already have an account",
	domain.MessagePasswordReset:     "Reset your password",
	domain.MessagePasswordChanged:   "Your password was changed",
	domain.MessageTerminated:        "Your account was terminated",

	domain.MessageSignupAfterTermination: "Your previous account has not been erased yet",
	domain.MessageTerminationCancelled:   "Your account termination was cancelled",
}

// contentTemplate is one message in its two forms, each within the layout that all messages share.
type contentTemplate struct {
	text *texttemplate.Template
	html *htmltemplate.Template
}

var contentTemplates = parseTemplates()

func parseTemplates() map[domain.MessageTemplate]contentTemplate {
	parsed := map[domain.MessageTemplate]contentTemplate{}
	for _, name := range domain.MessageTemplates() {
		file := "templates/" + string(name)
		parsed[name] = contentTemplate{
			text: texttemplate.Must(texttemplate.ParseFS(templateFiles, "templates/layout.txt", file+".txt")),
			html: htmltemplate.Must(htmltemplate.ParseFS(templateFiles, "templates/layout.html", file+".html")),
		}
	}
	return parsed
}

// content is what the recipient reads.
type content struct{ subject, text, html string }

// templateData is what the templates may refer to.
type templateData struct {
	Product, Subject, Name, Link, Lifetime, At, Until string
}

// render fills in the templates of a message.
func render(product string, m domain.Message) (content, error) {
	templates, known := contentTemplates[m.Template]
	if !known {
		return content{}, fmt.Errorf("unknown message template %q", m.Template)
	}
	data := templateData{
		Product:  product,
		Subject:  subjects[m.Template],
		Name:     singleLine(m.Name.Value()),
		Link:     m.Link,
		Lifetime: formatLifetime(m.LinkLifetime),
		At:       formatTime(m.At),
		Until:    formatTime(m.Until),
	}
	var text, html bytes.Buffer
	if err := templates.text.Execute(&text, data); err != nil {
		return content{}, fmt.Errorf("render the text of the %s message: %w", m.Template, err)
	}
	if err := templates.html.Execute(&html, data); err != nil {
		return content{}, fmt.Errorf("render the HTML of the %s message: %w", m.Template, err)
	}
	return content{subject: data.Subject, text: text.String(), html: html.String()}, nil
}

// formatTime returns an empty string for the zero time, so that templates can test for it.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006 at 15:04 UTC")
}

// singleLine prevents a name from adding paragraphs of its own to a message.
func singleLine(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name)
}

// formatLifetime rounds down, so that the message never promises more time than the link has.
func formatLifetime(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return formatCount(int(d/time.Hour), "hour")
	}
	return formatCount(int(d/time.Minute), "minute")
}

func formatCount(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
