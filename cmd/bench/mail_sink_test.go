package main

import (
	"context"
	"net/smtp"
	"strings"
	"testing"
	"time"
)

func TestFindTokenInQuotedPrintable(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"Open https://example.com/#token=3Dab-c_D9 now":        "ab-c_D9",
		"Open https://example.com/#tok=\r\nen=3Dab=\r\ncd\r\n": "abcd",
		"https://example.com/?token=3Dabc":                     "",
	} {
		if got := findToken([]byte(message)); got != want {
			t.Errorf("token of %q is %q, want %q", message, got, want)
		}
	}
}

func TestMailSinkCountsMessagesAndPausesDeliveries(t *testing.T) {
	t.Parallel()
	sink, err := startMailSink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.close() })
	address := strings.TrimSuffix(strings.TrimPrefix(sink.url, "smtp://"), "?tls=none")
	sink.pause()
	sent := make(chan error, 1)
	go func() {
		sent <- smtp.SendMail(address, nil, "from@example.com", []string{"ada@example.com"}, []byte("Subject: x\r\n\r\n#token=3Dabc\r\n"))
	}()
	if got := sink.received.Load(); got != 0 {
		t.Errorf("%d messages received while deliveries are paused", got)
	}
	sink.resume()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tokens, err := sink.awaitTokens(ctx, []string{"ada@example.com"})
	if err != nil || tokens[0] != "abc" || sink.received.Load() != 1 {
		t.Errorf("tokens %v, error %v, %d messages", tokens, err, sink.received.Load())
	}
}
