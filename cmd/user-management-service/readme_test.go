package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// Every shell block of README.md runs, in its order, against the real program.
func TestTheCommandsOfTheReadmeWork(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("this test runs the README's commands and needs %s: install it", tool)
		}
	}
	s := start(t)
	script := "set -euo pipefail\n"
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	for _, block := range blocks {
		script += block[1]
	}
	script = strings.ReplaceAll(script, "http://localhost:8080", s.url)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "bash", "-c", script).CombinedOutput() //nolint:gosec // the README's own commands
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"FR-BRE"`, `"invalid_access_token"`, `"invalid_credentials"`, `"kty":"OKP"`, `{"active":true,`, `{"active":false}`, `"revocations":[{`, `"events":[{`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the commands never printed %s:\n%s", want, out)
		}
	}
}

// inboxJSON reads /dev/inbox as a program does.
func (s *service) inboxJSON(t *testing.T, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+"/dev/inbox", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}
