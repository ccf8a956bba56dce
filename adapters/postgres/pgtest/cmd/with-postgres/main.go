// Command with-postgres starts a PostgreSQL server, runs a command with it, and stops it:
//
//	go run ./adapters/postgres/pgtest/cmd/with-postgres -- go test ./...
//
// The command receives the server's URL in TEST_DATABASE_URL, and TEST_CONTAINERS=off if the server runs from local binaries.
// Package pgtest documents how the server is chosen. The exit status is that of the command.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/siriusys/user-management-service/adapters/postgres/pgtest/internal/server"
)

// failed is the exit status if the command could not be run.
const failed = 125

func main() {
	status, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "with-postgres:", err)
	}
	os.Exit(status)
}

func run(args []string) (status int, err error) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return failed, errors.New("usage: with-postgres -- command [argument...]")
	}
	ctx, interrupted := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer interrupted()
	started, err := server.Start(ctx)
	if err != nil {
		return failed, err
	}
	defer func() { err = errors.Join(err, started.Stop()) }()
	fmt.Fprintln(os.Stderr, "with-postgres: tests run on PostgreSQL from", started.Origin)
	return runCommand(ctx, args, started.Environ())
}

// runCommand forwards an interruption to the command and waits for it, so that the command ends before its server.
func runCommand(ctx context.Context, args, environ []string) (int, error) {
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = append(os.Environ(), environ...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode(), nil
	case command.ProcessState != nil:
		return failed, fmt.Errorf("%s: %w", args[0], err)
	}
	return failed, err
}
