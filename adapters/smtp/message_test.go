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
)

// parsedMessage is a message parsed by the standard library.
type parsedMessage struct {
	header     netmail.Header
	types      []string
	text, html string
}

func parseMessage(t *testing.T, raw string) parsedMessage {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("read a message: %v", err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the message is of type %s (%v), want multipart/alternative", kind, err)
	}
	m := parsedMessage{header: msg.Header}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m
		}
		if err != nil {
			t.Fatalf("read a part: %v", err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatalf("read a part: %v", err)
		}
		m.types = append(m.types, part.Header.Get("Content-Type"))
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.html = string(body)
		} else {
			m.text = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}
