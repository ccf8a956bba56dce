package smtp

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"github.com/siriusys/user-management-service/domain"
)

// composedMessage is a message in the format of RFC 5322, ready to be sent.
type composedMessage struct {
	*mail.Msg
	// These are set if the address needs SMTPUTF8 (RFC 6531) in the envelope.
	senderNeedsUTF8, recipientNeedsUTF8 bool
}

// compose makes a message with text and HTML as alternatives. To is the only header that contains user input.
func (m *Mailer) compose(message domain.Message) (composedMessage, error) {
	if !isIDLeft(message.ID) {
		return composedMessage{}, errors.New("compose a message: its ID is not valid in a Message-ID")
	}
	content, err := render(m.productName, message)
	if err != nil {
		return composedMessage{}, fmt.Errorf("compose a message: %w", err)
	}
	to := envelopeAddress(message.To)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.from)
	msg.ToMailAddress(&netmail.Address{Address: to})
	msg.Subject(content.subject)
	msg.SetMessageIDWithValue(message.ID + "@" + m.fromDomain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: suppresses automatic replies
	msg.SetGenHeader(mail.HeaderContentLang, "en")
	msg.SetBodyString(mail.TypeTextPlain, content.text)
	msg.AddAlternativeString(mail.TypeTextHTML, content.html)
	return composedMessage{Msg: msg, senderNeedsUTF8: !isASCII(m.from.Address), recipientNeedsUTF8: !isASCII(to)}, nil
}

// envelopeAddress is the address as the user wrote it, but with the domain as A-labels, so that only a local part beyond
// ASCII needs SMTPUTF8.
func envelopeAddress(to domain.Email) string {
	return to.Address()[:strings.LastIndexByte(to.Address(), '@')+1] + domainOf(to)
}

// domainOf is the domain of an email address as A-labels.
func domainOf(e domain.Email) string {
	return e.Canonical()[strings.LastIndexByte(e.Canonical(), '@')+1:]
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// isIDLeft reports whether s may stand before the @ of a Message-ID. It is stricter than RFC 5322, section 3.6.4.
func isIDLeft(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0
}
