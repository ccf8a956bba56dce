package accounts

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/siriusys/user-management-service/sdk/go/internal/api"
)

// Options of a client. The zero value is usable.
type Options struct {
	// Store keeps the tokens; by default in memory.
	Store TokenStore
	// HTTPClient sends the requests; by default http.Client with the default transport. The client does not follow redirects,
	// because a redirected request would carry its password or token to another address.
	HTTPClient *http.Client
	// UserAgent names the program, such as "webshop/1.4". It precedes the name of this package.
	UserAgent string
	// MaxWait bounds the time that one call waits to repeat a request; 10 seconds by default, negative for no repetition. A longer
	// Retry-After is returned as a Problem immediately.
	MaxWait time.Duration
	// AllowHTTP allows URLs that begin with http and do not lead to this machine. Everyone in between can read the passwords.
	AllowHTTP bool
}

const defaultMaxWait = 10 * time.Second

// Client calls the service for one user on one device. Its methods may be called concurrently.
type Client struct {
	api   *api.ClientWithResponses
	store TokenStore
	now   func() time.Time

	mu     sync.Mutex
	flight *flight // the running refresh, nil if there is none
}

// New returns a client of the service at that URL.
// Errors: the URL is not absolute, contains more than an address and a path, or begins with http (see [Options]).
func New(serviceURL string, options Options) (*Client, error) {
	if err := checkURL(serviceURL, options.AllowHTTP); err != nil {
		return nil, err
	}
	if options.Store == nil {
		options.Store = NewMemoryStore()
	}
	if options.MaxWait == 0 {
		options.MaxWait = defaultMaxWait
	}
	httpClient := http.Client{}
	if options.HTTPClient != nil {
		httpClient = *options.HTTPClient
	}
	httpClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	sender := &sender{client: &httpClient, userAgent: userAgent(options.UserAgent), maxWait: options.MaxWait}
	generated, err := api.NewClientWithResponses(serviceURL, api.WithHTTPClient(sender))
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return &Client{api: generated, store: options.Store, now: time.Now}, nil
}

func checkURL(serviceURL string, allowHTTP bool) error {
	u, err := url.Parse(serviceURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("accounts: the service's URL must be absolute, such as https://accounts.siriusys.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("accounts: the service's URL must consist of an address and a path")
	case u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()):
		return errors.New("accounts: http sends passwords in clear: use an https URL, or set AllowHTTP")
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
