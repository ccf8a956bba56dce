// Package verifiertest contains a fake of the User Management Service, for tests of services that use a verifier.
package verifiertest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// What the fake's tokens contain, and its credential.
const (
	Audience     = "siriusys"
	ClientID     = "example-service"
	ClientSecret = "fake + secret" // with characters that must be form-urlencoded
	UserID       = "0198f3c2-7a51-7c3e-9d0b-4f1f6f0a2b11"
	SessionID    = "0198f3c2-7a52-7d10-8c11-2b9e5a0c7d42"
)

// Heartbeat is the interval of the stream's sign of life.
const Heartbeat = 50 * time.Millisecond

// Object is a JSON object: the header or the claims of a token.
type Object = map[string]any

// Service issues tokens, publishes its key and lists revocations, as the real service does. It is safe for concurrent use.
type Service struct {
	// URL is the address, and the issuer of the tokens.
	URL string
	// Now is the clock of the tokens and revocations. Set it before the first token.
	Now func() time.Time

	t      testing.TB
	server *httptest.Server

	mu       sync.Mutex
	kid      string
	private  ed25519.PrivateKey
	revoked  []revocation
	changed  chan struct{} // closed at each change
	isDown   bool
	stops    int // a stream that began before the last one ends
	isSilent bool
	streams  int
	requests map[string]int
}

type revocation struct {
	SessionID string    `json:"sid"`
	UserID    string    `json:"sub"`
	RevokedAt time.Time `json:"ended_at"`
}

// Start starts a fake service until the test ends.
func Start(t testing.TB) *Service {
	t.Helper()
	s := &Service{t: t, Now: time.Now, changed: make(chan struct{}), requests: map[string]int{}}
	s.RotateKey()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/jwks.json", s.serveKeys)
	mux.HandleFunc("GET /revocations", s.serveRevocations)
	s.server = httptest.NewServer(s.counted(mux))
	s.URL = s.server.URL
	t.Cleanup(func() {
		s.Stop()
		s.server.Close()
	})
	return s
}

// update changes the state and ends the waits of all streams.
func (s *Service) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// RotateKey replaces the signing key. The old one is no longer published.
func (s *Service) RotateKey() {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.update(func() {
		s.private = private
		s.kid = base64.RawURLEncoding.EncodeToString(private.Public().(ed25519.PublicKey)[:8])
	})
}

// Revoke revokes a session.
func (s *Service) Revoke(sessionIDs ...string) {
	s.update(func() {
		for _, id := range sessionIDs {
			s.revoked = append(s.revoked, revocation{id, UserID, s.Now().UTC()})
		}
	})
}

// Stop makes the service respond with 503 and end all streams; Resume undoes that.
func (s *Service) Stop() {
	s.update(func() {
		s.isDown = true
		s.stops++
	})
}

// Resume makes the service respond again, with what it knew before.
func (s *Service) Resume() { s.update(func() { s.isDown = false }) }

// Silence stops or resumes what the streams send, without closing them: a broken network.
func (s *Service) Silence(isSilent bool) { s.update(func() { s.isSilent = isSilent }) }

// Disconnect closes all connections.
func (s *Service) Disconnect() { s.server.CloseClientConnections() }

// Streams returns the number of open streams.
func (s *Service) Streams() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams
}

// Requests returns the number of requests to a path so far.
func (s *Service) Requests(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[path]
}

// Token returns a token of SessionID that is valid for 5 minutes. change may change its claims.
func (s *Service) Token(change ...func(claims Object)) string {
	s.t.Helper()
	header, claims := s.Parts()
	for _, c := range change {
		c(claims)
	}
	return s.Sign(header, claims)
}

// Parts returns the header and the claims of a valid token, for tests that change them.
func (s *Service) Parts() (header, claims Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now().Unix()
	return Object{"alg": "EdDSA", "typ": "at+jwt", "kid": s.kid}, Object{
		"iss": s.URL, "aud": []string{Audience}, "sub": UserID, "sid": SessionID, "client_id": Audience,
		"jti": "0198f3c2-7a53-7000-8000-000000000000", "iat": now, "nbf": now, "exp": now + 300,
	}
}

// Sign signs any header and claims with the present key.
func (s *Service) Sign(header, claims Object) string {
	s.t.Helper()
	encoded := [2]string{}
	for i, o := range []Object{header, claims} {
		b, err := json.Marshal(o)
		if err != nil {
			s.t.Fatal(err)
		}
		encoded[i] = string(b)
	}
	return s.SignText(encoded[0], encoded[1])
}

// SignText signs any text as header and claims.
func (s *Service) SignText(header, claims string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	return input + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(s.private, []byte(input)))
}

// PublicKey returns the public half of the present key.
func (s *Service) PublicKey() ed25519.PublicKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.private.Public().(ed25519.PublicKey)
}

func (s *Service) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests[r.URL.Path]++
		isDown := s.isDown
		s.mu.Unlock()
		if isDown {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Service) serveKeys(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Cache-Control", "public, max-age=300")
	x := base64.RawURLEncoding.EncodeToString(s.private.Public().(ed25519.PublicKey))
	_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":%q,"x":%q}]}`, s.kid, x)
}
