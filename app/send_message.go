package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// SendMessage composes and sends a requested message. It makes tokens only now, so that the outbox never contains one. id is
// the same for every attempt to send the message. A message is dropped without an error if it no longer applies: the
// account was erased, or is already verified. Or the spacing drops it, since the recipient has a live link or was informed. A
// message that a signup caused may enter the UnverifiedQueue, which requests it again.
// Errors: ports.ErrMessageRejected if it can never be sent; *ports.PostponedError if the spacing delays it.
func (m *Mail) SendMessage(ctx context.Context, id string, request ports.MessageRequest) error {
	if request.MessageID != "" {
		id = request.MessageID
	}
	if len(request.EmailIndexes) > 0 {
		return m.sendToAddress(ctx, id, request)
	}
	u, err := m.store.Repos().Accounts.FindByID(ctx, request.UserID)
	if errors.Is(err, ports.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the recipient of a message: %w", err)
	}
	switch request.Template {
	case domain.MessageVerification:
		return m.sendVerification(ctx, id, u, request)
	case domain.MessagePasswordReset:
		return m.sendPasswordReset(ctx, id, u, request)
	case domain.MessageTerminated:
		return m.sendTerminated(ctx, id, u, request)
	default:
		return m.sendNotice(ctx, u, domain.Message{ID: id, Template: request.Template, To: u.Email, Name: u.FullName, At: request.At})
	}
}

// sendToAddress sends a message to an email address, with or without an account.
func (m *Mail) sendToAddress(ctx context.Context, id string, request ports.MessageRequest) error {
	if request.Template == domain.MessageVerification {
		return m.sendPaced(ctx, id, request, func() error { return m.answerSignup(ctx, id, request) })
	}
	u, err := m.store.Repos().Accounts.FindVerified(ctx, request.EmailIndexes)
	switch {
	case errors.Is(err, ports.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("find the account of an email address: %w", err)
	case request.Template == domain.MessagePasswordReset:
		return m.sendPasswordReset(ctx, id, u, request)
	default:
		return nil
	}
}

// answerSignup informs the account holder of an email address, or else sends a verification link to the newest pending signup's
// form of the address. One link serves all its pending signups.
func (m *Mail) answerSignup(ctx context.Context, id string, request ports.MessageRequest) error {
	u, err := m.store.Repos().Accounts.FindVerified(ctx, request.EmailIndexes)
	switch {
	case err == nil && request.At.Before(u.VerifiedAt):
		return nil // the signup was verified meanwhile, or removed by that verification
	case err == nil:
		return m.sendAlreadyRegistered(ctx, id, u, request)
	case !errors.Is(err, ports.ErrNotFound):
		return fmt.Errorf("find the account of an email address: %w", err)
	}
	newest, err := m.store.Repos().Accounts.FindPending(ctx, request.EmailIndexes, 1)
	if err != nil {
		return fmt.Errorf("find the pending signups of an email address: %w", err)
	}
	if len(newest) == 0 {
		return nil
	}
	return m.sendVerification(ctx, id, newest[0], request)
}

func (m *Mail) sendVerification(ctx context.Context, id string, u domain.User, request ports.MessageRequest) error {
	if u.IsVerified() {
		return nil
	}
	// All indexes are computed here, since the account may be stored under another MAC key than this signup.
	indexes, err := m.pseudonyms.Email(u.Email)
	if err != nil {
		return err
	}
	holder, err := m.store.Repos().Accounts.FindVerified(ctx, indexes)
	if err == nil {
		return m.sendAlreadyRegistered(ctx, id, holder, request)
	}
	if !errors.Is(err, ports.ErrNotFound) {
		return fmt.Errorf("find the account of an email address: %w", err)
	}
	// No name: the recipient may not be the person who signed up.
	message := domain.Message{ID: id, Template: domain.MessageVerification, To: u.Email, At: request.At}
	return m.sendSpaced(ctx, u, id, message.Template, func(lifetime time.Duration) error {
		message.LinkLifetime = lifetime
		return m.sendLink(ctx, domain.VerifyEmail, VerifyEmailPage, u, message)
	})
}

// sendAlreadyRegistered informs the account holder why the message contains no verification link: the email address already
// has an account, or the account was terminated. The message about a terminated account contains no cancellation link either:
// any client can request it any number of times, and must not be able to create tokens that cancel a termination.
func (m *Mail) sendAlreadyRegistered(ctx context.Context, id string, holder domain.User, request ports.MessageRequest) error {
	message := domain.Message{ID: id, Template: domain.MessageAlreadyRegistered, To: holder.Email, Name: holder.FullName, At: request.At}
	if holder.IsTerminated {
		message.Template, message.At = domain.MessageSignupAfterTermination, holder.TerminatedAt
		message.Until = m.cancellableUntil(holder)
	}
	return m.sendNotice(ctx, holder, message)
}

// sendPasswordReset sends a reset link. A request from a current device is outside of the spacing, up to a limit of the device.
func (m *Mail) sendPasswordReset(ctx context.Context, id string, u domain.User, request ports.MessageRequest) error {
	if !u.CanLogIn() {
		return nil
	}
	message := domain.Message{ID: id, Template: domain.MessagePasswordReset, To: u.Email, Name: u.FullName, At: request.At}
	send := func(lifetime time.Duration) error {
		message.LinkLifetime = lifetime
		return m.sendLink(ctx, domain.ResetPassword, ResetPasswordPage, u, message)
	}
	if isSent, err := m.sendToDevice(ctx, u, request.Device, send); isSent || err != nil {
		return err
	}
	return m.sendSpaced(ctx, u, id, message.Template, send)
}

// sendTerminated sends the notice of a termination, with the link that cancels it. If the termination was cancelled, the
// message is dropped: an earlier attempt had sent it, and the user has followed its link.
func (m *Mail) sendTerminated(ctx context.Context, id string, u domain.User, request ports.MessageRequest) error {
	if !u.IsTerminated {
		return nil
	}
	message := domain.Message{
		ID: id, Template: domain.MessageTerminated, To: u.Email, Name: u.FullName, At: request.At, Until: m.cancellableUntil(u),
	}
	if message.Until.IsZero() {
		return m.sendNotice(ctx, u, message)
	}
	return m.sendSpaced(ctx, u, id, message.Template, func(time.Duration) error {
		message.LinkLifetime = message.Until.Sub(m.now())
		return m.sendLink(ctx, domain.CancelTermination, CancelTerminationPage, u, message)
	})
}

// sendLink stores a new token, which expires after the message's LinkLifetime, and sends the message with its link. If the
// user was removed meanwhile, it sends nothing.
func (m *Mail) sendLink(
	ctx context.Context, purpose domain.LinkPurpose, page string, u domain.User, message domain.Message,
) error {
	token, err := domain.NewLinkToken(purpose, m.entropy)
	if err != nil {
		return err
	}
	link := token.Link(purpose, u.ID, m.now().Add(message.LinkLifetime))
	if purpose == domain.VerifyEmail {
		link = token.VerificationLink(u.Email, u.EmailIndex, link.ExpiresAt)
	}
	err = m.store.Repos().Links.Add(ctx, link)
	if errors.Is(err, ports.ErrNotFound) {
		return errNotSent
	}
	if err != nil {
		return fmt.Errorf("store a link: %w", err)
	}
	message.Link = m.publicURL + page + "#token=" + token.Clear()
	return m.send(ctx, message)
}

// sendNotice sends a message without a link.
func (m *Mail) sendNotice(ctx context.Context, u domain.User, message domain.Message) error {
	return m.sendSpaced(ctx, u, message.ID, message.Template, func(time.Duration) error {
		return m.send(ctx, message)
	})
}

func (m *Mail) send(ctx context.Context, message domain.Message) error {
	err := m.mailer.Send(ctx, message)
	m.metrics.MessageAttempted(outcomeOf(err))
	if err != nil {
		return fmt.Errorf("send the %s message: %w", message.Template, err)
	}
	return nil
}

// outcomeOf returns how operators see a result of Mailer.Send.
func outcomeOf(err error) ports.MessageOutcome {
	var reply *ports.MailReplyError
	switch {
	case err == nil:
		return ports.MessageSent
	case errors.Is(err, ports.ErrMessageRejected):
		return ports.MessageRejected
	case errors.As(err, &reply):
		return ports.MessageRefused
	default:
		return ports.MessageFailed
	}
}
