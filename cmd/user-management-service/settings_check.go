package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
)

// check reports every setting that is missing or out of range, each by its name.
func (s Settings) check() error {
	return errors.Join(slices.Concat(
		s.checkRequired(), s.checkRanges(), s.checkURLs(), s.checkTransport(), s.checkTraces(), s.checkAdminAddr(), s.checkSessions(),
		s.checkChoices(), s.checkFloors(),
	)...)
}

// checkRequired reports the required settings that are not set.
func (s Settings) checkRequired() (violations []error) {
	for _, d := range documentedSettings() {
		if d.required && reflect.ValueOf(s).Field(d.index).IsZero() {
			violations = append(violations, fmt.Errorf("%s is not set", d.name))
		}
	}
	switch {
	case s.KeysetFile == "" && s.Keyset == "":
		violations = append(violations, errors.New("KEYSET_FILE is not set"))
	case s.KeysetFile != "" && s.Keyset != "":
		violations = append(violations, errors.New("KEYSET_FILE and KEYSET are both set: keep one of them"))
	}
	return violations
}

// checkRanges reports the settings whose value is out of their range.
func (s Settings) checkRanges() (violations []error) {
	for _, d := range documentedSettings() {
		if d.bounds.text == "" {
			continue
		}
		within, err := d.bounds.contain(reflect.ValueOf(s).Field(d.index))
		if err == nil && !within {
			err = fmt.Errorf("%s must be %s", d.name, d.bounds)
		}
		violations = append(violations, err)
	}
	return violations
}

func (s Settings) checkURLs() (violations []error) {
	for _, u := range []struct{ name, value string }{
		{"PUBLIC_URL", s.PublicURL}, {"BREACHED_PASSWORDS_URL", s.BreachedPasswordsURL},
	} {
		if u.value != "" && !isPublicURL(u.value) {
			violations = append(violations, fmt.Errorf("%s must be an https URL without query or fragment (http only for localhost)", u.name))
		}
	}
	return violations
}

// checkAdminAddr refuses an address that clients may reach too.
func (s Settings) checkAdminAddr() []error {
	if s.AdminAddr == "" {
		return nil
	}
	_, port, err := net.SplitHostPort(s.AdminAddr)
	if err != nil {
		return []error{fmt.Errorf("ADMIN_ADDR: %w", err)}
	}
	if _, public, err := net.SplitHostPort(s.HTTPAddr); err == nil && port == public && port != "0" {
		return []error{errors.New("ADMIN_ADDR must have another port than HTTP_ADDR: it must not be public")}
	}
	return nil
}

func (s Settings) checkSessions() (violations []error) {
	if s.SessionIdle < s.AccessTokenLifetime {
		violations = append(violations, errors.New("SESSION_IDLE must be at least ACCESS_TOKEN_LIFETIME"))
	}
	if s.SessionAbsolute < s.SessionIdle {
		violations = append(violations, errors.New("SESSION_ABSOLUTE must be at least SESSION_IDLE"))
	}
	return violations
}

func (s Settings) checkChoices() (violations []error) {
	if t := s.BreachedPasswordsTimeout; t <= 0 || t > 10*time.Second {
		violations = append(violations, errors.New("BREACHED_PASSWORDS_TIMEOUT must be above 0 and at most 10s"))
	}
	if _, err := argon2id.Named(s.Argon2Implementation); err != nil {
		violations = append(violations, fmt.Errorf("ARGON2_IMPLEMENTATION: %w", err))
	}
	if p := s.DatabasePreparedStatements; p != "" && p != "on" && p != "off" {
		violations = append(violations, errors.New("DATABASE_PREPARED_STATEMENTS must be on or off"))
	}
	if s.Docs != "on" && s.Docs != "off" {
		violations = append(violations, errors.New("DOCS must be on or off"))
	}
	if s.LogFormat != "json" && s.LogFormat != "text" {
		violations = append(violations, errors.New("LOG_FORMAT must be json or text"))
	}
	return violations
}

func isPublicURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
