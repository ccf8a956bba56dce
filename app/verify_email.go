package app

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// VerifyEmail makes a pending signup the account of its email address and logs the user in. The link proves that the caller
// receives the messages to the address; the password selects the pending signup. VerifyEmail requires both, so that a signup with
// another person's address never becomes an account. The account gets the address in the form to which the link was mailed. It
// costs one hash for all pending signups of the address, and at most one more for each of the last release.
// Errors: domain.ErrInvalidToken, also after domain.LinkAttempts wrong passwords; domain.ErrNoMatchingSignup, which leaves
// the link usable; domain.ErrBusy; domain.Errors.
func (a *Accounts) VerifyEmail(ctx context.Context, token, password string, from netip.Prefix) (LoggedIn, error) {
	var fields domain.Fields
	link, err := domain.ParseLinkToken(domain.VerifyEmail, token)
	fields.Check("token", err)
	given, err := domain.ParseChosenPassword(password)
	fields.Check("password", err)
	if err := fields.Err(); err != nil {
		return LoggedIn{}, err
	}
	v, err := a.findVerification(ctx, link, from)
	if err != nil {
		return LoggedIn{}, err
	}
	if err := a.hasher.Ready(v.waiter()); err != nil {
		return LoggedIn{}, fmt.Errorf("prepare a verification: %w", err)
	}
	attempt, err := a.limiter.spendLink(ctx, link)
	if err != nil {
		return LoggedIn{}, err
	}
	u, err := a.selectSignup(ctx, v, given, attempt)
	if err != nil {
		return LoggedIn{}, err
	}
	return a.activate(ctx, v, u, attempt)
}

// verification is the link that was presented and the email address to which it was mailed.
type verification struct {
	token   domain.LinkToken
	link    domain.Link
	to      domain.Email
	indexes domain.EmailIndexes
	by      domain.PasswordAttempt
}

func (v verification) waiter() domain.HashWaiter {
	return domain.HashWaiter{IsKnown: true, Network: v.by.WideNetwork(), Account: v.by.Account}
}

func (a *Accounts) findVerification(ctx context.Context, token domain.LinkToken, from netip.Prefix) (verification, error) {
	link, to, err := a.store.Repos().Links.FindVerification(ctx, token.Hash(), a.now())
	if err != nil {
		return verification{}, mapNotFound(err, domain.ErrInvalidToken)
	}
	if to.IsZero() {
		if to, err = token.OpenEmail(link); err != nil {
			return verification{}, err
		}
	}
	v := verification{token: token, link: link, to: to}
	if v.indexes, err = a.pseudonyms.Email(to); err != nil {
		return verification{}, err
	}
	if v.by.Account, err = a.pseudonyms.account(to); err != nil {
		return verification{}, err
	}
	v.by.Networks, err = a.pseudonyms.networks(from)
	return v, err
}

// selectSignup finds the pending signup of the email address whose password was given. Errors: domain.ErrNoMatchingSignup.
func (a *Accounts) selectSignup(
	ctx context.Context, v verification, given domain.Password, attempt countedAttempt,
) (domain.User, error) {
	pending, err := a.store.Repos().Accounts.FindPending(ctx, v.indexes, domain.MaxPendingSignups)
	if err != nil {
		return domain.User{}, fmt.Errorf("find the pending signups of an email address: %w", err)
	}
	hashes := make([]domain.PasswordHash, len(pending))
	for i, u := range pending {
		hashes[i] = u.PasswordHash
	}
	selected, _, err := a.hasher.VerifyAny(ctx, v.waiter(), given, hashes)
	if err != nil {
		a.limiter.refund(ctx, attempt.limits)
		return domain.User{}, fmt.Errorf("check the password of a signup: %w", err)
	}
	if selected < 0 {
		return domain.User{}, a.recordNoMatch(ctx, v, attempt)
	}
	return pending[selected], nil
}

// recordNoMatch records a wrong password, also if the client has disconnected, and returns domain.ErrNoMatchingSignup with what
// remains of the link's limit, or domain.ErrInvalidToken if a concurrent verification has removed the link and the signups.
func (a *Accounts) recordNoMatch(ctx context.Context, v verification, attempt countedAttempt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if _, _, err := a.store.Repos().Links.FindVerification(ctx, v.token.Hash(), a.now()); err != nil {
		return mapNotFound(err, domain.ErrInvalidToken)
	}
	event, err := a.events.newFrom(v.by.Network(), domain.AuditPasswordRefused, domain.AuditEvent{})
	if err != nil {
		return err
	}
	network, err := a.events.countedNetwork(v.by.WideNetwork())
	if err != nil {
		return err
	}
	if err := a.store.Repos().Audit.RecordFirst(ctx, network, event); err != nil {
		return fmt.Errorf("record a wrong password: %w", err)
	}
	decision, now := attempt.decision, a.now()
	if decision.Remaining == 0 { // the link is dead: a request for another one must not find it
		if _, err := a.store.Repos().Links.Use(ctx, domain.VerifyEmail, v.token.Hash(), now); err != nil {
			return mapNotFound(err, domain.ErrInvalidToken)
		}
	}
	decision.BlockedUntil = now // a further link need not wait
	return decision.Error(domain.ErrNoMatchingSignup, now)
}

// activate locks the signups of the email address before it touches their links, so that verifications of one address wait
// for one another instead of deadlocking. It clears the attempt of the right password.
func (a *Accounts) activate(ctx context.Context, v verification, u domain.User, attempt countedAttempt) (LoggedIn, error) {
	now := a.now()
	created, err := a.tokens.newSession(u.ID, a.tokens.newDevice(), now)
	if err != nil {
		return LoggedIn{}, err
	}
	event, err := a.events.newFrom(v.by.Network(), domain.AuditEmailVerified, domain.AuditEvent{UserID: u.ID})
	if err != nil {
		return LoggedIn{}, err
	}
	err = a.store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		if err := r.Accounts.Activate(ctx, u.ID, v.indexes, now); err != nil {
			return fmt.Errorf("activate a signup: %w", err)
		}
		if err := v.use(ctx, r, u, now); err != nil {
			return fmt.Errorf("use a verification link: %w", err)
		}
		if err := a.completeVerification(ctx, r, v, u); err != nil {
			return err
		}
		return r.Sessions.Create(ctx, created.session, u.PasswordHash, attempt.limits, event)
	})
	if err != nil {
		return LoggedIn{}, mapNotFound(err, domain.ErrInvalidToken)
	}
	return a.tokens.issue(created, now)
}

// use uses up the link after u was activated. A link of the last release that belongs to another pending signup was removed with
// that signup.
func (v verification) use(ctx context.Context, r ports.Repos, u domain.User, now time.Time) error {
	if v.link.UserID.IsZero() || v.link.UserID == u.ID {
		_, err := r.Links.Use(ctx, domain.VerifyEmail, v.token.Hash(), now)
		return err
	}
	if !now.Before(v.link.ExpiresAt) {
		return ports.ErrNotFound
	}
	return nil
}

// completeVerification removes the other links of the email address, and stores the address as the link proved it: another form may
// be another mailbox, which the caller has not proven.
func (a *Accounts) completeVerification(ctx context.Context, r ports.Repos, v verification, u domain.User) error {
	if u.Email != v.to {
		if err := r.Accounts.ReplaceEmail(ctx, u.ID, v.to, v.indexes); err != nil {
			return fmt.Errorf("store the verified form of an email address: %w", err)
		}
	}
	if err := r.Links.RemoveAllOf(ctx, u.ID, domain.VerifyEmail); err != nil {
		return fmt.Errorf("remove the verification links of a user: %w", err)
	}
	if err := r.Links.RemoveVerifications(ctx, v.indexes); err != nil {
		return fmt.Errorf("remove the verification links of an email address: %w", err)
	}
	return nil
}
