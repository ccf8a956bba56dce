package devinbox_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/smtp"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/devinbox"
)

const messageSource = "From: Siriusys <no-reply@siriusys.com>\r\nTo: <ada@example.com>\r\nSubject: =?UTF-8?q?Gr=C3=BC=C3=9Fe?= %d\r\n" +
	"Message-ID: <id-%d@siriusys.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"Open https://example.com/#token=3D=\r\nabc, gr=C3=BCn\r\n" +
	"--b\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n" +
	"<html><head><title>x</title></head><body><a href=\"https://example.com/#token=abc\">Open</a></body></html>\r\n--b--\r\n"

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

// deliver sends message number n to the inbox.
func deliver(t *testing.T, inbox *devinbox.Inbox, n int) error {
	t.Helper()
	u, err := url.Parse(inbox.URL())
	if err != nil {
		t.Fatal(err)
	}
	message := fmt.Appendf(nil, messageSource, n, n)
	return smtp.SendMail(u.Host, nil, "no-reply@siriusys.com", []string{"Ada@example.com"}, message)
}

func mustDeliver(t *testing.T, inbox *devinbox.Inbox, n int) {
	t.Helper()
	if err := deliver(t, inbox, n); err != nil {
		t.Fatalf("deliver message %d: %v", n, err)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	before := time.Now()
	mustDeliver(t, inbox, 1)
	mustDeliver(t, inbox, 2)
	messages := inbox.Messages()
	if len(messages) != 2 {
		t.Fatalf("the inbox contains %d messages, want 2", len(messages))
	}
	newest, oldest := messages[0], messages[1]
	if newest.ID == oldest.ID || newest.Subject != "Grüße 2" || oldest.Subject != "Grüße 1" {
		t.Errorf("the messages are %q and %q with the IDs %s and %s, want the newest first",
			newest.Subject, oldest.Subject, newest.ID, oldest.ID)
	}
	if newest.To != "Ada@example.com" || newest.MessageID != "id-2@siriusys.com" {
		t.Errorf("the message was sent to %q with the Message-ID %q", newest.To, newest.MessageID)
	}
	if want := "Open https://example.com/#token=abc, grün"; strings.TrimSpace(newest.Text) != want {
		t.Errorf("the text is %q, want %q", newest.Text, want)
	}
	if !strings.Contains(newest.HTML, `<a href="https://example.com/#token=abc">`) {
		t.Errorf("the HTML is %q", newest.HTML)
	}
	if at := newest.ReceivedAt; at.Before(before) || at.After(time.Now()) || at.Location() != time.UTC {
		t.Errorf("the message was received at %s, want now in UTC", at)
	}
}

func TestOldMessagesAreRemoved(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	const kept = 500
	for n := range kept + 3 {
		mustDeliver(t, inbox, n)
	}
	messages := inbox.Messages()
	if len(messages) != kept || messages[0].Subject != fmt.Sprintf("Grüße %d", kept+2) || messages[kept-1].Subject != "Grüße 3" {
		t.Errorf("%d messages are kept, from %q to %q", len(messages), messages[len(messages)-1].Subject, messages[0].Subject)
	}
}

func TestRefuseAndAccept(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	inbox.Refuse(550, "no such person")
	if err := deliver(t, inbox, 1); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("delivery of a refused message returned %v, want 550", err)
	}
	inbox.Accept()
	mustDeliver(t, inbox, 2)
	if got := len(inbox.Messages()); got != 1 {
		t.Errorf("the inbox contains %d messages, want 1", got)
	}
}

func TestCloseAndResume(t *testing.T) {
	t.Parallel()
	inbox := start(t)
	address := inbox.URL()
	mustDeliver(t, inbox, 1)
	for range 3 {
		if err := inbox.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		if err := deliver(t, inbox, 2); err == nil {
			t.Fatal("a closed inbox accepted a message")
		}
		if err := inbox.Resume(); err != nil {
			t.Fatalf("Resume: %v", err)
		}
	}
	if inbox.URL() != address {
		t.Errorf("the URL changed from %s to %s", address, inbox.URL())
	}
	mustDeliver(t, inbox, 3)
	if got := len(inbox.Messages()); got != 2 {
		t.Errorf("the inbox contains %d messages, want the one before and the one after", got)
	}
}

func TestStartRequiresLoopback(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:25", "127.0.0.1"} {
		if inbox, err := devinbox.Start(address); err == nil {
			t.Errorf("Start accepted %q and listens at %s", address, inbox.URL())
		}
	}
}

func TestStartTLSRequiresTLS(t *testing.T) {
	t.Parallel()
	pair := httptest.NewUnstartedServer(nil)
	pair.StartTLS()
	defer pair.Close()
	inbox, err := devinbox.StartTLS("127.0.0.1:0", &tls.Config{Certificates: pair.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = inbox.Close() }()
	if u, err := url.Parse(inbox.URL()); err != nil || u.Scheme != "smtps" {
		t.Errorf("the URL is %s, %v", inbox.URL(), err)
	}
	address := strings.TrimPrefix(inbox.URL(), "smtps://")
	plain, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plain.Write([]byte("EHLO example.com\r\nQUIT\r\n")); err != nil {
		t.Fatal(err)
	}
	if reply, _ := io.ReadAll(plain); bytes.HasPrefix(reply, []byte("220")) {
		t.Errorf("without TLS the server replied %q", reply)
	}
	roots := x509.NewCertPool()
	roots.AddCert(pair.Certificate())
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots, ServerName: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	client, err := smtp.NewClient(conn, "example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Quit(); err != nil {
		t.Error(err)
	}
}
