package smtp_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// findInstalled finds the OpenSMTPD of this machine. Releases before 7 cannot do TLS with OpenSSL 3 (OpenSMTPD issue 1171).
func findInstalled() (path string, usable bool) {
	path, err := exec.LookPath("/usr/sbin/smtpd")
	if err != nil || os.Geteuid() != 0 {
		return "", false
	}
	usage, _ := exec.Command(path, "-h").CombinedOutput() // it fails after printing its version
	text := string(usage)
	return path, strings.Contains(text, "OpenSMTPD ") && !strings.Contains(text, "OpenSMTPD 6.")
}

// startFromPackage runs the OpenSMTPD of this machine, which requires root.
func startFromPackage(t *testing.T, smtpd string) mailServer {
	t.Helper()
	// OpenSMTPD drops its privileges, so its users need access to the maildir.
	dir, err := os.MkdirTemp("", "mailtest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	maildir := filepath.Join(dir, "maildir")
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
		_ = cmd.Wait() // the signal ends it
		if t.Failed() {
			t.Logf("OpenSMTPD wrote:\n%s", output.String())
		}
	})
	eventually(t, "OpenSMTPD listens", func() bool { return isListening(settings.Port) && isListening(settings.PlainPort) })
	return mailServer{
		origin: "OpenSMTPD of this machine", host: settings.Host, port: settings.Port, plain: settings.PlainPort, caFile: a.file,
		messages: func(t *testing.T) []string { return readMaildir(t, maildir) },
	}
}

func readMaildir(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var messages []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, string(raw))
	}
	return messages
}

// freePort returns a port that was free when it was checked.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return portOf(listener.Addr())
}

func isListening(port string) bool {
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return false
	}
	return conn.Close() == nil
}
