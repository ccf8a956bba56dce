package smtp_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	server "github.com/emersion/go-smtp"
	"github.com/testcontainers/testcontainers-go"
	"golang.org/x/crypto/bcrypt"

	"github.com/siriusys/user-management-service/adapters/smtp"
)

// mailServer is a server that other people wrote. It takes letters to example.com, over STARTTLS and with the test user's
// password, and offers no SMTPUTF8.
type mailServer struct {
	origin   string
	host     string
	port     string
	plain    string // another port, on which it offers no STARTTLS
	caFile   string
	maildirs func(t *testing.T) []string // the letters that it delivered
}

// startMailServer starts OpenSMTPD in a container where Docker may be used and answers, else from this machine's
// package, else the server of the other tests. TEST_CONTAINERS=require insists on the container, off never uses one.
func startMailServer(t *testing.T) mailServer {
	t.Helper()
	mode := os.Getenv("TEST_CONTAINERS")
	if mode == "require" || mode != "off" && dockerAnswers(t) {
		return startInContainer(t)
	}
	if path, err := exec.LookPath("/usr/sbin/smtpd"); err == nil && os.Geteuid() == 0 {
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
		port: s.listener.port(), plain: plain.listener.port(), caFile: s.authority.file,
		maildirs: func(*testing.T) []string {
			var raw []string
			for _, r := range s.delivered() {
				raw = append(raw, r.raw)
			}
			return raw
		},
	}
}

func dockerAnswers(t *testing.T) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	provider, err := testcontainers.NewDockerProvider()
	return err == nil && provider.Health(ctx) == nil
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

// startFromPackage runs the OpenSMTPD of this machine. It wants to be root.
func startFromPackage(t *testing.T, smtpd string) mailServer {
	t.Helper()
	// OpenSMTPD drops its privileges, so the way to the letters must be open to its users.
	dir, err := os.MkdirTemp("", "mailtest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	maildir := filepath.Join(dir, "letters")
	if err := os.Mkdir(maildir, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o755, maildir: 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	a := newAuthority(t)
	settings := smtpdSettings{Dir: dir, Host: "127.0.0.1", Port: freePort(t), PlainPort: freePort(t), User: "nobody", Maildir: maildir}
	for name, content := range smtpdFiles(t, a, settings) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, smtpd, "-d", "-f", filepath.Join(dir, "smtpd.conf"))
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it ends by our signal
		if t.Failed() {
			t.Logf("OpenSMTPD said:\n%s", output.String())
		}
	})
	eventually(t, "OpenSMTPD listens", func() bool { return listens(settings.Port) && listens(settings.PlainPort) })
	return mailServer{
		origin: "OpenSMTPD of this machine", host: settings.Host, port: settings.Port, plain: settings.PlainPort, caFile: a.file,
		maildirs: func(t *testing.T) []string { return readMaildir(t, maildir) },
	}
}

func readMaildir(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var letters []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		letters = append(letters, string(raw))
	}
	return letters
}

func freePort(t *testing.T) string {
	t.Helper()
	s := serve(t, smtp.NoTLS)
	port := s.listener.port()
	if err := s.listener.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

func listens(port string) bool {
	conn, err := (&netDialer{}).Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

var _ = strconv.Itoa
