package devinbox_test

import (
	"fmt"
	"net/smtp"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
)

const letterSource = "From: Siriusys <no-reply@siriusys.com>\r\nTo: <ada@example.com>\r\nSubject: =?UTF-8?q?Gr=C3=BC=C3=9Fe?= %d\r\n" +
	"Message-ID: <id-%d@siriusys.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOpen https://example.com/#token=3D=\r\nabc, gr=C3=BCn\r\n" +
	"--b\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<html><head><title>x</title></head><body><a href=\"https://example.com/#token=abc\">Open</a></body></html>\r\n--b--\r\n"

func start(t *testing.T) *devinbox.Inbox {
	t.Helper()
	inbox, err := devinbox.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := inbox.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return inbox
}

// deliver hands letter number n to the inbox.
func deliver(t *testing.T, inbox *devinbox.Inbox, n int) error {
	t.Helper()
	u, err := url.Parse(inbox.URL())
	if err != nil {
		t.Fatal(err)
	}
	return smtp.SendMail(u.Host, nil, "no-reply@siriusys.com", []string{"Ada@example.com"}, fmt.Appendf(nil, letterSource, n, n))
}

func mustDeliver(t *testing.T, inbox *devinbox.Inbox, n int) {
	t.Helper()
	if err := deliver(t, inbox, n); err != nil {
		t.Fatalf("deliver letter %d: %v", n, err)
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	before := time.Now()
	mustDeliver(t, inbox, 1)
	mustDeliver(t, inbox, 2)
	letters := inbox.Letters()
	if len(letters) != 2 {
		t.Fatalf("there are %d letters, want 2", len(letters))
	}
	newest, oldest := letters[0], letters[1]
	if newest.ID == oldest.ID || newest.Subject != "Grüße 2" || oldest.Subject != "Grüße 1" {
		t.Errorf("the letters are %q and %q with the IDs %s and %s, want the newest first", newest.Subject, oldest.Subject, newest.ID, oldest.ID)
	}
	if newest.To != "Ada@example.com" || newest.MessageID != "id-2@siriusys.com" {
		t.Errorf("the letter went to %q with the Message-ID %q", newest.To, newest.MessageID)
	}
	if want := "Open https://example.com/#token=abc, grün"; strings.TrimSpace(newest.Text) != want {
		t.Errorf("the text is %q, want %q", newest.Text, want)
	}
	if !strings.Contains(newest.HTML, `<a href="https://example.com/#token=abc">`) {
		t.Errorf("the HTML is %q", newest.HTML)
	}
	if at := newest.ReceivedAt; at.Before(before) || at.After(time.Now()) || at.Location() != time.UTC {
		t.Errorf("the letter was received at %s, want now in UTC", at)
	}
}

func TestOldLettersGo(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	const kept = 500
	for n := range kept + 3 {
		mustDeliver(t, inbox, n)
	}
	letters := inbox.Letters()
	if len(letters) != kept || letters[0].Subject != fmt.Sprintf("Grüße %d", kept+2) || letters[kept-1].Subject != "Grüße 3" {
		t.Errorf("%d letters are kept, from %q to %q", len(letters), letters[len(letters)-1].Subject, letters[0].Subject)
	}
}

func TestRefuseAndAccept(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	inbox.Refuse(550, "no such person")
	if err := deliver(t, inbox, 1); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("a refused letter returned %v, want 550", err)
	}
	inbox.Accept()
	mustDeliver(t, inbox, 2)
	if got := len(inbox.Letters()); got != 1 {
		t.Errorf("there are %d letters, want 1", got)
	}
}

func TestDownAndBack(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	address := inbox.URL()
	mustDeliver(t, inbox, 1)
	for range 3 {
		if err := inbox.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		if err := deliver(t, inbox, 2); err == nil {
			t.Fatal("a closed inbox took a letter")
		}
		if err := inbox.Resume(); err != nil {
			t.Fatalf("Resume: %v", err)
		}
	}
	if inbox.URL() != address {
		t.Errorf("the inbox moved from %s to %s", address, inbox.URL())
	}
	mustDeliver(t, inbox, 3)
	if got := len(inbox.Letters()); got != 2 {
		t.Errorf("there are %d letters, want the one before and the one after", got)
	}
}

func TestStartOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:25", "127.0.0.1"} {
		if inbox, err := devinbox.Start(address); err == nil {
			t.Errorf("Start took %q and listens at %s", address, inbox.URL())
		}
	}
}
