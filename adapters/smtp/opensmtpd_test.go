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

// mailServer is a server that other people wrote. It takes letters to example.com, over STARTTLS and with the test user's
// password, and offers no SMTPUTF8.
type mailServer struct {
	origin  string
	host    string
	port    string
	plain   string // another port, on which it offers no STARTTLS
	caFile  string
	letters func(t *testing.T) []string // what it has delivered
}

// startMailServer starts OpenSMTPD in a container where Docker may be used and answers, else from this machine's
// package, else the server of the other tests. TEST_CONTAINERS=require insists on the container, off never uses one.
func startMailServer(t *testing.T) mailServer {
	t.Helper()
	mode := os.Getenv("TEST_CONTAINERS")
	if mode == "require" || mode != "off" && dockerAnswers(t) {
		return startInContainer(t)
	}
	if path, usable := installed(); usable {
		return startFromPackage(t, path)
	}
	s := serve(t, smtp.StartTLS, func(srv *server.Server) { srv.EnableSMTPUTF8 = false })
	s.answer(func(heard string) error {
		if strings.HasPrefix(heard, "RCPT") && !strings.HasSuffix(heard, "@example.com") {
			return &server.SMTPError{Code: 550, EnhancedCode: server.EnhancedCode{5, 1, 1}, Message: heard}
		}
		return nil
	})
	plain := serve(t, smtp.StartTLS, func(srv *server.Server) { srv.TLSConfig = nil })
	return mailServer{
		origin: "the tests' own server (for OpenSMTPD: Docker, or its Debian package and root)", host: "127.0.0.1",
		port: portOf(s.listener.Addr()), plain: portOf(plain.listener.Addr()), caFile: s.authority.file,
		letters: func(*testing.T) []string {
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

// smtpdFiles are the files that OpenSMTPD wants in its directory, by name.
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

// url is the server's address for the given port, password and authority.
func (s mailServer) url(port, password, caFile string) string {
	return (&url.URL{
		Scheme: "smtp", User: url.UserPassword(testUser, password), Host: net.JoinHostPort(s.host, port),
		RawQuery: url.Values{"ca": {caFile}}.Encode(),
	}).String()
}

// TestRealMailServer proves the adapter against a mail server that knows nothing of it.
func TestRealMailServer(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	t.Logf("the mail server is %s", s.origin)
	good := mailer(t, parse(t, s.url(s.port, testPassword, s.caFile)))

	faults := map[string]struct{ url, says string }{
		"a wrong password":     {s.url(s.port, testPassword+"!", s.caFile), "535"},
		"another authority":    {s.url(s.port, testPassword, newAuthority(t).file), "x509"},
		"no STARTTLS on offer": {s.url(s.plain, testPassword, s.caFile), "does not offer STARTTLS"},
	}
	for name, fault := range faults {
		err := mailer(t, parse(t, fault.url)).Send(t.Context(), letter(t, "unsafe"))
		if err == nil || errors.Is(err, ports.ErrMailRefused) || !strings.Contains(err.Error(), fault.says) {
			t.Errorf("%s: Send returned %v, want an error that says %q and is not ErrMailRefused", name, err, fault.says)
		}
		namesNoSecret(t, err)
	}
	for _, address := range []string{"ada.lovelace@elsewhere.example", "lövelace@example.com"} {
		err := good.Send(t.Context(), letterTo(t, "refused", address))
		if !errors.Is(err, ports.ErrMailRefused) {
			t.Errorf("Send to an address that the server does not take returned %v, want ErrMailRefused", err)
		}
		namesNoSecret(t, err)
	}
	for i, template := range domain.MailTemplates() {
		m := letter(t, fmt.Sprintf("real-%d", i))
		m.Template = template
		if err := good.Send(t.Context(), m); err != nil {
			t.Fatalf("Send of the %s letter: %v", template, err)
		}
	}
	want := len(domain.MailTemplates())
	eventually(t, "the letters are delivered", func() bool { return len(s.letters(t)) >= want })
	arrived := map[string]parsedLetter{}
	for _, raw := range s.letters(t) {
		l := readLetter(t, raw)
		arrived[l.header.Get("Message-ID")] = l
	}
	if len(arrived) != want {
		t.Errorf("%d different letters arrived, want %d", len(arrived), want)
	}
	for i, template := range domain.MailTemplates() {
		m := letter(t, fmt.Sprintf("real-%d", i))
		m.Template = template
		subject, text, html, err := smtp.Write("Siriusys", m)
		if err != nil {
			t.Fatal(err)
		}
		l := arrived["<"+m.ID+"@siriusys.com>"]
		if l.header.Get("Subject") != subject || strings.TrimSpace(l.text) != strings.TrimSpace(text) || !sameLines(l.html, html) {
			t.Errorf("the %s letter arrived changed:\n%v\n%s", template, l.header, l.text)
		}
	}
}

func sameLines(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(strings.ReplaceAll(b, "\r\n", "\n"))
}
