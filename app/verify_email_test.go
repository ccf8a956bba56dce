package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

func TestVerifyEmailLogsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.pending(ada, password)
	w.pass(time.Minute)
	pair, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
	u := w.user(w.caller(pair.TokenPair))
	if !u.CanLogIn() || !u.VerifiedAt.Equal(w.now) {
		t.Error("the verified account cannot log in, or was not verified now")
	}
	if pair.ExpiresIn != 5*time.Minute || pair.RefreshExpiresIn != 14*24*time.Hour {
		t.Errorf("the tokens live %v and %v", pair.ExpiresIn, pair.RefreshExpiresIn)
	}
	w.wantLive(pair.TokenPair)
	w.wantLive(w.loggedIn("ADA@EXAMPLE.COM", password))
	if messages := w.deliver(); len(messages) != 0 {
		t.Errorf("verifying mailed %v", messages)
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

func TestVerifyEmailWithTheWrongPasswordLeavesTheLinkUsable(t *testing.T) {
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

// A signup with another person's email address never becomes an account, in whatever order the signups come and whichever link
// is used.
func TestVerifiedSignupWins(t *testing.T) {
	t.Parallel()
	for _, holderFirst := range []bool{true, false} {
		for _, useFirstLink := range []bool{true, false} {
			w := newWorld(t)
			passwords := []string{password, otherPass}
			if !holderFirst {
				passwords = []string{otherPass, password}
			}
			var links []string
			for i, p := range passwords {
				w.signUpFrom(network(i), ada, p)
				links = append(links, w.token(w.deliverOne(domain.MessageVerification), verificationLink))
			}
			used, other := links[0], links[1]
			if !useFirstLink {
				used, other = other, used
			}
			_, err := w.VerifyEmail(t.Context(), used, password, home)
			w.must(err)
			for _, late := range []string{used, other} {
				_, err = w.VerifyEmail(t.Context(), late, otherPass, home)
				w.want(err, domain.ErrInvalidToken)
			}
			_, err = w.logIn(ada, otherPass)
			w.want(err, domain.ErrInvalidCredentials)
			w.wantLive(w.loggedIn(ada, password))
			if left := w.pendingSignups(ada); len(left) != 0 {
				t.Errorf("%d pending signups are left", len(left))
			}
		}
	}
}

// 400 networks sign up with the victim's email address, before and after the victim. The victim signs up once more, from the page
// of the link, and verifies with a link that came for an attacker's signup. It costs one hash.
func TestFloodOfSignupsDoesNotKeepTheAccountHolderOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flood := func(first int) {
		for n := range 200 {
			w.signUpFrom(network(first+n), ada, otherPass)
			w.pass(time.Second)
		}
	}
	flood(1000)
	w.signUp(ada, password)
	flood(2000)
	if n := len(w.pendingSignups(ada)); n != domain.MaxPendingSignups {
		t.Fatalf("%d pending signups, want %d", n, domain.MaxPendingSignups)
	}
	token := w.token(w.deliver()[0], verificationLink)
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrNoMatchingSignup)
	w.signUp(ada, password)
	_, verified := w.hasher.cost(func() {
		_, err = w.VerifyEmail(t.Context(), token, password, home)
	})
	w.must(err)
	if verified != 1 {
		t.Errorf("the verification cost %d hashes, want 1", verified)
	}
	_, err = w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, password))
}

// The link for an attacker's signup reaches the account holder. With the account holder's password it activates nothing of the
// attacker's, and the attacker has no link.
func TestLinkOfAnAttackersSignupServesTheAccountHolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUpFrom(network(1), ada, otherPass)
	token := w.token(w.deliverOne(domain.MessageVerification), verificationLink)
	w.signUp(ada, password)
	_, err := w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
	_, err = w.logIn(ada, otherPass)
	w.want(err, domain.ErrInvalidCredentials)
	w.wantLive(w.loggedIn(ada, password))
}

// Ada@ and ADA@ may be two mailboxes. A link verifies the one that received it, whichever form the signup had.
func TestVerifyEmailStoresTheFormThatReceivedTheLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUpFrom(network(1), ada, password)
	w.pass(time.Second)
	w.signUpFrom(network(2), "ADA@example.com", otherPass)
	messages := w.deliver()
	for _, m := range messages {
		if m.To.Address() != "ADA@example.com" {
			t.Errorf("a link was mailed to %s, want the newest signup's form", m.To.Address())
		}
	}
	in, err := w.VerifyEmail(t.Context(), w.token(messages[0], verificationLink), password, home)
	w.must(err)
	if got := w.user(w.caller(in.TokenPair)).Email.Address(); got != "ADA@example.com" {
		t.Errorf("the account has the email address %s, which received no link", got)
	}
}

// Pending signups of one email address share a salt, those of two do not.
func TestSignupsShareTheSaltOfTheirEmailAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signUpFrom(network(1), ada, password)
	w.signUpFrom(network(2), "ADA@example.com", password)
	w.signUp("bob@example.com", password)
	adas, bobs := w.pendingSignups(ada), w.pendingSignups("bob@example.com")
	if len(adas) != 2 || adas[0].PasswordHash != adas[1].PasswordHash || adas[0].PasswordHash == bobs[0].PasswordHash {
		t.Error("the hashes of one password are not equal for exactly the signups of one email address")
	}
	if adas[0].SignupNetwork == adas[1].SignupNetwork || adas[1].SignupNetwork == bobs[0].SignupNetwork {
		t.Error("the networks of signups are not distinguished for exactly one email address")
	}
}

// Links and pending signups of the last release: the link belongs to a user, each hash has a salt of its own.
func TestLinkOfTheLastReleaseServesEverySignupOfItsEmailAddress(t *testing.T) {
	t.Parallel()
	for _, use := range []string{password, otherPass} {
		w := newWorld(t)
		var ids []domain.UserID
		for i, clear := range []string{password, otherPass} {
			w.signUpFrom(network(i), ada, clear)
			u := w.pendingSignups(ada)[0]
			p, err := domain.ParsePassword(clear)
			w.must(err)
			u.PasswordHash, err = w.hasher.Hash(t.Context(), domain.HashWaiter{}, p)
			w.must(err)
			u.SignupNetwork = ""
			w.must(w.store.Repos().Accounts.AddPending(t.Context(), u)) // overwrites, as in deactivate
			ids = append(ids, u.ID)
			w.pass(time.Second)
		}
		token, err := domain.NewLinkToken(domain.VerifyEmail, w.Entropy)
		w.must(err)
		w.must(w.store.Repos().Links.Add(t.Context(), token.Link(domain.VerifyEmail, ids[0], w.now.Add(domain.VerificationLifetime))))
		_, err = w.VerifyEmail(t.Context(), token.Clear(), use, home)
		w.must(err)
		w.wantLive(w.loggedIn(ada, use))
		_, err = w.VerifyEmail(t.Context(), token.Clear(), use, home)
		w.want(err, domain.ErrInvalidToken)
	}
}

// A pending signup of a verified email address is refused even with a valid link.
func TestPendingSignupNeverBecomesASecondAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.registered(ada, password)
	w.signUp(ada, otherPass)
	late := w.pendingSignups(ada)[0]
	for _, ofUser := range []bool{true, false} {
		token, err := domain.NewLinkToken(domain.VerifyEmail, w.Entropy)
		w.must(err)
		link := token.VerificationLink(late.Email, late.EmailIndex, w.now.Add(domain.VerificationLifetime))
		if ofUser {
			link = token.Link(domain.VerifyEmail, late.ID, link.ExpiresAt)
		}
		w.must(w.store.Repos().Links.Add(t.Context(), link))
		_, err = w.VerifyEmail(t.Context(), token.Clear(), otherPass, home)
		w.want(err, domain.ErrInvalidToken)
	}
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
	w.wantViolations(err, "token required", "password required")
	_, err = w.VerifyEmail(t.Context(), "x", "", home)
	w.wantViolations(err, "password required")
	w.hasher.err = domain.ErrBusy
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.want(err, domain.ErrBusy)
	w.hasher.err = nil
	_, err = w.VerifyEmail(t.Context(), token, password, home)
	w.must(err)
}

func TestVerifyingRemovesTheOtherLinksOfTheSignup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.pending(ada, password)
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	second := w.token(w.deliverOne(domain.MessageVerification), verificationLink)
	if first == second {
		t.Fatal("the second message contains the token of the first")
	}
	_, err := w.VerifyEmail(t.Context(), first, password, home)
	w.must(err)
	_, err = w.VerifyEmail(t.Context(), second, password, home)
	w.want(err, domain.ErrInvalidToken)
	link, err := domain.ParseLinkToken(domain.VerifyEmail, second)
	w.must(err)
	if _, _, err := w.store.Repos().Links.FindVerification(t.Context(), link.Hash(), w.now); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the other link is still stored: %v", err)
	}
}

// A link must be valid when it is used, not only when it is looked up.
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

// A verification request does the same for every state of the email address: it requests one message and hashes nothing.
func TestRequestEmailVerificationIsTheSameForEveryEmailAddress(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			hashed, verified := w.hasher.cost(func() { w.must(w.RequestEmailVerification(t.Context(), "ADA@example.com", home)) })
			due := w.store.TakeMessages()
			if hashed+verified != 0 {
				t.Error("a verification request hashed")
			}
			if len(due) != 1 || due[0].Template != domain.MessageVerification || !due[0].UserID.IsZero() || !due[0].At.Equal(w.now) {
				t.Errorf("requested %+v, want one message to the email address", due)
			}
		})
	}
}

func TestRequestEmailVerificationMails(t *testing.T) {
	t.Parallel()
	for _, state := range emailStates() {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state.reach(w)
			w.must(w.RequestEmailVerification(t.Context(), ada, home))
			if state.name == "unknown" {
				if messages := w.deliver(); len(messages) != 0 {
					t.Errorf("an unknown email address was mailed %v", messages)
				}
				return
			}
			m := w.deliverOne(state.message)
			if state.name == "pending" {
				_, err := w.VerifyEmail(t.Context(), w.token(m, verificationLink), password, home)
				w.must(err)
			}
		})
	}
}

// However many signups are pending, one request mails one link.
func TestRequestEmailVerificationMailsOneLinkForAllSignups(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, form := range []string{"ada@example.com", "Ada@example.com", "aDa@example.com"} {
		w.signUpFrom(network(i), form, password)
		w.pass(time.Second)
	}
	w.deliver()
	w.pass(24 * time.Hour)
	w.must(w.RequestEmailVerification(t.Context(), ada, home))
	if m := w.deliverOne(domain.MessageVerification); m.To.Address() != "aDa@example.com" {
		t.Errorf("mailed %s, want the form of the newest signup", m.To.Address())
	}
}

func TestRequestEmailVerificationRefusesAnInvalidEmailAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wantViolations(w.RequestEmailVerification(t.Context(), "ada", home), "email invalid_email")
	w.wantViolations(w.RequestEmailVerification(t.Context(), " ", home), "email required")
	if len(w.store.TakeMessages()) != 0 {
		t.Error("an invalid email address requested a message")
	}
}
