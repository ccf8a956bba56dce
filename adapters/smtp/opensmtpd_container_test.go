package smtp_test

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

func dockerIsAvailable(t *testing.T) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	provider, err := testcontainers.NewDockerProvider()
	return err == nil && provider.Health(ctx) == nil
}

// startInContainer builds the image of OpenSMTPD, once per machine, and runs it with a new certificate.
func startInContainer(t *testing.T) mailServer {
	t.Helper()
	const dir, maildir, port, plain = "/etc/mailtest", "/srv/mail", "587/tcp", "2525/tcp"
	a := newAuthority(t)
	request := testcontainers.ContainerRequest{
		FromDockerfile: testcontainers.FromDockerfile{
			Context: "testdata/opensmtpd", Repo: "user-management-service-test/opensmtpd", Tag: "bookworm", KeepImage: true,
			BuildOptionsModifier: func(o *client.ImageBuildOptions) { o.NetworkMode = "host" },
		},
		ExposedPorts: []string{port, plain},
		WaitingFor:   wait.ForAll(wait.ForListeningPort(port), wait.ForListeningPort(plain)),
	}
	settings := smtpdSettings{Dir: dir, Host: "0.0.0.0", Port: "587", PlainPort: "2525", User: "inbox", Maildir: maildir}
	for name, content := range smtpdFiles(t, a, settings) {
		request.Files = append(request.Files, testcontainers.ContainerFile{
			Reader: bytes.NewReader(content), ContainerFilePath: path.Join(dir, name), FileMode: 0o600,
		})
	}
	started, err := testcontainers.GenericContainer(t.Context(), testcontainers.GenericContainerRequest{
		ContainerRequest: request, Started: true, Logger: log.TestLogger(t),
	})
	testcontainers.CleanupContainer(t, started, testcontainers.StopTimeout(0))
	t.Cleanup(func() { showLog(t, started) })
	if err != nil {
		t.Fatalf("run OpenSMTPD in a container: %v", err)
	}
	host, err := started.Host(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return mailServer{
		origin: "OpenSMTPD in a container", host: host, caFile: a.file,
		port: mappedPort(t, started, port), plain: mappedPort(t, started, plain),
		messages: func(t *testing.T) []string { return readContainer(t, started, maildir) },
	}
}

// showLog logs the server's output if the test failed.
func showLog(t *testing.T, started testcontainers.Container) {
	t.Helper()
	if !t.Failed() || started == nil {
		return
	}
	logs, err := started.Logs(context.Background())
	if err != nil {
		t.Logf("read the container's log: %v", err)
		return
	}
	defer func() { _ = logs.Close() }()
	text, err := io.ReadAll(logs)
	t.Logf("OpenSMTPD wrote (%v):\n%s", err, text)
}

func mappedPort(t *testing.T, started testcontainers.Container, port string) string {
	t.Helper()
	mapped, err := started.MappedPort(t.Context(), port)
	if err != nil {
		t.Fatal(err)
	}
	return mapped.Port()
}

// readContainer reads the messages in a maildir, which the script separates with NULs.
func readContainer(t *testing.T, started testcontainers.Container, maildir string) []string {
	t.Helper()
	script := `for f in "$1"/new/*; do [ -f "$f" ] && cat "$f" && printf '\0'; done; true`
	code, output, err := started.Exec(t.Context(), []string{"sh", "-c", script, "sh", maildir}, tcexec.Multiplexed())
	if err != nil || code != 0 {
		t.Fatalf("read the messages in the container: exit code %d, %v", code, err)
	}
	raw, err := io.ReadAll(output)
	if err != nil {
		t.Fatal(err)
	}
	messages := strings.Split(string(raw), "\x00")
	return messages[:len(messages)-1]
}
