package devinbox

import (
	"errors"
	"fmt"
	"io"

	_ "github.com/emersion/go-message/charset" // decodes charsets other than UTF-8
	"github.com/emersion/go-message/mail"
)

// parseMessage reads a message (RFC 5322) and keeps its first text/plain and text/html parts.
func parseMessage(r io.Reader) (Message, error) {
	reader, err := mail.CreateReader(r)
	if err != nil {
		return Message{}, fmt.Errorf("read the header of a message: %w", err)
	}
	var m Message
	if m.Subject, err = reader.Header.Subject(); err != nil {
		return Message{}, fmt.Errorf("read the subject of a message: %w", err)
	}
	if m.MessageID, err = reader.Header.MessageID(); err != nil {
		return Message{}, fmt.Errorf("read the Message-ID of a message: %w", err)
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Message{}, fmt.Errorf("read a part of a message: %w", err)
		}
		if err := m.read(part); err != nil {
			return Message{}, err
		}
	}
}

func (m *Message) read(part *mail.Part) error {
	header, inline := part.Header.(*mail.InlineHeader)
	if !inline {
		return nil
	}
	body, err := io.ReadAll(part.Body)
	if err != nil {
		return fmt.Errorf("read a part of a message: %w", err)
	}
	kind, _, err := header.ContentType()
	switch {
	case err != nil:
		return fmt.Errorf("read the type of a part: %w", err)
	case kind == "text/plain" && m.Text == "":
		m.Text = string(body)
	case kind == "text/html" && m.HTML == "":
		m.HTML = string(body)
	}
	return nil
}
