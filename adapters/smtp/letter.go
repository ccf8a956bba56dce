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

// message is a letter ready to be sent.
type message struct {
	*mail.Msg
	// needsUTF8 says that an address in the envelope needs SMTPUTF8 (RFC 6531).
	needsUTF8 bool
}

// compose writes a letter: text and HTML as alternatives, and no header that a user has a say in but To.
func (m *Mailer) compose(letter domain.Mail) (message, error) {
	if !isIDLeft(letter.ID) {
		return message{}, errors.New("compose a letter: its ID does not fit into a Message-ID")
	}
	words, err := m.wording.write(letter)
	if err != nil {
		return message{}, fmt.Errorf("compose a letter: %w", err)
	}
	to := envelopeAddress(letter.To)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.from)
	msg.ToMailAddress(&netmail.Address{Address: to})
	msg.Subject(words.subject)
	msg.SetMessageIDWithValue(letter.ID + "@" + m.fromDomain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: answers by machines are not wanted
	msg.SetGenHeader(mail.HeaderContentLang, "en")
	msg.SetBodyString(mail.TypeTextPlain, words.text)
	msg.AddAlternativeString(mail.TypeTextHTML, words.html)
	return message{Msg: msg, needsUTF8: !isASCII(to) || !isASCII(m.from.Address)}, nil
}

// envelopeAddress is the address as the user wrote it, with its domain as A-labels, so that only a local part beyond ASCII
// needs SMTPUTF8.
func envelopeAddress(to domain.Email) string {
	return to.Address()[:strings.LastIndexByte(to.Address(), '@')+1] + domainOf(to)
}

// domainOf is the domain of an address as A-labels.
func domainOf(e domain.Email) string {
	return e.Canonical()[strings.LastIndexByte(e.Canonical(), '@')+1:]
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// isIDLeft reports whether s can stand before the @ of a Message-ID (RFC 5322, section 3.6.4); it is stricter than needed.
func isIDLeft(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) < 0
}
