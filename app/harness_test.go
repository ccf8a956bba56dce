package app_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

const (
	ada          = "Ada@example.com"
	password     = "correct horse battery staple"
	otherPass    = "seven purple llamas at dawn"
	breachedPass = "eleven blue wombats dance"
	publicURL    = "https://accounts.example.com"
	verification = publicURL + app.VerifyEmailPage + "#token="
	resetting    = publicURL + app.ResetPasswordPage + "#token="
	reversing    = publicURL + app.ReverseTerminationPage + "#token="
)

// world is an App on fakes, with a clock that stands still until it is moved.
type world struct {
	*app.App
	t       *testing.T
	store   *memory.Store
	hasher  *hasher
	mailer  *memory.Mailer
	now     time.Time
	ids     uint64
	letters int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, store: memory.NewStore(), hasher: &hasher{}, mailer: &memory.Mailer{}}
	w.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w.App = &app.App{
		Store: w.store, Hasher: w.hasher, AccessTokens: &memory.AccessTokens{}, MAC: memory.MAC("key"), Mailer: w.mailer,
		Passwords: domain.PasswordPolicy{MinLength: domain.DefaultPasswordMinLength}, Sessions: domain.DefaultSessionPolicy(),
		Throttle: domain.DefaultThrottlePolicy(), TerminationGrace: domain.DefaultTerminationGrace, Breached: memory.Breached{breachedPass: true}, PublicURL: publicURL,
		Now:     func() time.Time { return w.now },
		NewID:   w.newID,
		Entropy: rand.NewChaCha8([32]byte{1}),
	}
	return w
}

func (w *world) newID() (id domain.ID) {
	w.ids++
	binary.BigEndian.PutUint64(id[:], w.ids)
	return id
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

// wantFaults checks that err is exactly these faults, each a field and a code.
func (w *world) wantFaults(err error, want ...string) {
	w.t.Helper()
	faults, _ := errors.AsType[domain.Errors](err)
	var got []string
	for _, f := range faults {
		got = append(got, f.Field+" "+f.Code)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		w.t.Errorf("got the error %v, want the faults %q", err, want)
	}
}

// deliver writes all letters that are due, and those that they bring about, and returns the mails.
func (w *world) deliver() []domain.Mail {
	w.t.Helper()
	before := len(w.mailer.Sent())
	for due := w.store.TakeLetters(); len(due) > 0; due = w.store.TakeLetters() {
		for _, l := range due {
			w.letters++
			w.must(w.WriteLetter(w.t.Context(), fmt.Sprintf("letter-%d", w.letters), l))
		}
	}
	return w.mailer.Sent()[before:]
}

// deliverOne delivers and expects one mail of the template.
func (w *world) deliverOne(template domain.MailTemplate) domain.Mail {
	w.t.Helper()
	mails := w.deliver()
	if len(mails) != 1 || mails[0].Template != template {
		w.t.Fatalf("got the mails %v, want one %s", mails, template)
	}
	return mails[0]
}

// token cuts the token out of a mail's link, which must open the page.
func (w *world) token(m domain.Mail, page string) string {
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

func signUpOf(email, password string) app.SignUpInput {
	return app.SignUpInput{Email: email, FullName: "Ada Lovelace", Country: "DE", StateProvince: "Bayern", Password: password, From: home}
}

// pending signs up and returns the mailed token.
func (w *world) pending(email, password string) string {
	w.t.Helper()
	w.signUp(email, password)
	return w.token(w.deliverOne(domain.MailVerification), verification)
}

// registered signs up and verifies.
func (w *world) registered(email, password string) app.TokenPair {
	w.t.Helper()
	in, err := w.VerifyEmail(w.t.Context(), w.pending(email, password), password, home)
	w.must(err)
	return in.TokenPair
}

func (w *world) loggedIn(email, password string) app.TokenPair {
	w.t.Helper()
	in, err := w.logIn(email, password)
	w.must(err)
	return in.TokenPair
}

// home is the network that everybody's requests come from, unless a test says otherwise.
var home = netip.MustParsePrefix("192.0.2.1/32")

// logIn tries to, as a stranger.
func (w *world) logIn(email, password string) (app.SignedIn, error) {
	return w.LogIn(w.t.Context(), app.LogInInput{Email: email, Password: password, From: home})
}

func (w *world) caller(p app.TokenPair) domain.Caller {
	w.t.Helper()
	c, err := w.Authenticate(p.AccessToken)
	w.must(err)
	return c
}

// user is what is stored of the session's user.
func (w *world) user(c domain.Caller) domain.User {
	w.t.Helper()
	u, err := w.store.Repos().Accounts.ByID(w.t.Context(), c.UserID)
	w.must(err)
	return u
}

// deactivate does what no use case does yet. The memory store lets AddPending overwrite a user.
func (w *world) deactivate(c domain.Caller) {
	w.t.Helper()
	u := w.user(c)
	u.IsActive = false
	w.must(w.store.Repos().Accounts.AddPending(w.t.Context(), u))
}

// wantLive checks that neither token of the pair was ended.
func (w *world) wantLive(p app.TokenPair) {
	w.t.Helper()
	if _, err := w.Profile(w.t.Context(), w.caller(p)); err != nil {
		w.t.Errorf("the access token of a live session: %v", err)
	}
	if _, err := w.RefreshTokens(w.t.Context(), p.RefreshToken, home); err != nil {
		w.t.Errorf("the refresh token of a live session: %v", err)
	}
}

// wantEnded checks that neither token of the pair works any more.
func (w *world) wantEnded(p app.TokenPair) {
	w.t.Helper()
	_, err := w.Profile(w.t.Context(), w.caller(p))
	w.want(err, domain.ErrInvalidAccessToken)
	_, err = w.RefreshTokens(w.t.Context(), p.RefreshToken, home)
	w.want(err, domain.ErrInvalidRefreshToken)
}

// addressState brings an address into one of the states that nobody outside may tell apart.
type addressState struct {
	name    string
	reach   func(w *world)
	mail    domain.MailTemplate // what a further signup mails
	greeted bool                // and whether it greets by name
}

func addressStates() []addressState {
	return []addressState{
		{name: "unknown", reach: func(*world) {}, mail: domain.MailVerification},
		{name: "pending", reach: func(w *world) { w.pending(ada, password) }, mail: domain.MailVerification},
		{name: "verified", reach: func(w *world) { w.registered(ada, password) }, mail: domain.MailAlreadyRegistered, greeted: true},
		{name: "deactivated", reach: func(w *world) { w.deactivate(w.caller(w.registered(ada, password))) }, mail: domain.MailAlreadyRegistered, greeted: true},
		{name: "terminated", reach: func(w *world) {
			w.must(w.TerminateAccount(w.t.Context(), w.caller(w.registered(ada, password)), password))
			w.deliver()
		}, mail: domain.MailSignupAfterTermination, greeted: true},
	}
}
