package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestVerifyEmailSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	w.pass(time.Minute)
	pair, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
	u := w.user(w.caller(pair.TokenPair))
	if !u.CanSignIn() || !u.VerifiedAt.Equal(w.now) {
		t.Error("the verified account cannot sign in, or was not verified now")
	}
	if pair.ExpiresIn != 5*time.Minute || pair.RefreshExpiresIn != 14*24*time.Hour {
		t.Errorf("the tokens live %v and %v", pair.ExpiresIn, pair.RefreshExpiresIn)
	}
	w.wantLive(pair.TokenPair)
	w.wantLive(w.loggedIn("ADA@EXAMPLE.COM", password))
	if mails := w.deliver(); len(mails) != 0 {
		t.Errorf("verifying mailed %v", mails)
	}
}

func TestVerificationLinkWorksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrInvalidToken)
}

func TestVerifyEmailWithTheWrongPasswordLeavesTheLinkAlive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	_, err := w.VerifyEmail(t.Context(), token, otherPass, home)
	w.want(err, domain.ErrWrongPassword)
	_, err = w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

// A stranger who signs up with a foreign address never gets a live password, whoever was first.
func TestVerifiedSignupWins(t *testing.T) {
	t.Parallel()
	for _, ownerFirst := range []bool{true, false} {
		w := newWorld(t)
		var owners, strangers string
		if ownerFirst {
			owners, strangers = w.pending(ada, password), w.pending("ADA@EXAMPLE.com", otherPass)
		} else {
			strangers, owners = w.pending("ADA@EXAMPLE.com", otherPass), w.pending(ada, password)
		}
		_, err := w.VerifyEmail(t.Context(), strangers, password, home)
		w.want(err, domain.ErrWrongPassword)
		_, err = w.VerifyEmail(t.Context(), owners, password, home)
		w.must(err)
		_, err = w.VerifyEmail(t.Context(), strangers, otherPass, home)
		w.want(err, domain.ErrInvalidToken)
		_, err = w.logIn(ada, otherPass)
		w.want(err, domain.ErrInvalidCredentials)
		w.wantLive(w.loggedIn(ada, password))
	}
}

// A signup of an address that is verified meanwhile, or was before, never becomes a second account.
func TestVerifyEmailOfATakenAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.signUp(ada, otherPass)
	late := w.store.TakeLetters()[0].UserID
	token, err := domain.NewLinkToken(domain.VerifyEmail, w.Entropy)
	w.must(err)
	w.must(w.store.Repos().Links.Add(t.Context(), token.Link(domain.VerifyEmail, late, w.now.Add(domain.VerificationLifetime))))
	_, err = w.VerifyEmail(t.Context(), token.Clear(), otherPass, home)
	w.want(err, domain.ErrInvalidToken)
	w.wantLive(w.loggedIn(ada, password))
}

func TestVerificationLinkExpires(t *testing.T) {
	t.Parallel()
	for past, want := range map[time.Duration]*domain.Error{-1: nil, 0: domain.ErrInvalidToken, 1: domain.ErrInvalidToken} {
		w := newWorld(t)
		token := w.pending(ada, password)
		w.pass(domain.VerificationLifetime + past)
		_, err := w.VerifyEmail(t.Context(), token, password, home)
		if want == nil {
			w.must(err)
			continue
		}
		w.want(err, want)
	}
}

func TestVerifyEmailRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	for _, bad := range []string{"x", "svfy_", token[:len(token)-1], token + "\n", "srst_" + token[len("svfy_"):]} {
		_, err := w.VerifyEmail(t.Context(), bad, password, home)
		w.want(err, domain.ErrInvalidToken)
	}
	_, err := w.VerifyEmail(t.Context(), "", "", home)
	w.wantFaults(err, "token required", "password required")
	_, err = w.VerifyEmail(t.Context(), "x", "", home)
	w.wantFaults(err, "password required")
	w.hasher.err = domain.ErrBusy
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrBusy)
	w.hasher.err = nil
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestVerifyingMakesTheOtherLinksOfTheSignupWorthless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.pending(ada, password)
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	second := w.token(w.deliverOne(domain.MailVerification), verification)
	if first == second {
		t.Fatal("the second letter has the first one's token")
	}
	_, err := w.VerifyEmail(t.Context(), first, password, home)
	w.must(err)
	_, err = w.VerifyEmail(t.Context(), second, password, home)
	w.want(err, domain.ErrInvalidToken)
	link, err := domain.ParseLinkToken(domain.VerifyEmail, second)
	w.must(err)
	if _, err := w.store.Repos().Links.User(t.Context(), domain.VerifyEmail, link.Hash(), w.now); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the other link is still stored: %v", err)
	}
}

// A link must still be good when it is used up, not only when it is looked at.
func TestVerificationLinkExpiresWhileThePasswordIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	w.hasher.afterVerify = func() { w.pass(domain.VerificationLifetime) }
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrInvalidToken)
	_, err = w.logIn(ada, password)
	w.want(err, domain.ErrInvalidCredentials)
}

// Asking again does the same for each state of the address: one letter to the address, and nothing hashed.
func TestRequestEmailVerificationIsTheSameWhateverTheAddressIs(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			hashed, verified := w.hasher.cost(func() { w.must(w.RequestEmailVerification(t.Context(), "ADA@example.com", home)) })
			due := w.store.TakeLetters()
			if hashed+verified != 0 || len(due) != 1 || due[0].Template != domain.MailVerification || !due[0].UserID.IsZero() || !due[0].At.Equal(w.now) {
				t.Errorf("asking again hashed %d times and made %d letters", hashed+verified, len(due))
			}
		})
	}
}

func TestRequestEmailVerificationMails(t *testing.T) {
	t.Parallel()
	for _, state := range addressStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.must(w.RequestEmailVerification(t.Context(), ada, home))
			if state.name == "unknown" {
				if mails := w.deliver(); len(mails) != 0 {
					t.Errorf("an unknown address was mailed %v", mails)
				}
				return
			}
			m := w.deliverOne(state.mail)
			if state.name == "pending" {
				_, err := w.VerifyEmail(t.Context(), w.token(m, verification), password, home)
				w.must(err)
			}
		})
	}
}

func TestRequestEmailVerificationMailsTheThreeNewest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	addresses := []string{"ada@example.com", "Ada@example.com", "aDa@example.com", "adA@example.com"}
	for _, a := range addresses {
		w.signUp(a, password)
		w.pass(time.Second)
	}
	w.deliver()
	w.pass(w.Throttle.MailWindow)
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	var mailed []string
	for _, m := range w.deliver() {
		w.token(m, verification)
		mailed = append(mailed, m.To.Address())
	}
	if len(mailed) != 3 || mailed[0] != addresses[3] || mailed[1] != addresses[2] || mailed[2] != addresses[1] {
		t.Errorf("mailed %q, want the three newest of %q", mailed, addresses)
	}
}

func TestRequestEmailVerificationRefusesAFaultyAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantFaults(w.RequestEmailVerification(t.Context(), "ada", home), "email invalid_email")
	w.wantFaults(w.RequestEmailVerification(t.Context(), " ", home), "email required")
	if len(w.store.TakeLetters()) != 0 {
		t.Error("a faulty address has a letter")
	}
}
