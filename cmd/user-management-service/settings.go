package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/siriusys/user-management-service/domain"
)

// Settings are what the environment contains. The text of --help precedes each setting on a line of its own, since a tag cannot
// be wrapped; the name of a topic precedes its settings. A range tag has the minimum and the maximum; the maximum is optional.
type Settings struct {
	_ topic `text:"Database and keyset"`

	_           help   `text:"PostgreSQL URL; may name several hosts, and limit the connections of a replica: pool_max_conns, 16 by default"`
	DatabaseURL string `env:"DATABASE_URL" required:"true"`

	_               help   `text:"file that contains DATABASE_URL, instead of it"`
	DatabaseURLFile string `env:"DATABASE_URL_FILE"`

	_                     help   `text:"URL of the same database and role without a pooler, if DATABASE_URL is one in transaction mode"`
	DatabaseDirectURL     string `env:"DATABASE_DIRECT_URL"`
	_                     help   `text:"file that contains DATABASE_DIRECT_URL, instead of it"`
	DatabaseDirectURLFile string `env:"DATABASE_DIRECT_URL_FILE"`

	_                          help   `text:"prepared statements at DATABASE_URL: on or off; by default on, but off with DATABASE_DIRECT_URL"`
	DatabasePreparedStatements string `env:"DATABASE_PREPARED_STATEMENTS"`

	_                         help          `text:"timeout for a free connection to the database; beyond it, requests get 503"`
	DatabaseConnectionTimeout time.Duration `env:"DATABASE_CONNECTION_TIMEOUT" envDefault:"1s" range:"10ms..1m"`

	_          help   `text:"file of the keys that encrypt stored data, from keys create; required unless KEYSET is set"`
	KeysetFile string `env:"KEYSET_FILE"`
	_          help   `text:"content of the keyset file, instead of KEYSET_FILE"`
	Keyset     string `env:"KEYSET"`

	_ topic `text:"Email"`

	_           help   `text:"smtps://user:password@host:465, or smtp:// and port 587 with STARTTLS; ?ca=FILE trusts a private CA"`
	SMTPURL     string `env:"SMTP_URL" required:"true"`
	_           help   `text:"file that contains SMTP_URL, instead of it"`
	SMTPURLFile string `env:"SMTP_URL_FILE"`
	_           help   `text:"sender of all emails; by default no-reply@ and the host of PUBLIC_URL"`
	MailFrom    string `env:"MAIL_FROM"`
	_           help   `text:"emails that a replica sends concurrently"`
	MailWorkers int    `env:"MAIL_WORKERS" envDefault:"8" range:"1.."`

	_ topic `text:"Public URL and TLS"`

	_         help   `text:"https URL at which browsers reach this service; links in emails open pages below it"`
	PublicURL string `env:"PUBLIC_URL" required:"true"`

	_        help   `text:"listening address of the API and the pages"`
	HTTPAddr string `env:"HTTP_ADDR" envDefault:":8080"`

	_                  help `text:"open connections of clients; one IP address may hold an eighth, a network (IPv4 /24, IPv6 /48) a quarter"`
	HTTPMaxConnections int  `env:"HTTP_MAX_CONNECTIONS" envDefault:"4096" range:"64..1000000"`

	_           help   `text:"file of the certificate chain in PEM, reloaded within a second; if not set, a proxy must terminate TLS"`
	TLSCertFile string `env:"TLS_CERT_FILE"`
	_           help   `text:"file of the certificate's private key in PEM"`
	TLSKeyFile  string `env:"TLS_KEY_FILE"`

	_              help     `text:"IP addresses and networks (CIDR) of proxies that report the client IP, comma-separated; by default none"`
	TrustedProxies []string `env:"TRUSTED_PROXIES"`

	_              help     `text:"web origins whose scripts may call the API, such as https://example.com, comma-separated; by default none"`
	AllowedOrigins []string `env:"CORS_ALLOWED_ORIGINS"`

	_ topic `text:"Tokens and sessions"`

	_             help   `text:"iss claim of access tokens; by default PUBLIC_URL"`
	TokenIssuer   string `env:"TOKEN_ISSUER"`
	_             help   `text:"aud claim of access tokens"`
	TokenAudience string `env:"TOKEN_AUDIENCE" envDefault:"siriusys"`
	_             help   `text:"client_id claim of access tokens"`
	TokenClientID string `env:"TOKEN_CLIENT_ID" envDefault:"siriusys"`

	_                   help          `text:"lifetime of an access token"`
	AccessTokenLifetime time.Duration `env:"ACCESS_TOKEN_LIFETIME" envDefault:"5m" range:"1m..1h"`
	_                   help          `text:"lifetime of a signing key as the active one"`
	SigningKeyLifetime  time.Duration `env:"SIGNING_KEY_LIFETIME" envDefault:"720h" range:"1h..8760h"`
	_                   help          `text:"idle timeout of a session; a refresh restarts it"`
	SessionIdle         time.Duration `env:"SESSION_IDLE" envDefault:"336h"`
	_                   help          `text:"absolute timeout of a session, from its login on"`
	SessionAbsolute     time.Duration `env:"SESSION_ABSOLUTE" envDefault:"720h"`

	_                      help     `text:"services that may introspect tokens and list revocations, from credentials create, comma-separated"`
	ServiceCredentials     []string `env:"SERVICE_CREDENTIALS"`
	_                      help     `text:"file of further service credentials, one per line"`
	ServiceCredentialsFile string   `env:"SERVICE_CREDENTIALS_FILE"`

	_ topic `text:"Passwords"`

	_                 help `text:"minimum length of a new password, in code points"`
	PasswordMinLength int  `env:"PASSWORD_MIN_LENGTH" envDefault:"12" range:"8..64"`

	_                    help   `text:"range API of breached passwords, such as https://api.pwnedpasswords.com/range; disabled by default"`
	BreachedPasswordsURL string `env:"BREACHED_PASSWORDS_URL"`

	_                        help          `text:"timeout of that API, above 0 and at most 10s; without a response, a password is accepted"`
	BreachedPasswordsTimeout time.Duration `env:"BREACHED_PASSWORDS_TIMEOUT" envDefault:"500ms"`

	_            help   `text:"memory of a password hash, in KiB"`
	Argon2Memory uint32 `env:"ARGON2_MEMORY_KIB" envDefault:"19456" range:"8..1048576"`
	_            help   `text:"passes of a password hash"`
	Argon2Time   uint32 `env:"ARGON2_TIME" envDefault:"2" range:"1..20"`

	_                    help   `text:"Argon2id code: avx512, avx2, generic (golang.org/x/crypto), or auto for the processor's fastest"`
	Argon2Implementation string `env:"ARGON2_IMPLEMENTATION" envDefault:"auto"`

	_               help `text:"password hashes that a replica computes concurrently; by default the number of cores"`
	HashConcurrency int  `env:"HASH_CONCURRENCY" range:"1.."`
	_               help `text:"password hashes that wait at a replica; beyond them, requests get 503"`
	HashQueue       int  `env:"HASH_QUEUE" envDefault:"64" range:"1..10000"`

	_ topic `text:"Rate limits (0 is no limit)"`

	_               help `text:"password attempts, right or wrong, for one email address from one network or known device in 10 minutes"`
	LoginAttempts   int  `env:"LOGIN_ATTEMPTS" envDefault:"30" range:"0..1000000000"`
	_               help `text:"wrong passwords from one client network in 10 minutes, without known devices; wider networks have multiples"`
	NetworkFailures int  `env:"NETWORK_FAILURES" envDefault:"100" range:"0..100000000"`
	_               help `text:"signups and requested emails from one client network in 10 minutes; wider networks have multiples"`
	NetworkRequests int  `env:"NETWORK_REQUESTS" envDefault:"100" range:"0..100000000"`

	_                       help `text:"emails of one kind to one address in a day before gaps, 5m doubling to 4h, space them"`
	MailBurst               int  `env:"MAIL_BURST" envDefault:"3" range:"0..1000"`
	_                       help `text:"emails a minute to addresses that were never verified; the rest waits"`
	MailUnverifiedPerMinute int  `env:"MAIL_UNVERIFIED_PER_MINUTE" envDefault:"120" range:"0..1000000"`

	_ topic `text:"Operation"`

	_    help   `text:"reference of the API at /docs: on or off; /openapi.yaml is always served"`
	Docs string `env:"DOCS" envDefault:"on"`

	_         help   `text:"address of metrics and profiles, never public; profiles beyond loopback need a service credential; by default off"`
	AdminAddr string `env:"ADMIN_ADDR"`

	_                 help   `text:"URL of an OpenTelemetry collector (OTLP over HTTP); traces are sent to v1/traces below it; by default off"`
	TelemetryEndpoint string `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	_                 help   `text:"URL for traces, instead of it"`
	TracesEndpoint    string `env:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"`
	_                 help   `text:"protocol of the collector; only http/protobuf"`
	TelemetryProtocol string `env:"OTEL_EXPORTER_OTLP_PROTOCOL"`

	_               help   `text:"file to append audit checkpoints to, one per replica, for a log shipper; read at start; by default none"`
	AuditAnchorFile string `env:"AUDIT_ANCHOR_FILE"`

	_                help          `text:"grace period before erasure; also applies to accounts already terminated"`
	TerminationGrace time.Duration `env:"TERMINATION_GRACE" envDefault:"336h" range:"0..2160h"`
	_                help          `text:"time to serve on at shutdown, not ready, until proxies use other replicas; a second signal ends it"`
	ShutdownDelay    time.Duration `env:"SHUTDOWN_DELAY" envDefault:"10s" range:"0..5m"`
	_                help          `text:"timeout for requests and emails in progress, after that delay"`
	ShutdownTimeout  time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"20s"`
	_                help          `text:"security floors to lift, by their names below, comma-separated; each is logged at every start"`
	AllowInsecure    []string      `env:"ALLOW_INSECURE"`

	_         help   `text:"format of the log: json or text"`
	LogFormat string `env:"LOG_FORMAT" envDefault:"json"`
	_         help   `text:"minimum log level: debug, info, warn or error"`
	LogLevel  string `env:"LOG_LEVEL" envDefault:"info"`
}

// readSettings reads the environment. Errors name every setting that cannot be parsed.
func readSettings(environ map[string]string) (Settings, error) {
	s, err := env.ParseAsWithOptions[Settings](env.Options{Environment: environ})
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	if s.HashConcurrency == 0 {
		s.HashConcurrency = cores
	}
	if err := s.readURLFiles(); err != nil {
		return Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	return s, nil
}

// withDefaults derives settings that are not set from those that are.
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

func (s Settings) sessionPolicy() domain.SessionPolicy {
	p := domain.DefaultSessionPolicy()
	p.AccessToken, p.Idle, p.Absolute = s.AccessTokenLifetime, s.SessionIdle, s.SessionAbsolute
	return p
}

func (s Settings) rateLimitPolicy() domain.RateLimitPolicy {
	p := domain.DefaultRateLimitPolicy()
	p.NetworkFailures, p.NetworkRequests, p.AttemptsPerWindow = s.NetworkFailures, s.NetworkRequests, s.LoginAttempts
	p.MessageBurst, p.UnverifiedPerMinute = s.MailBurst, s.MailUnverifiedPerMinute
	return p
}

func (s Settings) signingKeyPolicy() domain.SigningKeyPolicy {
	p := domain.DefaultSigningKeyPolicy()
	p.Lifetime = s.SigningKeyLifetime
	return p
}

// keysetSetting is the name of the setting that the keyset comes from.
func (s Settings) keysetSetting() string {
	if s.Keyset != "" {
		return "KEYSET"
	}
	return "KEYSET_FILE"
}
