package app_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	ada              = "Ada@example.com"
	password         = "correct horse battery staple"
	otherPass        = "seven purple llamas at dawn"
	breachedPass     = "eleven blue wombats dance"
	publicURL        = "https://accounts.example.com"
	verificationLink = publicURL + app.VerifyEmailPage + "#token="
	resetLink        = publicURL + app.ResetPasswordPage + "#token="
	cancellationLink = publicURL + app.CancelTerminationPage + "#token="
)

// world is the modules on fakes. Its clock stands still until a test moves it. After changing an exported field, call build.
type world struct {
	*app.Authentication
	*app.Accounts
	*app.Import
	*app.Mail
	*app.AuditLog
	*app.Restoration

	Store            ports.Store
	MAC              ports.MAC
	Entropy          io.Reader
	Sessions         domain.SessionPolicy
	RateLimits       domain.RateLimitPolicy
	Services         domain.ServiceCredentials
	TerminationGrace time.Duration
	AuditSigner      memory.AuditSigner
	Anchors          ports.AuditAnchors

	t        *testing.T
	store    *memory.Store
	hasher   *hasher
	metrics  *memory.Metrics
	mailer   *memory.Mailer
	access   *memory.AccessTokens
	now      time.Time
	ids      uint64
	messages int
	jobs     []job
	changes  []domain.AuditEvent // that the audit log reported

	whilePaused func() // runs once, while a use case waits
}

// job is a requested message that was not sent yet.
type job struct {
	id      string
	request ports.MessageRequest
	dueAt   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: memory.NewStore(), hasher: &hasher{}, mailer: &memory.Mailer{}, access: &memory.AccessTokens{}}
	w.metrics = &memory.Metrics{}
	w.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w.Store, w.MAC, w.Entropy = w.store, memory.MAC("key"), rand.NewChaCha8([32]byte{1})
	w.Sessions, w.RateLimits = domain.DefaultSessionPolicy(), domain.DefaultRateLimitPolicy()
	w.TerminationGrace = domain.DefaultTerminationGrace
	w.AuditSigner, w.Anchors = memory.AuditSigner{{Name: "mac:1", Secret: "key"}}, &memory.AuditAnchors{}
	w.build()
	return w
}

// build builds the modules from the world's fields.
func (w *world) build() {
	runtime := app.Runtime{Now: func() time.Time { return w.now }, NewID: w.newID, Entropy: w.Entropy}
	pseudonyms := app.NewPseudonyms(w.MAC)
	events := app.NewAuditEvents(pseudonyms, runtime)
	limiter := app.NewLimiter(w.Store, w.RateLimits, w.metrics, runtime.Now)
	passwords := app.NewPasswordChecker(w.Store, w.hasher, limiter, events, runtime.Now)
	tokens := app.NewSessionTokens(w.access, w.MAC, w.Sessions, runtime)
	w.Authentication = app.NewAuthentication(app.AuthenticationConfig{
		Store: w.Store, Hasher: w.hasher, AccessTokens: w.access, Passwords: passwords, Tokens: tokens,
		Pseudonyms: pseudonyms, AuditEvents: events, Services: w.Services, Now: runtime.Now,
	})
	w.Accounts = app.NewAccounts(app.AccountsConfig{
		Store: w.Store, Hasher: w.hasher, Breached: memory.Breached{breachedPass: true}, Passwords: passwords, Tokens: tokens,
		Limiter: limiter, Idempotency: app.NewIdempotency(w.Store, pseudonyms, runtime, w.pause), Pseudonyms: pseudonyms,
		AuditEvents: events, PasswordPolicy: domain.PasswordPolicy{MinLength: domain.DefaultPasswordMinLength},
		TerminationGrace: w.TerminationGrace, Now: runtime.Now, NewID: runtime.NewID,
	})
	w.Import = app.NewImport(w.Store, w.hasher, pseudonyms, events, runtime)
	w.Mail = app.NewMail(app.MailConfig{
		Store: w.Store, Mailer: w.mailer, Limiter: limiter, Pseudonyms: pseudonyms, Metrics: w.metrics,
		TerminationGrace: w.TerminationGrace, PublicURL: publicURL, Now: runtime.Now, Entropy: runtime.Entropy,
	})
	w.AuditLog = app.NewAuditLog(app.AuditLogConfig{
		Store: w.Store, Signer: w.AuditSigner, Anchors: w.Anchors, Metrics: w.metrics, Now: runtime.Now,
		Changed: func(e domain.AuditEvent) { // may come twice, since a transaction may run again
			if !slices.ContainsFunc(w.changes, func(c domain.AuditEvent) bool { return c.ID == e.ID }) {
				w.changes = append(w.changes, e)
			}
		},
	})
	w.Restoration = app.NewRestoration(app.RestorationConfig{
		Store: w.Store, Data: w.store.RestoredData(), Hasher: w.hasher, AuditEvents: events, TerminationGrace: w.TerminationGrace,
		SigningKeys: app.NewSigningKeys(w.store.SigningKeys(), domain.DefaultSigningKeyPolicy(), w.newKey, runtime),
		Now:         runtime.Now, Entropy: runtime.Entropy,
	})
}

// newKey makes a signing key without a seed.
func (w *world) newKey(now, activeAt time.Time) (domain.SigningKey, error) {
	return domain.SigningKey{ID: w.newID().String(), CreatedAt: now, ActiveAt: activeAt}, nil
}

// wideNetwork is the pseudonym of the wide network of home.
func (w *world) wideNetwork() string {
	w.t.Helper()
	tag, err := w.MAC.Tag("network", []byte(domain.WideNetwork(home).String()))
	w.must(err)
	return string(tag)
}

// client is the pseudonym of home.
func (w *world) client() string {
	w.t.Helper()
	tag, err := w.MAC.Tag("network", []byte(home.String()))
	w.must(err)
	return string(tag)
}

func (w *world) newID() (id domain.ID) {
	w.ids++
	binary.BigEndian.PutUint64(id[:], w.ids)
	return id
}

// pause lets the time pass that a use case waits, and what happens meanwhile.
func (w *world) pause(ctx context.Context, d time.Duration) error {
	w.pass(d)
	runOnce(&w.whilePaused)
	return ctx.Err()
}

// pass moves the clock.
func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// want checks that err is the domain's error.
func (w *world) want(err error, want *domain.Error) {
	w.t.Helper()
	if got, ok := errors.AsType[*domain.Error](err); !ok || got.Code != want.Code || got.Kind != want.Kind {
		w.t.Errorf("got the error %v, want %v", err, want)
	}
}

// wantViolations checks that err is exactly these violations, each a field and a code.
func (w *world) wantViolations(err error, want ...string) {
	w.t.Helper()
	violations, _ := errors.AsType[domain.Errors](err)
	var got []string
	for _, v := range violations {
		got = append(got, v.Field+" "+v.Code)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		w.t.Errorf("got the error %v, want the violations %q", err, want)
	}
}

// deliver sends all messages that are due, and those that these request, and returns them. As the workers do, it tries a postponed
// message again when it is due, and releases what waits for an unverified email address.
func (w *world) deliver() []domain.Message {
	w.t.Helper()
	before := len(w.mailer.Sent())
	w.must(w.ReleaseUnverified(w.t.Context()))
	for due := w.dueJobs(); len(due) > 0; due = w.dueJobs() {
		for _, j := range due {
			err := w.SendMessage(w.t.Context(), j.id, j.request)
			if postponed, ok := errors.AsType[*ports.PostponedError](err); ok {
				j.dueAt = postponed.Until
				w.jobs = append(w.jobs, j)
				continue
			}
			w.must(err)
		}
	}
	return w.mailer.Sent()[before:]
}

// dueJobs removes the jobs that are due, the requested messages first come first, and returns them.
func (w *world) dueJobs() (due []job) {
	for _, request := range w.store.TakeMessages() {
		w.messages++
		w.jobs = append(w.jobs, job{id: fmt.Sprintf("message-%d", w.messages), request: request})
	}
	var later []job
	for _, j := range w.jobs {
		if w.now.Before(j.dueAt) {
			later = append(later, j)
		} else {
			due = append(due, j)
		}
	}
	w.jobs = later
	return due
}

// deliverOne delivers and expects one message of the template.
func (w *world) deliverOne(template domain.MessageTemplate) domain.Message {
	w.t.Helper()
	messages := w.deliver()
	if len(messages) != 1 || messages[0].Template != template {
		w.t.Fatalf("got the messages %v, want one %s", messages, template)
	}
	return messages[0]
}

// wantNotice delivers and expects one message of the template, a notice to Ada of what happened now, without a link.
func (w *world) wantNotice(template domain.MessageTemplate) {
	w.t.Helper()
	m := w.deliverOne(template)
	if m.To.Address() != ada || m.Name.Value() != "Ada Lovelace" || m.Link != "" || !m.At.Equal(w.now) {
		w.t.Errorf("got the notice %v to %s for %q with the link %q of %v", m, m.To.Address(), m.Name.Value(), m.Link, m.At)
	}
}

// token returns the token of a message's link, which must open the page.
func (w *world) token(m domain.Message, page string) string {
	w.t.Helper()
	token, ok := strings.CutPrefix(m.Link, page)
	if !ok || token == "" {
		w.t.Fatalf("the link of %v does not open the page %s", m, page)
	}
	return token
}

func (w *world) signUp(email, password string) {
	w.t.Helper()
	w.must(w.SignUp(w.t.Context(), signUpOf(email, password)))
}

// signUpFrom signs up from another network.
func (w *world) signUpFrom(from netip.Prefix, email, password string) {
	w.t.Helper()
	in := signUpOf(email, password)
	in.From = from
	w.must(w.SignUp(w.t.Context(), in))
}

// network is the nth wide network.
func network(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 1}), 32)
}

func signUpOf(email, password string) app.SignUpInput {
	return app.SignUpInput{Email: email, FullName: "Ada Lovelace", Country: "DE", StateProvince: "Bayern", Password: password, From: home}
}

// pending signs up and returns the mailed token.
func (w *world) pending(email, password string) string {
	w.t.Helper()
	w.signUp(email, password)
	return w.token(w.deliverOne(domain.MessageVerification), verificationLink)
}

// registered signs up and verifies.
func (w *world) registered(email, password string) app.TokenPair {
	w.t.Helper()
	return w.verified(email, password).TokenPair
}

// verified is registered, with the device token.
func (w *world) verified(email, password string) app.LoggedIn {
	w.t.Helper()
	in, err := w.VerifyEmail(w.t.Context(), w.pending(email, password), password, home)
	w.must(err)
	return in
}

func (w *world) loggedIn(email, password string) app.TokenPair {
	w.t.Helper()
	in, err := w.logIn(email, password)
	w.must(err)
	return in.TokenPair
}

// home is the network of all requests, unless a test names another.
var home = netip.MustParsePrefix("192.0.2.1/32")

// logIn logs in without a known device.
func (w *world) logIn(email, password string) (app.LoggedIn, error) {
	return w.LogIn(w.t.Context(), app.LogInInput{Email: email, Password: password, From: home})
}

func (w *world) caller(p app.TokenPair) domain.Caller {
	w.t.Helper()
	c, err := w.Authenticate(p.AccessToken)
	w.must(err)
	return c
}

// user returns what is stored of the caller's user.
func (w *world) user(c domain.Caller) domain.User {
	w.t.Helper()
	u, err := w.store.Repos().Accounts.FindByID(w.t.Context(), c.UserID)
	w.must(err)
	return u
}

// deactivate does what no use case does yet: the memory store lets AddPending overwrite a user.
func (w *world) deactivate(c domain.Caller) {
	w.t.Helper()
	u := w.user(c)
	u.IsActive = false
	w.must(w.store.Repos().Accounts.AddPending(w.t.Context(), u))
}

// wantLive checks that both tokens of the pair work. It refreshes the session.
func (w *world) wantLive(p app.TokenPair) {
	w.t.Helper()
	if _, err := w.ReadProfile(w.t.Context(), w.caller(p)); err != nil {
		w.t.Errorf("the access token of a live session: %v", err)
	}
	if _, err := w.RefreshToken(w.t.Context(), p.RefreshToken, home); err != nil {
		w.t.Errorf("the refresh token of a live session: %v", err)
	}
}

// wantRevoked checks that neither token of the pair works.
func (w *world) wantRevoked(p app.TokenPair) {
	w.t.Helper()
	_, err := w.ReadProfile(w.t.Context(), w.caller(p))
	w.want(err, domain.ErrInvalidAccessToken)
	_, err = w.RefreshToken(w.t.Context(), p.RefreshToken, home)
	w.want(err, domain.ErrInvalidRefreshToken)
}

// emailState brings an email address into one of the states that clients must not be able to distinguish.
type emailState struct {
	name    string
	reach   func(w *world)
	message domain.MessageTemplate // the message after another signup
	greeted bool                   // reports whether that message greets by name
}

func emailStates() []emailState {
	return []emailState{
		{name: "unknown", reach: func(*world) {}, message: domain.MessageVerification},
		{name: "pending", reach: func(w *world) { w.pending(ada, password) }, message: domain.MessageVerification},
		{name: "verified", reach: func(w *world) { w.registered(ada, password) }, message: domain.MessageAlreadyRegistered, greeted: true},
		{name: "deactivated", reach: func(w *world) {
			w.deactivate(w.caller(w.registered(ada, password)))
		}, message: domain.MessageAlreadyRegistered, greeted: true},
		{name: "terminated", reach: func(w *world) {
			w.must(w.TerminateAccount(w.t.Context(), w.caller(w.registered(ada, password)), password, nil))
			w.deliver()
		}, message: domain.MessageSignupAfterTermination, greeted: true},
	}
}

// resetPassword resets the password and ignores the device token.
func (w *world) resetPassword(token, replacement string, from netip.Prefix) error {
	_, err := w.ResetPassword(w.t.Context(), app.ResetPasswordInput{Token: token, NewPassword: replacement, From: from})
	return err
}

func resetOf(token, replacement string) app.ResetPasswordInput {
	return app.ResetPasswordInput{Token: token, NewPassword: replacement, From: home}
}
