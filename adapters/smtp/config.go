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
)

// Security is how the connection to the mail server is protected.
type Security uint8

// The ways of protecting a connection.
const (
	// StartTLS demands STARTTLS before anything else is said (RFC 3207). A server that does not offer it gets no letter.
	StartTLS Security = iota
	// ImplicitTLS speaks TLS from the first byte (RFC 8314, section 3.3).
	ImplicitTLS
	// NoTLS speaks in clear. Only the loopback interface, and no credentials, may be used with it.
	NoTLS
)

// Defaults of what ParseURL leaves open.
const (
	defaultFromName       = "Siriusys"
	defaultFromAddress    = "no-reply@siriusys.com"
	defaultProductName    = "Siriusys"
	defaultMaxConnections = 2
)

// Config says which mail server to use, and in whose name letters are sent. Make it with ParseURL, then set what differs.
// Its String holds no credentials.
type Config struct {
	Host     string
	Port     int
	Security Security
	// CAFile is a PEM file of the authorities that alone may have issued the server's certificate; empty: the system's.
	CAFile string
	// From is the sender, in the envelope and in the letter. Its domain is also that of the Message-IDs.
	From mail.Address
	// ProductName is what the letters call the thing that one has an account for.
	ProductName string
	// MaxConnections is how many connections to the server there are at most, 1 or more.
	MaxConnections int

	// login returns the credentials; nil without any. It is a func so that no way of printing a Config prints them.
	login func() (user, password string)
}

// String is the server's address, without credentials.
func (c Config) String() string { return "smtp server " + c.address() }

// GoString is the server's address, without credentials, also for %#v.
func (c Config) GoString() string { return c.String() }

func (c Config) address() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// ParseURL reads the address of a mail server:
//
//	smtp://user:password@host:587     STARTTLS required; the port may be left out
//	smtps://user:password@host:465    TLS from the first byte; the port may be left out
//	smtp://127.0.0.1:1025?tls=none    no TLS, for a mail server on this very machine in development
//
// "?ca=/path/to/ca.pem" names the private authority of an on-premises mail server. Without user and password there is no
// SMTP AUTH. Errors hold nothing of the URL, since it has a password in it.
func ParseURL(s string) (Config, error) {
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return Config{}, errors.New("smtp URL: is not of the form smtp://user:password@host:port")
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
		return errors.New("smtp URL: the only value of tls is none, and only with the scheme smtp")
	}
	return nil
}

func (c *Config) check(u *url.URL) error {
	for name, values := range u.Query() {
		if name != "tls" && name != "ca" || len(values) != 1 {
			return errors.New("smtp URL: only the parameters tls and ca are known, each once")
		}
	}
	if c.Host == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return errors.New("smtp URL: must have a host, and neither path nor fragment")
	}
	if c.login != nil {
		if user, password := c.login(); user == "" || password == "" {
			return errors.New("smtp URL: user and password go together")
		}
	}
	if c.Security == NoTLS && (!isLoopback(c.Host) || c.login != nil || c.CAFile != "") {
		return errors.New("smtp URL: tls=none is for a loopback host, without user, password and ca")
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
		return nil, fmt.Errorf("the mail server's certificate authority %s holds no PEM certificate", c.CAFile)
	}
	return conf, nil
}
