//go:build faults

package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// program is the service, and keyset its keyset file.
var program, keyset string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv(asMailServer) != "" {
		return printMail()
	}
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program, keyset = filepath.Join(dir, "user-management-service"), filepath.Join(dir, "keyset.json")
	build := exec.Command("go", "build", "-o", program, "..")
	build.Stderr = os.Stderr
	create := exec.Command(program, "keys", "create", keyset)
	for _, cmd := range []*exec.Cmd{build, create} {
		if err := cmd.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "faults:", err)
			return 1
		}
	}
	begun := time.Now()
	code := m.Run()
	if code == 0 && *update {
		if err := writeFigures(begun); err != nil {
			fmt.Fprintln(os.Stderr, "faults:", err)
			return 1
		}
	}
	return code
}
