package verifier

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Defaults of Config.
const (
	DefaultLeeway        = 5 * time.Second
	DefaultMaxStaleness  = 10 * time.Second
	DefaultTokenLifetime = 5 * time.Minute
)

// Config says which tokens are accepted and where the service is. ServiceURL, Audiences, ClientID and ClientSecret are required.
type Config struct {
	// ServiceURL is the base URL of the service, without a path: https://accounts.example.com. Its scheme is https, except for a
	// loopback host or with AllowHTTP.
	ServiceURL string
	// Issuer is the required iss. By default it is ServiceURL, as in the service.
	Issuer string
	// Audiences are the accepted values of aud. A token must have one of them. The first one is the realm of challenges.
	Audiences []string
	// ClientID and ClientSecret are this service's credential, which the operator creates: the feed of revocations requires it.
	ClientID, ClientSecret string

	// Leeway is how far the clocks of this machine and of the service may differ. 0 means DefaultLeeway.
	Leeway time.Duration
	// TokenLifetime is the service's ACCESS_TOKEN_LIFETIME. An older token is refused whatever its exp says, so a session that was
	// revoked before the feed begins has no acceptable token. 0 means DefaultTokenLifetime.
	TokenLifetime time.Duration

	// MaxStaleness is how long Verify accepts tokens without news from the feed of revocations. The service sends a sign of life
	// every 3 seconds, so a value below 7 seconds refuses valid tokens after a short interruption. A longer value accepts tokens of
	// revoked sessions for that long while the service is unreachable. 0 means DefaultMaxStaleness.
	MaxStaleness time.Duration
	// FailOpen accepts tokens even if the feed is stale. Then an outage of the service does not stop this one, but tokens of sessions
	// that were revoked in the meantime are accepted until they expire: for up to TokenLifetime after a logout.
	FailOpen bool

	// AllowHTTP allows a ServiceURL with http. Who controls the network can then forge tokens.
	AllowHTTP bool
	// HTTPClient sends the requests to the service. Its Timeout is ignored. nil means one with the default transport's settings.
	HTTPClient *http.Client
	// Logger receives the changes of the connection to the service. nil means none.
	Logger *slog.Logger
	// Metrics receives outcomes and health. nil means none.
	Metrics Metrics
}

// withDefaults returns c with its defaults, or an error that names what is missing or wrong.
func (c Config) withDefaults() (Config, error) {
	c.ServiceURL = strings.TrimSuffix(c.ServiceURL, "/")
	if err := checkServiceURL(c.ServiceURL, c.AllowHTTP); err != nil {
		return c, err
	}
	if c.ClientID == "" || c.ClientSecret == "" {
		return c, errors.New("ClientID and ClientSecret are required: the feed of revocations needs a credential")
	}
	if len(c.Audiences) == 0 {
		return c, errors.New("Audiences must contain at least one audience") //nolint:revive,staticcheck // the name of a field
	}
	for _, a := range c.Audiences {
		if !isQuotable(a) {
			return c, fmt.Errorf("audience %q must be printable ASCII without quotes and backslashes", a)
		}
	}
	if c.Issuer == "" {
		c.Issuer = c.ServiceURL
	}
	for _, d := range []struct {
		name     string
		value    *time.Duration
		standard time.Duration
	}{
		{"Leeway", &c.Leeway, DefaultLeeway},
		{"TokenLifetime", &c.TokenLifetime, DefaultTokenLifetime},
		{"MaxStaleness", &c.MaxStaleness, DefaultMaxStaleness},
	} {
		if *d.value < 0 {
			return c, fmt.Errorf("%s must not be negative", d.name)
		}
		if *d.value == 0 {
			*d.value = d.standard
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = noMetrics{}
	}
	return c, nil
}

func checkServiceURL(text string, allowHTTP bool) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("ServiceURL must be a URL of a scheme and a host, like https://accounts.example.com")
	}
	isLoopback := u.Hostname() == "localhost"
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		isLoopback = ip.IsLoopback()
	}
	if u.Scheme == "https" || u.Scheme == "http" && (isLoopback || allowHTTP) {
		return nil
	}
	return errors.New("ServiceURL must have the scheme https; AllowHTTP permits http")
}

// isQuotable reports whether s can be a quoted string of a header as it is.
func isQuotable(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}
