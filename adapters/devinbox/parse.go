package devinbox

import (
	"errors"
	"fmt"
	"io"

	_ "github.com/emersion/go-message/charset" // so that letters in other charsets than UTF-8 are read too
	"github.com/emersion/go-message/mail"
)

// parseLetter reads a letter (RFC 5322) and takes its first text/plain and text/html part.
func parseLetter(r io.Reader) (Letter, error) {
	reader, err := mail.CreateReader(r)
	if err != nil {
		return Letter{}, fmt.Errorf("read the header of a letter: %w", err)
	}
	var l Letter
	if l.Subject, err = reader.Header.Subject(); err != nil {
		return Letter{}, fmt.Errorf("read the subject of a letter: %w", err)
	}
	if l.MessageID, err = reader.Header.MessageID(); err != nil {
		return Letter{}, fmt.Errorf("read the Message-ID of a letter: %w", err)
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return Letter{}, fmt.Errorf("read a part of a letter: %w", err)
		}
		if err := l.read(part); err != nil {
			return Letter{}, err
		}
	}
}

func (l *Letter) read(part *mail.Part) error {
	header, inline := part.Header.(*mail.InlineHeader)
	if !inline {
		return nil
	}
	body, err := io.ReadAll(part.Body)
	if err != nil {
		return fmt.Errorf("read a part of a letter: %w", err)
	}
	kind, _, err := header.ContentType()
	switch {
	case err != nil:
		return fmt.Errorf("read the type of a part: %w", err)
	case kind == "text/plain" && l.Text == "":
		l.Text = string(body)
	case kind == "text/html" && l.HTML == "":
		l.HTML = string(body)
	}
	return nil
}
