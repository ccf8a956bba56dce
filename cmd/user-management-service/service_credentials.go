package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/siriusys/user-management-service/domain"
)

// The credential of another service that dev accepts and serve refuses.
const (
	devClientID     = "example-service"
	devClientSecret = "for-development-only"
)

// serviceCredentials reads those of the setting and those of the file. Errors say where, never what.
func serviceCredentials(s Settings) (domain.ServiceCredentials, error) {
	all, err := parseServiceCredentials("SERVICE_CREDENTIALS: entry", slices.Values(s.ServiceCredentials))
	if s.ServiceCredentialsFile == "" {
		return all, err
	}
	file, fileErr := os.ReadFile(s.ServiceCredentialsFile)
	if fileErr != nil {
		return nil, errors.Join(err, fmt.Errorf("SERVICE_CREDENTIALS_FILE: %w", fileErr))
	}
	ofFile, fileErr := parseServiceCredentials("SERVICE_CREDENTIALS_FILE: line", strings.Lines(string(file)))
	return append(all, ofFile...), errors.Join(err, fileErr)
}

// parseServiceCredentials skips empty lines and those that begin with a number sign.
func parseServiceCredentials(where string, lines iter.Seq[string]) (domain.ServiceCredentials, error) {
	var all domain.ServiceCredentials
	var faults []error
	n := 0
	for line := range lines {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c, err := domain.ParseServiceCredential(line)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %d %w", where, n, err))
			continue
		}
		all = append(all, c)
	}
	return all, errors.Join(faults...)
}

// productionServiceCredentials reads them and refuses the secret of development, which is no secret.
func productionServiceCredentials(s Settings) (domain.ServiceCredentials, error) {
	all, err := serviceCredentials(s)
	for _, c := range all {
		if all.Match(c.ClientID(), devClientSecret) {
			return nil, errors.Join(err, fmt.Errorf("SERVICE_CREDENTIALS: the secret of %s was made for development", c.ClientID()))
		}
	}
	return all, err
}

// devServiceCredentials are those of the settings and the one of development.
func devServiceCredentials(s Settings) (domain.ServiceCredentials, error) {
	all, err := serviceCredentials(s)
	if err != nil {
		return nil, err
	}
	own, err := domain.NewServiceCredential(devClientID, devClientSecret)
	return append(all, own), err
}

// credentials makes a secret for another service. Nothing keeps it: the settings hold its hash.
func (p program) credentials(_ context.Context, args []string) error {
	if len(args) != 2 || args[0] != "create" {
		return fmt.Errorf("%w: credentials create CLIENT_ID", errUsage)
	}
	secret, err := domain.NewServiceSecret(rand.Reader)
	if err != nil {
		return fmt.Errorf("make a secret: %w", err)
	}
	credential, err := domain.NewServiceCredential(args[1], secret)
	if err != nil {
		return fmt.Errorf("%w: the credential %w", errUsage, err)
	}
	fmt.Fprintf(p.out, "for the service %s, shown this once:\n  %s\nfor SERVICE_CREDENTIALS or SERVICE_CREDENTIALS_FILE:\n  %s\n", args[1], secret, credential)
	return nil
}
