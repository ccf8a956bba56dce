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

// The service credential that dev accepts and serve refuses.
const (
	devClientID     = "example-service"
	devClientSecret = "for-development-only"
)

// serviceCredentials reads those of the setting and those of the file. Errors name the position, never the content.
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
	var violations []error
	n := 0
	for line := range lines {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c, err := domain.ParseServiceCredential(line)
		if err != nil {
			violations = append(violations, fmt.Errorf("%s %d %w", where, n, err))
			continue
		}
		all = append(all, c)
	}
	return all, errors.Join(violations...)
}

// productionServiceCredentials reads them and refuses the secret of development, which is public.
func productionServiceCredentials(s Settings) (domain.ServiceCredentials, error) {
	all, err := serviceCredentials(s)
	for _, c := range all {
		if all.Match(c.ClientID(), devClientSecret) {
			return nil, errors.Join(err, fmt.Errorf("SERVICE_CREDENTIALS: the secret of %s was made for development", c.ClientID()))
		}
	}
	return all, err
}

// createCredential creates the credential of another service. The secret is only printed: the settings contain its hash.
func (p program) createCredential(_ context.Context, args []string) error {
	clientID := args[0]
	secret, err := domain.NewServiceSecret(rand.Reader)
	if err != nil {
		return fmt.Errorf("create a secret: %w", err)
	}
	credential, err := domain.NewServiceCredential(clientID, secret)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	fmt.Fprintf(
		p.out, "secret of the service %s, shown only once:\n  %s\nentry of SERVICE_CREDENTIALS or line of SERVICE_CREDENTIALS_FILE:\n  %s\n",
		clientID, secret, credential,
	)
	return nil
}
