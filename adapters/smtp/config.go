package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"strconv"

	"github.com/siriusys/user-management-service/domain"
)

// Security is how the connection to the mail server is protected.
type Security uint8

// The ways of protecting a connection.
const (
	// StartTLS requires STARTTLS before any other command (RFC 3207). A server that does not offer it gets no message.
	StartTLS Security = iota
	// ImplicitTLS uses TLS from the first byte (RFC 8314, section 3.3).
	ImplicitTLS
	// NoTLS sends in the clear. It is allowed on the loopback interface only, without credentials.
	NoTLS
)

// Defaults of the fields that ParseURL does not read from the URL.
const (
	defaultFromName       = "Siriusys"
	defaultFromAddress    = "no-reply@siriusys.com"
	defaultProductName    = "Siriusys"
	defaultMaxConnections = 2
)

// Config names the mail server and the sender. Create it with ParseURL, then set the fields that differ from the defaults.
type Config struct {
	domain.Redacted

	Host     string
	Port     int
	Security Security
	// CAFile is a PEM file of the only authorities that may have issued the server's certificate; if empty, the system's.
	CAFile string
	// From is the sender, in the envelope and in the message. Its domain is also that of the Message-IDs.
	From mail.Address
	// ProductName is the name of the product in the messages.
	ProductName string
	// MaxConnections is the maximum number of connections to the server, 1 or more.
	MaxConnections int

	// login returns the credentials; it is nil if there are none. It is a func, so that they are not printed even where package
	// fmt cannot call Format: in an unexported field.
	login func() (user, password string)
}

// ParseURL reads the address of a mail server:
//
//	smtp://user:password@host:587     STARTTLS required; the port is optional
//	smtps://user:password@host:465    TLS from the first byte; the port is optional
//	smtp://127.0.0.1:1025?tls=none    no TLS, for a mail server on the same machine in development
//
// "?ca=/path/to/ca.pem" names the private authority of an on-premises mail server. Without user and password there is no
// SMTP AUTH. Errors contain no part of the URL, because it contains a password.
func ParseURL(s string) (Config, error) {
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return Config{}, errors.New("smtp URL: must have the form smtp://user:password@host:port")
	}
	c := Config{
		Host:           u.Hostname(),
		CAFile:         u.Query().Get("ca"),
		From:           mail.Address{Name: defaultFromName, Address: defaultFromAddress},
		ProductName:    defaultProductName,
		MaxConnections: defaultMaxConnections,
		login:          login(u.User),
	}
	if err := c.readScheme(u); err != nil {
		return Config{}, err
	}
	if err := c.check(u); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) readScheme(u *url.URL) error {
	switch u.Scheme {
	case "smtp":
		c.Port = 587
	case "smtps":
		c.Port, c.Security = 465, ImplicitTLS
	default:
		return errors.New("smtp URL: the scheme must be smtp or smtps")
	}
	if p := u.Port(); p != "" {
		port, err := strconv.ParseUint(p, 10, 16)
		if err != nil || port == 0 {
			return errors.New("smtp URL: the port must be a number from 1 to 65535")
		}
		c.Port = int(port)
	}
	switch tlsMode := u.Query()["tls"]; {
	case len(tlsMode) == 0:
	case len(tlsMode) == 1 && tlsMode[0] == "none" && u.Scheme == "smtp":
		c.Security = NoTLS
	default:
		return errors.New("smtp URL: the only value of tls is none, with the scheme smtp")
	}
	return nil
}

func (c *Config) check(u *url.URL) error {
	for name, values := range u.Query() {
		if name != "tls" && name != "ca" || len(values) != 1 {
			return errors.New("smtp URL: the only parameters are tls and ca, each at most once")
		}
	}
	if c.Host == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return errors.New("smtp URL: must have a host and neither a path nor a fragment")
	}
	if c.login != nil {
		if user, password := c.login(); user == "" || password == "" {
			return errors.New("smtp URL: must have both a user and a password, or neither")
		}
	}
	if c.Security == NoTLS && (!isLoopback(c.Host) || c.login != nil || c.CAFile != "") {
		return errors.New("smtp URL: tls=none requires a loopback host and excludes user, password and ca")
	}
	return nil
}

func login(info *url.Userinfo) func() (user, password string) {
	if info == nil {
		return nil
	}
	return func() (user, password string) {
		password, _ = info.Password()
		return info.Username(), password
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tlsConfig always verifies the server's certificate.
func (c Config) tlsConfig() (*tls.Config, error) {
	conf := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return conf, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the mail server's certificate authority: %w", err)
	}
	conf.RootCAs = x509.NewCertPool()
	if !conf.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("the file %s of the mail server's certificate authority contains no PEM certificate", c.CAFile)
	}
	return conf, nil
}
