package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id"
	"github.com/siriusys/user-management-service/domain"
)

// Settings are what the environment says. The `help` tags are what --help prints.
type Settings struct {
	DatabaseURL string `env:"DATABASE_URL" help:"PostgreSQL to keep everything in; several hosts may be given, and pool_max_conns, the connections of one replica (16) (required)"`
	SMTPURL     string `env:"SMTP_URL" help:"mail server: smtp://user:password@host:587 (STARTTLS required) or smtps://...:465; ?ca=FILE trusts a private CA (required)"`
	PublicURL   string `env:"PUBLIC_URL" help:"where browsers reach this service; links in mails open pages below it (required, https)"`
	KeysetFile  string `env:"KEYSET_FILE" help:"the keys that seal what is stored; make one with the keys command (required, unless KEYSET is set)"`
	Keyset      string `env:"KEYSET" help:"the content of such a file, in its place"`

	HTTPAddr       string   `env:"HTTP_ADDR" envDefault:":8080" help:"where to listen"`
	AdminAddr      string   `env:"ADMIN_ADDR" help:"where to answer the operator: profiles and runtime figures, without credentials, so never where the public reaches it; by default nowhere"`
	TLSCertFile    string   `env:"TLS_CERT_FILE" help:"certificate with its chain, in PEM; without it a proxy must end TLS. A new one is taken within a second"`
	TLSKeyFile     string   `env:"TLS_KEY_FILE" help:"its key"`
	TrustedProxies []string `env:"TRUSTED_PROXIES" help:"addresses and networks (CIDR) of proxies that are believed when they tell the client's address, separated by commas; by default none"`
	AllowedOrigins []string `env:"CORS_ALLOWED_ORIGINS" help:"web origins whose scripts may call the API, such as https://app.example.com, separated by commas; by default none"`
	MailFrom       string   `env:"MAIL_FROM" help:"sender of all mails (default no-reply@ the host of PUBLIC_URL)"`

	TokenIssuer   string `env:"TOKEN_ISSUER" help:"iss of access tokens (default PUBLIC_URL)"`
	TokenAudience string `env:"TOKEN_AUDIENCE" envDefault:"siriusys" help:"aud of access tokens"`
	TokenClientID string `env:"TOKEN_CLIENT_ID" envDefault:"siriusys" help:"client_id of access tokens"`

	ServiceCredentials     []string `env:"SERVICE_CREDENTIALS" help:"who may introspect tokens and read revocations: lines of the credentials command, separated by commas"`
	ServiceCredentialsFile string   `env:"SERVICE_CREDENTIALS_FILE" help:"more of them, one a line"`

	AccessTokenLifetime time.Duration `env:"ACCESS_TOKEN_LIFETIME" envDefault:"5m" help:"how long an access token is good for, 1m to 1h"`
	SigningKeyLifetime  time.Duration `env:"SIGNING_KEY_LIFETIME" envDefault:"720h" help:"how long a key signs access tokens until the next one does, 1h to 8760h"`
	SessionIdle         time.Duration `env:"SESSION_IDLE" envDefault:"336h" help:"a session not refreshed for so long ends"`
	SessionAbsolute     time.Duration `env:"SESSION_ABSOLUTE" envDefault:"720h" help:"a session ends so long after the login"`

	TerminationGrace time.Duration `env:"TERMINATION_GRACE" envDefault:"336h" help:"a terminated account can be brought back for so long and is then erased, 0 to 2160h; holds for those terminated before, too"`

	PasswordMinLength        int           `env:"PASSWORD_MIN_LENGTH" envDefault:"12" help:"least code points of a new password, 8 to 64"`
	BreachedPasswordsURL     string        `env:"BREACHED_PASSWORDS_URL" help:"range API of Pwned Passwords, such as https://api.pwnedpasswords.com/range; new passwords found there are refused (default nobody is asked)"`
	BreachedPasswordsTimeout time.Duration `env:"BREACHED_PASSWORDS_TIMEOUT" envDefault:"500ms" help:"how long to wait for it; without an answer the password passes"`

	Argon2Memory    uint32 `env:"ARGON2_MEMORY_KIB" envDefault:"19456" help:"memory of one password hash, in KiB"`
	Argon2Time      uint32 `env:"ARGON2_TIME" envDefault:"2" help:"passes of one password hash"`
	HashConcurrency int    `env:"HASH_CONCURRENCY" help:"password hashes at once (default the number of cores)"`
	HashQueue       int    `env:"HASH_QUEUE" envDefault:"64" help:"password hashes waiting; beyond it requests are answered 503"`

	Argon2Implementation string `env:"ARGON2_IMPLEMENTATION" envDefault:"auto" help:"what computes password hashes: avx512, avx2, generic (golang.org/x/crypto), or auto for the fastest that the processor has"`

	NetworkFailures int `env:"NETWORK_FAILURES" envDefault:"100" help:"wrong passwords from one network in 10 minutes, devices that have signed in before aside; 0 is no limit"`
	ServiceFailures int `env:"SERVICE_FAILURES" envDefault:"10000" help:"the same from all networks together"`
	NetworkRequests int `env:"NETWORK_REQUESTS" envDefault:"100" help:"signups and requests for mail from one network in 10 minutes; 0 is no limit"`
	ServiceRequests int `env:"SERVICE_REQUESTS" envDefault:"10000" help:"the same from all networks together"`
	MailBurst       int `env:"MAIL_BURST" envDefault:"3" help:"letters of one kind to one address in 15 minutes; 0 is no limit"`
	MailDaily       int `env:"MAIL_DAILY" envDefault:"10" help:"letters of one kind to one address in a day; 0 is no limit"`

	MailWorkers     int           `env:"MAIL_WORKERS" envDefault:"8" help:"letters written at once by this replica"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"20s" help:"how long requests and letters under way may take at shutdown"`
	LogFormat       string        `env:"LOG_FORMAT" envDefault:"json" help:"json or text"`
	LogLevel        string        `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
}

// readSettings reads the environment's variables. Errors name every variable that cannot be read.
func readSettings(environ map[string]string) (Settings, error) {
	s, err := env.ParseAsWithOptions[Settings](env.Options{Environment: environ})
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	if s.HashConcurrency == 0 {
		s.HashConcurrency = cores
	}
	return s, nil
}

// withDefaults derives what was left out from what was given.
func (s Settings) withDefaults() Settings {
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	if s.TokenIssuer == "" {
		s.TokenIssuer = s.PublicURL
	}
	if u, err := url.Parse(s.PublicURL); err == nil && s.MailFrom == "" {
		host := u.Hostname()
		if isLoopback(host) {
			host = "siriusys.localhost" // a sender needs a domain name
		}
		s.MailFrom = "no-reply@" + host
	}
	return s
}

// check reports every setting that is missing or out of bounds, each by its name.
func (s Settings) check() error {
	var faults []error
	required := []struct{ name, value string }{
		{"DATABASE_URL", s.DatabaseURL}, {"SMTP_URL", s.SMTPURL}, {"PUBLIC_URL", s.PublicURL}, {"KEYSET_FILE", s.KeysetFile + s.Keyset},
	}
	for _, r := range required {
		if r.value == "" {
			faults = append(faults, fmt.Errorf("%s is not set", r.name))
		}
	}
	if s.KeysetFile != "" && s.Keyset != "" {
		faults = append(faults, errors.New("KEYSET_FILE and KEYSET are both set: keep one of them"))
	}
	if s.PublicURL != "" && !isPublicURL(s.PublicURL) {
		faults = append(faults, errors.New("PUBLIC_URL must be an https URL without query or fragment (http only for localhost)"))
	}
	faults = append(faults, s.checkTransport()...)
	faults = append(faults, s.checkAdmin()...)
	if _, err := argon2id.Named(s.Argon2Implementation); err != nil {
		faults = append(faults, fmt.Errorf("ARGON2_IMPLEMENTATION: %w", err))
	}
	bounds := []struct {
		name string
		ok   bool
		must string
	}{
		{"PASSWORD_MIN_LENGTH", s.PasswordMinLength >= domain.PasswordMinLengthFloor && s.PasswordMinLength <= 64, "from 8 to 64"},
		{"ACCESS_TOKEN_LIFETIME", s.AccessTokenLifetime >= time.Minute && s.AccessTokenLifetime <= domain.AccessTokenLifetimeMax, "from 1m to 1h"},
		{"SIGNING_KEY_LIFETIME", s.SigningKeyLifetime >= time.Hour && s.SigningKeyLifetime <= 365*24*time.Hour, "from 1h to 8760h"},
		{"SESSION_IDLE", s.SessionIdle >= s.AccessTokenLifetime, "at least ACCESS_TOKEN_LIFETIME"},
		{"SESSION_ABSOLUTE", s.SessionAbsolute >= s.SessionIdle, "at least SESSION_IDLE"},
		{"BREACHED_PASSWORDS_URL", s.BreachedPasswordsURL == "" || isPublicURL(s.BreachedPasswordsURL), "an https URL without query or fragment (http only for localhost)"},
		{"BREACHED_PASSWORDS_TIMEOUT", s.BreachedPasswordsTimeout > 0 && s.BreachedPasswordsTimeout <= 10*time.Second, "above 0 and at most 10s"},
		{"TERMINATION_GRACE", s.TerminationGrace >= 0 && s.TerminationGrace <= domain.LongestTerminationGrace, "from 0 to 2160h"},
		{"ARGON2_MEMORY_KIB", s.Argon2Memory >= 8 && s.Argon2Memory <= 1<<20, "from 8 to 1048576"},
		{"ARGON2_TIME", s.Argon2Time >= 1 && s.Argon2Time <= 20, "from 1 to 20"},
		{"HASH_CONCURRENCY", s.HashConcurrency >= 1, "at least 1"},
		{"HASH_QUEUE", s.HashQueue >= 1, "at least 1"},
		{"NETWORK_FAILURES", isLimit(s.NetworkFailures), limitBounds},
		{"SERVICE_FAILURES", isLimit(s.ServiceFailures), limitBounds},
		{"NETWORK_REQUESTS", isLimit(s.NetworkRequests), limitBounds},
		{"SERVICE_REQUESTS", isLimit(s.ServiceRequests), limitBounds},
		{"MAIL_BURST", isLimit(s.MailBurst), limitBounds},
		{"MAIL_DAILY", isLimit(s.MailDaily), limitBounds},
		{"MAIL_WORKERS", s.MailWorkers >= 1, "at least 1"},
		{"LOG_FORMAT", s.LogFormat == "json" || s.LogFormat == "text", "json or text"},
	}
	for _, b := range bounds {
		if !b.ok {
			faults = append(faults, fmt.Errorf("%s must be %s", b.name, b.must))
		}
	}
	return errors.Join(faults...)
}

const limitBounds = "from 0 to 1000000000"

func isLimit(n int) bool { return n >= 0 && n <= 1_000_000_000 }

func isPublicURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

func (s Settings) sessionPolicy() domain.SessionPolicy {
	p := domain.DefaultSessionPolicy()
	p.AccessToken, p.Idle, p.Absolute = s.AccessTokenLifetime, s.SessionIdle, s.SessionAbsolute
	return p
}

func (s Settings) throttlePolicy() domain.ThrottlePolicy {
	p := domain.DefaultThrottlePolicy()
	p.NetworkFailures, p.ServiceFailures = s.NetworkFailures, s.ServiceFailures
	p.NetworkRequests, p.ServiceRequests = s.NetworkRequests, s.ServiceRequests
	p.MailBurst, p.MailDay = s.MailBurst, s.MailDaily
	return p
}

func (s Settings) signingKeyPolicy() domain.SigningKeyPolicy {
	p := domain.DefaultSigningKeyPolicy()
	p.Lifetime = s.SigningKeyLifetime
	return p
}

// keysetSetting is the name of the setting that holds the keyset.
func (s Settings) keysetSetting() string {
	if s.Keyset != "" {
		return "KEYSET"
	}
	return "KEYSET_FILE"
}
