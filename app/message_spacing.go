package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// errNotSent: a message that was counted is not sent after all, and its job is done.
var errNotSent = errors.New("not sent")

// sendSpaced calls send with the lifetime of the link, if the spacing of the template and email address allows the message now. A
// message that was not sent is refunded.
// Errors: those of send, except errNotSent; *ports.PostponedError if the message must wait.
func (m *Mail) sendSpaced(
	ctx context.Context, u domain.User, id string, template domain.MessageTemplate, send func(lifetime time.Duration) error,
) error {
	plan, err := m.planMessage(ctx, u, id, template)
	switch {
	case err != nil:
		return err
	case !plan.WaitUntil.IsZero():
		return &ports.PostponedError{Until: plan.WaitUntil}
	case !plan.Send:
		return nil
	}
	err = send(plan.LinkLifetime)
	if err != nil {
		m.refundMessage(ctx, u.EmailIndex, template, plan)
	}
	if errors.Is(err, errNotSent) {
		return nil
	}
	return err
}

// planMessage decides what becomes of a message. Only before it drops one with a link, it looks whether the last link is still there.
func (m *Mail) planMessage(
	ctx context.Context, u domain.User, id string, template domain.MessageTemplate,
) (plan domain.MessagePlan, err error) {
	r, spacing := m.store.Repos(), m.limiter.policy.MessageSpacing(template)
	plan, err = r.MessageSpacing.Plan(ctx, u.EmailIndex, template, spacing, domain.MessageJob{ID: id}, m.now())
	if err != nil {
		return domain.MessagePlan{}, fmt.Errorf("space a message: %w", err)
	}
	if !plan.IsDropped() {
		return plan, nil
	}
	hasLink, err := m.hasLiveLink(ctx, u, template)
	if err != nil {
		return domain.MessagePlan{}, fmt.Errorf("find a live link: %w", err)
	}
	if hasLink {
		return plan, nil
	}
	plan, err = r.MessageSpacing.Plan(ctx, u.EmailIndex, template, spacing, domain.MessageJob{ID: id, LinkGone: true}, m.now())
	if err != nil {
		return domain.MessagePlan{}, fmt.Errorf("space a message after a used link: %w", err)
	}
	return plan, nil
}

// hasLiveLink reports whether a message of the template needs no further link: there is one, or it has none.
func (m *Mail) hasLiveLink(ctx context.Context, u domain.User, template domain.MessageTemplate) (bool, error) {
	links := m.store.Repos().Links
	switch template {
	case domain.MessagePasswordReset:
		return links.HasLive(ctx, u.ID, domain.ResetPassword, m.now())
	case domain.MessageVerification:
		indexes, err := m.pseudonyms.Email(u.Email)
		if err != nil {
			return false, err
		}
		return links.HasLiveVerification(ctx, indexes, m.now())
	default:
		return true, nil
	}
}

// refundMessage refunds a message that was not sent, also if the job was cancelled. If the refund fails, the retry of the job is
// sent all the same, since the message counts as sent by this job.
func (m *Mail) refundMessage(ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate, plan domain.MessagePlan) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refundTimeout)
	defer cancel()
	_ = m.store.Repos().MessageSpacing.Refund(ctx, to, template, plan)
}

// sendToDevice calls send outside of the spacing if the user still has the device that requested the message, and the user's
// devices have not used up their limit. It reports whether it did.
func (m *Mail) sendToDevice(
	ctx context.Context, u domain.User, device domain.DeviceID, send func(lifetime time.Duration) error,
) (isSent bool, err error) {
	if device.IsZero() {
		return false, nil
	}
	isCurrent, err := m.store.Repos().Sessions.IsKnownDevice(ctx, u.ID, device)
	if err != nil {
		return false, fmt.Errorf("find the device that requested a message: %w", err)
	}
	if !isCurrent {
		return false, nil
	}
	limits := m.limiter.policy.DeviceMessage(u.ID)
	decision, err := m.store.Repos().RateLimits.Spend(ctx, limits, m.now())
	if err != nil {
		return false, fmt.Errorf("count a message that a device requested: %w", err)
	}
	m.limiter.count(decision)
	if !decision.Allowed {
		return false, nil
	}
	err = send(domain.ResetMinLifetime)
	if err != nil {
		m.limiter.refund(ctx, limits)
	}
	if errors.Is(err, errNotSent) {
		err = nil
	}
	return true, err
}
