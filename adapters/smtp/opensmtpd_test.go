package smtp_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"text/template"

	server "github.com/emersion/go-smtp"
	"golang.org/x/crypto/bcrypt"

	"github.com/siriusys/user-management-service/adapters/smtp"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// mailServer is a mail server of a third party. It accepts messages to example.com, over STARTTLS and with the test user's
// password, and does not offer SMTPUTF8.
type mailServer struct {
	origin   string
	host     string
	port     string
	plain    string // another port, without STARTTLS
	caFile   string
	messages func(t *testing.T) []string // those delivered
}

// startMailServer starts OpenSMTPD in a container if Docker is allowed and available, else from this machine's package, else
// the server of the other tests. TEST_CONTAINERS=require insists on the container, off never uses one.
func startMailServer(t *testing.T) mailServer {
	t.Helper()
	mode := os.Getenv("TEST_CONTAINERS")
	if mode == "require" || mode != "off" && dockerIsAvailable(t) {
		return startInContainer(t)
	}
	if path, usable := findInstalled(); usable {
		return startFromPackage(t, path)
	}
	s := serve(t, smtp.StartTLS, func(srv *server.Server) { srv.EnableSMTPUTF8 = false })
	s.setReply(func(command string) error {
		if strings.HasPrefix(command, "RCPT") && !strings.HasSuffix(command, "@example.com") {
			return &server.SMTPError{Code: 550, EnhancedCode: server.EnhancedCode{5, 1, 1}, Message: command}
		}
		return nil
	})
	plain := serve(t, smtp.StartTLS, func(srv *server.Server) { srv.TLSConfig = nil })
	return mailServer{
		origin: "the tests' own server (OpenSMTPD needs Docker, or its Debian package and root)", host: "127.0.0.1",
		port: portOf(s.listener.Addr()), plain: portOf(plain.listener.Addr()), caFile: s.authority.file,
		messages: func(*testing.T) []string {
			var raw []string
			for _, r := range s.delivered() {
				raw = append(raw, r.raw)
			}
			return raw
		},
	}
}

// smtpdSettings fill in smtpd.conf.
type smtpdSettings struct{ Dir, Host, Port, PlainPort, User, Maildir string }

// smtpdFiles returns the files that OpenSMTPD needs in its directory, by name.
func smtpdFiles(t *testing.T, a *authority, s smtpdSettings) map[string][]byte {
	t.Helper()
	conf, err := template.ParseFiles("testdata/opensmtpd/smtpd.conf")
	if err != nil {
		t.Fatal(err)
	}
	var filled bytes.Buffer
	if err := conf.Execute(&filled, s); err != nil {
		t.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(testPassword), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := a.issue(t)
	return map[string][]byte{
		"smtpd.conf": filled.Bytes(), "cert.pem": cert, "key.pem": key,
		"users": []byte(testUser + " " + string(hash) + "\n"),
	}
}

func portOf(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}

// url returns the URL for the given port, password and authority.
func (s mailServer) url(port, password, caFile string) string {
	return (&url.URL{
		Scheme: "smtp", User: url.UserPassword(testUser, password), Host: net.JoinHostPort(s.host, port),
		RawQuery: url.Values{"ca": {caFile}}.Encode(),
	}).String()
}

// TestRealMailServer tests the adapter against a mail server that was written independently of it.
func TestRealMailServer(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	t.Logf("the mail server is %s", s.origin)
	good := mailer(t, parse(t, s.url(s.port, testPassword, s.caFile)))

	misconfigured := map[string]struct{ url, want string }{
		"a wrong password":  {s.url(s.port, testPassword+"!", s.caFile), "535"},
		"another authority": {s.url(s.port, testPassword, newAuthority(t).file), "x509"},
		"no STARTTLS":       {s.url(s.plain, testPassword, s.caFile), "does not offer STARTTLS"},
	}
	for name, tt := range misconfigured {
		err := mailer(t, parse(t, tt.url)).Send(t.Context(), newMessage(t, "unsafe"))
		if err == nil || errors.Is(err, ports.ErrMessageRejected) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Send returned %v, want an error that contains %q and is not ErrMessageRejected", name, err, tt.want)
		}
		assertNoSecrets(t, err)
	}
	for _, address := range []string{"ada.lovelace@elsewhere.example", "lövelace@example.com"} {
		err := good.Send(t.Context(), newMessageTo(t, "rejected", address))
		if !errors.Is(err, ports.ErrMessageRejected) {
			t.Errorf("Send to an address that the server rejects returned %v, want ErrMessageRejected", err)
		}
		assertNoSecrets(t, err)
	}
	for i, template := range domain.MessageTemplates() {
		m := newMessage(t, fmt.Sprintf("real-%d", i))
		m.Template = template
		if err := good.Send(t.Context(), m); err != nil {
			t.Fatalf("Send of the %s message: %v", template, err)
		}
	}
	want := len(domain.MessageTemplates())
	eventually(t, "the messages are delivered", func() bool { return len(s.messages(t)) >= want })
	arrived := map[string]parsedMessage{}
	for _, raw := range s.messages(t) {
		m := parseMessage(t, raw)
		arrived[m.header.Get("Message-ID")] = m
	}
	if len(arrived) != want {
		t.Errorf("%d different messages arrived, want %d", len(arrived), want)
	}
	for i, template := range domain.MessageTemplates() {
		m := newMessage(t, fmt.Sprintf("real-%d", i))
		m.Template = template
		subject, text, html, err := smtp.Render("Siriusys", m)
		if err != nil {
			t.Fatal(err)
		}
		got := arrived["<"+m.ID+"@siriusys.com>"]
		if got.header.Get("Subject") != subject || strings.TrimSpace(got.text) != strings.TrimSpace(text) || !sameLines(got.html, html) {
			t.Errorf("the %s message was changed on the way:\n%v\n%s", template, got.header, got.text)
		}
	}
}

func sameLines(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(strings.ReplaceAll(b, "\r\n", "\n"))
}
