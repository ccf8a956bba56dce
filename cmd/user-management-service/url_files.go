package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// readURLFiles reads the URLs that contain passwords and were given as files: an environment shows in more places than a file, such as
// `docker inspect`.
func (s *Settings) readURLFiles() error {
	return errors.Join(
		readURLFile("DATABASE_URL", &s.DatabaseURL, s.DatabaseURLFile),
		readURLFile("DATABASE_DIRECT_URL", &s.DatabaseDirectURL, s.DatabaseDirectURLFile),
		readURLFile("SMTP_URL", &s.SMTPURL, s.SMTPURLFile),
	)
}

// readURLFile sets the URL to the only line of the file, unless the file is not given.
func readURLFile(name string, url *string, file string) error {
	if file == "" {
		return nil
	}
	if *url != "" {
		return fmt.Errorf("%s and %s_FILE are both set: keep one of them", name, name)
	}
	content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("%s_FILE: %w", name, err)
	}
	*url = strings.TrimRight(string(content), "\r\n")
	if *url == "" || strings.ContainsAny(*url, "\r\n") {
		return fmt.Errorf("%s_FILE: the file must contain one line", name)
	}
	return nil
}
