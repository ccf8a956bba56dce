package accounts

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// These variables make the test binary one of several processes that share a file.
const (
	processURL  = "ACCOUNTS_TEST_PROCESS_URL"
	processFile = "ACCOUNTS_TEST_PROCESS_FILE"
	refreshesOf = 20
)

func TestMain(m *testing.M) {
	path := os.Getenv(processFile)
	if path == "" {
		os.Exit(m.Run())
	}
	run := holdTokens
	if os.Getenv(processURL) != "" {
		run = refreshOften
	}
	if err := run(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func refreshOften(path string) error {
	c, err := New(os.Getenv(processURL), Options{Store: NewFileStore(path)})
	for range refreshesOf {
		if err == nil {
			err = c.Refresh(context.Background())
		}
	}
	return err
}

// holdTokens waits in the middle of an update until the test kills the process.
func holdTokens(path string) error {
	return NewFileStore(path).Update(context.Background(), func(Tokens) (Tokens, error) {
		_, _ = fmt.Fprintln(os.Stdout, "holding")
		_, err := os.Stdin.Read(make([]byte, 1))
		return Tokens{}, err
	})
}

func process(t *testing.T, serviceURL, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), processURL+"="+serviceURL, processFile+"="+path)
	return cmd
}

// The service of this test revokes the session at the first reuse of a refresh token.
func TestProcessesThatShareAFileNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	f := &fakeService{strict: true}
	server := httptest.NewServer(f)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "tokens")
	c, err := New(server.URL, Options{Store: NewFileStore(path)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.LogIn(t.Context(), "ada@example.com", "secret"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string)
	for range 3 {
		cmd := process(t, server.URL, path)
		go func() {
			out, err := cmd.CombinedOutput()
			ended <- fmt.Sprintf("%s, %v", out, err)
		}()
	}
	for range 3 {
		if end := <-ended; end != ", <nil>" {
			t.Error(end)
		}
	}
	readProfile(t, c)
	if f.revoked || f.refreshes < refreshesOf {
		t.Errorf("%d refreshes, revoked: %v", f.refreshes, f.revoked)
	}
}

func TestAKilledProcessLeavesTheTokensUsable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tokens")
	put(t, NewFileStore(path), someTokens)
	cmd := process(t, "", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscanln(out, new(string)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = NewFileStore(path).Update(ctx, func(tokens Tokens) (Tokens, error) {
		if tokens != someTokens {
			t.Error("the tokens changed")
		}
		return tokens, nil
	})
	if err != nil {
		t.Error(err)
	}
}
