// Command user-management-service runs and operates the accounts of siriusys.com. See README.md, or run it with --help.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/caarlos0/env/v11"

	"github.com/siriusys/user-management-service/db"
	"github.com/siriusys/user-management-service/ports"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program immediately.
	context.AfterFunc(ctx, stop)
	err := program{environ: env.ToMap(os.Environ()), in: os.Stdin, out: os.Stdout, errOut: os.Stderr}.run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "user-management-service:", err)
		os.Exit(exitCode(err))
	}
}

// errUsage: the command line names no command, or has wrong arguments for it.
var errUsage = errors.New("invalid command line")

// exitCode is 0 for success, 1 for a failure and 2 for a wrong command line.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		return 1
	}
}

// program is what main runs, with its environment, input and outputs passed in.
type program struct {
	environ     map[string]string
	in          io.Reader
	out, errOut io.Writer
}

// run executes a command line, without the name of the program.
func (p program) run(ctx context.Context, args []string) error {
	root := p.commands()
	root.SetArgs(protectKeyID(args))
	err := root.ExecuteContext(ctx)
	if errors.Is(err, ports.ErrCannotOpen) {
		return fmt.Errorf("%w; use the keyset that this database was encrypted with", err)
	}
	s, _ := readSettings(p.environ) // without settings, the error is not of the database
	return db.Explain(ctx, s.DatabaseURL, err)
}

// protectKeyID puts "--" before the id of a signing key that begins with a hyphen, as one in 64 does, because cobra would read flags
// in it. An id is a SHA-256 in base64url; no flag is as long. The result is never nil, which cobra would replace by os.Args.
func protectKeyID(args []string) []string {
	length := base64.RawURLEncoding.EncodedLen(sha256.Size)
	protected := append([]string{}, args...)
	i := slices.IndexFunc(protected, func(arg string) bool { return len(arg) == length && arg[0] == '-' })
	if i < 0 || slices.Contains(protected[:i], "--") {
		return protected
	}
	return slices.Insert(protected, i, "--")
}
