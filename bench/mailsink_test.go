package main

import (
	"context"
	"net/smtp"
	"strings"
	"testing"
	"time"
)

func TestTokenInQuotedPrintable(t *testing.T) {
	t.Parallel()
	for letter, want := range map[string]string{
		"Open https://example.com/#token=3Dab-c_D9 now":        "ab-c_D9",
		"Open https://example.com/#tok=\r\nen=3Dab=\r\ncd\r\n": "abcd",
		"https://example.com/?token=3Dabc":                     "",
	} {
		if got := tokenIn([]byte(letter)); got != want {
			t.Errorf("%q: %q", letter, got)
		}
	}
}

func TestMailSinkCountsLettersAndHoldsThem(t *testing.T) {
	t.Parallel()
	sink, err := startMailSink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.close() })
	address := strings.TrimSuffix(strings.TrimPrefix(sink.url, "smtp://"), "?tls=none")
	sink.hold()
	sent := make(chan error, 1)
	go func() {
		sent <- smtp.SendMail(address, nil, "from@example.com", []string{"ada@example.com"}, []byte("Subject: x\r\n\r\n#token=3Dabc\r\n"))
	}()
	if got := sink.taken.Load(); got != 0 {
		t.Errorf("%d letters taken while they are held", got)
	}
	sink.release()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tokens, err := sink.collect(ctx, []string{"ada@example.com"})
	if err != nil || tokens[0] != "abc" || sink.taken.Load() != 1 {
		t.Errorf("%v %v, %d letters", tokens, err, sink.taken.Load())
	}
}
