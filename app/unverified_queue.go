package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// maxCountedWaiting bounds how many waiting messages are counted for the metric, so that a flood does not make counting slow.
const maxCountedWaiting = 10_000

// sendPaced calls send, for a message that a signup causes, or lets the message wait in the queue. It decides before the email address is
// looked up: else a client could learn from how long its own messages wait which addresses have accounts. A message that the queue has
// released does not wait again. One whose sending failed is refunded.
// Errors: those of send.
func (m *Mail) sendPaced(ctx context.Context, id string, request ports.MessageRequest, send func() error) error {
	if request.MessageID != "" || m.limiter.policy.UnverifiedPerMinute == 0 {
		return send()
	}
	queue, pace := m.store.Repos().UnverifiedQueue, m.limiter.policy.UnverifiedPace()
	message := ports.UnverifiedMessage{EmailIndex: request.EmailIndexes.Primary(), MessageID: id, Request: request}
	mayBeSent, err := queue.Enter(ctx, message, pace, m.now())
	switch {
	case err != nil:
		return fmt.Errorf("queue the message of a signup: %w", err)
	case !mayBeSent:
		return nil
	}
	err = send()
	if _, isPostponed := errors.AsType[*ports.PostponedError](err); err != nil && !isPostponed {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refundTimeout)
		defer cancel()
		_ = queue.Refund(ctx, request.Network, pace) // if it fails, the next messages are sent later
	}
	return err
}

// ReleaseUnverified requests the messages again that have waited in the UnverifiedQueue and are due, and reports how many still
// wait to the metrics. It must run every second or so; several replicas may run it concurrently.
func (m *Mail) ReleaseUnverified(ctx context.Context) error {
	policy, queue := m.limiter.policy, m.store.Repos().UnverifiedQueue
	if policy.UnverifiedPerMinute == 0 {
		policy.UnverifiedPerMinute = domain.DefaultRateLimitPolicy().UnverifiedPerMinute // what an earlier setting left
	}
	if _, err := queue.Release(ctx, policy.UnverifiedPace(), m.now()); err != nil {
		return fmt.Errorf("release messages to unverified email addresses: %w", err)
	}
	waiting, err := queue.Count(ctx, maxCountedWaiting)
	if err != nil {
		return fmt.Errorf("count the messages to unverified email addresses: %w", err)
	}
	m.metrics.UnverifiedMessagesWaiting(waiting)
	return nil
}
