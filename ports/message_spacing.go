package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// PostponedError reports that a message is not due before Until. It must be tried again then, however often it was postponed.
type PostponedError struct{ Until time.Time }

// Error names the time.
func (e *PostponedError) Error() string {
	return "message postponed until " + e.Until.UTC().Format(time.RFC3339)
}

// MessageSpacing stores the history of the messages to each email address, for each template.
type MessageSpacing interface {
	// Plan applies spacing.Plan to the history of the email address and template, and stores the history after it. Of concurrent
	// calls each sees what the one before stored.
	Plan(
		ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate,
		spacing domain.MessageSpacing, job domain.MessageJob, now time.Time,
	) (domain.MessagePlan, error)
	// Refund applies plan.Refund to the history. A history that does not exist is no error.
	Refund(ctx context.Context, to domain.EmailIndex, template domain.MessageTemplate, plan domain.MessagePlan) error
	// PurgeExpired removes at most limit histories that expired before the given time (domain.MessageHistory.ExpiresAt), and returns
	// how many it removed.
	PurgeExpired(ctx context.Context, before time.Time, limit int) (int, error)
}
