package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compile builds the program for production. The settings of Go that change the code are fixed, whatever the machine's are.
func (r release) compile(ctx context.Context, arch string) error {
	out, err := filepath.Abs(r.programFile(arch))
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "production",
		"-ldflags", "-s -w -X main.version="+r.version, "-o", out, "./cmd/"+name)
	c.Dir = r.root
	c.Env = append(os.Environ(), "GOFLAGS=", "GOEXPERIMENT=", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0")
	if output, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("compile for %s: %w\n%s", arch, err, strings.TrimSpace(string(output)))
	}
	return os.Chmod(out, 0o755)
}
