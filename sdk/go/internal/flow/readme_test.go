package flow

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The first block of the README signs up, as it stands, and the second one follows the verification.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	must(t, err)
	blocks := strings.Split(string(readme), "```go\n")
	if len(blocks) != 3 {
		t.Fatalf("the README has %d blocks of Go, want 2", len(blocks)-1)
	}
	signup, _, _ := strings.Cut(blocks[1], "```")
	session, _, _ := strings.Cut(blocks[2], "```")
	if n := strings.Count(signup, "\n"); n > 10 {
		t.Errorf("the signup has %d lines", n)
	}
	store := filepath.Join(t.TempDir(), "tokens.json")
	run(t, store, signup+`if err != nil { log.Fatal(err) }`)
	must(t, newClient(t, nil).VerifyEmail(t.Context(), mailedToken(t, "ada@example.com", "verify-email"), password))
	session = strings.ReplaceAll(session, "\n", "\nif err != nil { log.Fatal(err) }\n")
	run(t, store, `client, err := accounts.New("http://localhost:8080", accounts.Options{Store: accounts.NewFileStore("tokens.json")})
		ctx := context.Background()
		`+session+`
		fmt.Println(profile, token, errors.Is(err, nil))`)
}

// run runs the statements in a program that imports what they need.
func run(t *testing.T, store, statements string) {
	t.Helper()
	statements = strings.NewReplacer("http://localhost:8080", serviceURL(t), `"tokens.json"`, "`"+store+"`").Replace(statements)
	source := filepath.Join(t.TempDir(), "main.go")
	must(t, os.WriteFile(source, []byte(`package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	accounts "github.com/siriusys/user-management-service/sdk/go"
)

func main() {
	`+statements+`
}
`), 0o600))
	command := exec.Command("go", "run", source)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, statements)
	}
}
