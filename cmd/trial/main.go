// Command trial provides what compose.yaml needs beside the service, to try it on one machine. It is no part of production:
//
//	trial secrets FOLDER   create the keys and passwords below FOLDER, unless they exist
//	trial mail FOLDER      accept emails over TLS at :8465 with the certificate in FOLDER, and show them at :8025/dev/inbox
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "trial:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: trial secrets FOLDER | trial mail FOLDER")
	}
	switch command, folder := args[0], args[1]; command {
	case "secrets":
		return createSecrets(folder)
	case "mail":
		return catchMail(ctx, folder, ":8465", ":8025")
	default:
		return fmt.Errorf("there is no command %q: use secrets or mail", command)
	}
}
