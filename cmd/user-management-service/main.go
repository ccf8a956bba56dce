// Command user-management-service keeps the accounts of siriusys.com. See README.md, or run it with --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/caarlos0/env/v11"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once.
	context.AfterFunc(ctx, stop)
	err := program{environ: env.ToMap(os.Environ()), out: os.Stdout, errOut: os.Stderr}.run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "user-management-service:", err)
		os.Exit(exitCode(err))
	}
}

// errUsage: the command line cannot be understood.
var errUsage = errors.New("usage")

func exitCode(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

// program is what main runs, with the world around it passed in.
type program struct {
	environ     map[string]string
	out, errOut io.Writer
}

// command is one thing that the program can do.
type command struct {
	name, args, help string
	run              func(p program, ctx context.Context, args []string) error
}

// commands are in the order of --help.
func commands() []command {
	return append([]command{
		{"dev", "", "run everything on this machine: a private PostgreSQL, a mail catcher and the service", program.dev},
		{"serve", "", "run the service for production, set up by the environment", program.serve},
		{"migrate", "", "bring the database's schema up to date, and end", program.migrate},
		{"credentials", "create CLIENT_ID", "make the secret by which another service introspects tokens, and show it once", program.credentials},
		{"admin", "import-users FILE", "make verified accounts of another system's, from one JSON object a line (needs DATABASE_URL and the keyset)", program.admin},
		{"admin", "audit verify [HEAD]", "check that the audit log is as it was written, up to a HEAD that was noted elsewhere", program.admin},
	}, keysCommands()...)
}

func (p program) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		p.help(p.errOut)
		return fmt.Errorf("%w: give a command", errUsage)
	}
	for _, arg := range args {
		if arg == "-h" || arg == "-help" || arg == "--help" || args[0] == "help" {
			p.help(p.out)
			return nil
		}
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(p, ctx, args[1:])
		}
	}
	return fmt.Errorf("%w: there is no command %q; see --help", errUsage, args[0])
}
