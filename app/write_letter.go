package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// The pages that links open, below PublicURL. The token travels in the fragment, which browsers send to nobody.
const (
	VerifyEmailPage        = "/pages/verify-email"
	ResetPasswordPage      = "/pages/password-reset"
	ReverseTerminationPage = "/pages/reverse-termination"
)

// pendingMailed is how many of an address's pending signups get their link mailed again: more than one, since the newest
// may be a stranger's, but few.
const pendingMailed = 3

// WriteLetter writes and sends a letter that a use case asked for. Tokens are made here, at the last moment, so that no
// queue ever holds one. id is the same for every attempt at one letter. A letter whose occasion is gone, because the
// account is, or is already verified, is left unsent. Errors: ports.ErrMailRefused if it never can be sent.
func (a *App) WriteLetter(ctx context.Context, id string, l ports.Letter) error {
	if len(l.Address) > 0 {
		return a.addressLetter(ctx, id, l)
	}
	u, err := a.Store.Repos().Accounts.ByID(ctx, l.UserID)
	if errors.Is(err, ports.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find whom to write to: %w", err)
	}
	switch l.Template {
	case domain.MailVerification:
		return a.writeVerification(ctx, id, u, l)
	case domain.MailPasswordReset:
		return a.writeReset(ctx, id, u, l)
	case domain.MailTerminated:
		return a.writeTerminated(ctx, id, u, l)
	default:
		return a.notify(ctx, u, domain.Mail{ID: id, Template: l.Template, To: u.Email, Name: u.FullName, At: l.At})
	}
}

// addressLetter finds the users of an address and asks for a letter to each, so that each is tried again on its own.
func (a *App) addressLetter(ctx context.Context, id string, l ports.Letter) error {
	index := l.Indexes()
	u, err := a.Store.Repos().Accounts.Verified(ctx, index)
	switch {
	case err == nil && l.Template == domain.MailPasswordReset:
		return a.writeReset(ctx, id, u, l)
	case err == nil:
		return a.writeRegistered(ctx, id, u, l)
	case !errors.Is(err, ports.ErrNotFound):
		return fmt.Errorf("find the account of an address: %w", err)
	case l.Template != domain.MailVerification:
		return nil
	}
	pending, err := a.Store.Repos().Accounts.Pending(ctx, index, pendingMailed)
	if err != nil {
		return fmt.Errorf("find the pending signups of an address: %w", err)
	}
	return a.Store.InTx(ctx, func(ctx context.Context, r ports.Repos) error {
		for _, p := range pending {
			if err := r.Outbox.Enqueue(ctx, ports.Letter{Template: l.Template, UserID: p.ID, At: p.CreatedAt}); err != nil {
				return fmt.Errorf("ask for a verification letter: %w", err)
			}
		}
		return nil
	})
}

func (a *App) writeVerification(ctx context.Context, id string, u domain.User, l ports.Letter) error {
	if u.IsVerified() {
		return nil
	}
	// Anew, since the account may be stored under another key than this signup.
	address, err := a.emailIndex(u.Email)
	if err != nil {
		return err
	}
	owner, err := a.Store.Repos().Accounts.Verified(ctx, address)
	if err == nil {
		return a.writeRegistered(ctx, id, owner, l)
	}
	if !errors.Is(err, ports.ErrNotFound) {
		return fmt.Errorf("find the account of an address: %w", err)
	}
	// No name: whoever signed up may not be who reads this.
	m := domain.Mail{ID: id, Template: domain.MailVerification, To: u.Email, At: l.At, LinkLifetime: domain.VerificationLifetime}
	return a.sendLink(ctx, domain.VerifyEmail, VerifyEmailPage, u, m)
}

// writeRegistered tells the owner of an address why no link came: there is an account already, or it was terminated. The
// letter about a terminated one holds no link either: strangers can have it written, as often as they like, and must not be
// able to have tokens made that bring an account back.
func (a *App) writeRegistered(ctx context.Context, id string, owner domain.User, l ports.Letter) error {
	m := domain.Mail{ID: id, Template: domain.MailAlreadyRegistered, To: owner.Email, Name: owner.FullName, At: l.At}
	if owner.IsTerminated {
		m.Template, m.At, m.Until = domain.MailSignupAfterTermination, owner.TerminatedAt, a.reversibleUntil(owner)
	}
	return a.notify(ctx, owner, m)
}

func (a *App) writeReset(ctx context.Context, id string, u domain.User, l ports.Letter) error {
	if !u.CanSignIn() {
		return nil
	}
	m := domain.Mail{ID: id, Template: domain.MailPasswordReset, To: u.Email, Name: u.FullName, At: l.At, LinkLifetime: domain.ResetLifetime}
	return a.sendLink(ctx, domain.ResetPassword, ResetPasswordPage, u, m)
}

// writeTerminated tells of a termination, with the link that reverses it. An account that is back meanwhile gets no letter:
// it was the link of an earlier attempt at this one that brought it back.
func (a *App) writeTerminated(ctx context.Context, id string, u domain.User, l ports.Letter) error {
	if !u.IsTerminated {
		return nil
	}
	m := domain.Mail{ID: id, Template: domain.MailTerminated, To: u.Email, Name: u.FullName, At: l.At, Until: a.reversibleUntil(u)}
	if m.Until.IsZero() {
		return a.notify(ctx, u, m)
	}
	m.LinkLifetime = m.Until.Sub(a.Now())
	return a.sendLink(ctx, domain.ReverseTermination, ReverseTerminationPage, u, m)
}

// reversibleUntil is until when the owner of a terminated account may get it back, zero if that is over.
func (a *App) reversibleUntil(u domain.User) time.Time {
	if !u.IsReversible(a.TerminationGrace, a.Now()) {
		return time.Time{}
	}
	return u.ReversibleUntil(a.TerminationGrace)
}

// sendLink makes the token that the letter holds. It lives as long as the letter says.
func (a *App) sendLink(ctx context.Context, purpose domain.LinkPurpose, page string, u domain.User, m domain.Mail) error {
	return a.limitMail(ctx, u.EmailIndex, m.Template, func() error {
		token, err := domain.NewLinkToken(purpose, a.Entropy)
		if err != nil {
			return err
		}
		err = a.Store.Repos().Links.Add(ctx, token.Link(purpose, u.ID, a.Now().Add(m.LinkLifetime)))
		if errors.Is(err, ports.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("store a link: %w", err)
		}
		m.Link = a.PublicURL + page + "#token=" + token.Clear()
		return a.send(ctx, m)
	})
}

// notify sends a letter that holds no link.
func (a *App) notify(ctx context.Context, u domain.User, m domain.Mail) error {
	return a.limitMail(ctx, u.EmailIndex, m.Template, func() error { return a.send(ctx, m) })
}

func (a *App) send(ctx context.Context, m domain.Mail) error {
	if err := a.Mailer.Send(ctx, m); err != nil {
		return fmt.Errorf("send the %s letter: %w", m.Template, err)
	}
	return nil
}
