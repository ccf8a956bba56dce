package verifier_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The blocks of the README compile, with what a program has around them.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goBlock.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) != 2 {
		t.Fatalf("the README has %d blocks of Go, want 2", len(blocks))
	}
	source := filepath.Join(t.TempDir(), "main.go")
	program := `package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/siriusys/user-management-service/verifier"
)

func listOrders(w http.ResponseWriter, r *http.Request) {
	` + blocks[1][1] + `
	fmt.Fprint(w, claims.UserID, claims.SessionID, claims.Scopes)
}

func main() {
	ctx := context.Background()
	` + blocks[0][1] + `
}
`
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "vet", source).CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, program)
	}
}
