package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Outbox stores the messages that are due, until they are sent.
type Outbox interface {
	// Enqueue requests a message. In a transaction the message is due if and only if the transaction takes effect. Each call
	// requests one more message, also with an equal request. Sending is retried until a mail server accepts the message, so one
	// may rarely arrive twice.
	Enqueue(ctx context.Context, m MessageRequest) error
}

// MessageRequest requests one message to one user, or to the users of an email address. It contains ids only. Personal data is
// looked up and tokens are made when the message is composed.
type MessageRequest struct {
	Template domain.MessageTemplate
	// UserID is the recipient; zero if EmailIndexes identify the recipients.
	UserID domain.UserID
	// EmailIndexes are the indexes of the recipients' email address; empty if UserID identifies the recipient.
	EmailIndexes domain.EmailIndexes
	// At is when the event happened that the message is about.
	At time.Time
	// Network is the keyed pseudonym of the wide network from which the message was requested; empty if it is not known.
	Network string
	// Client is that of the narrowest network, likewise.
	Client string
	// Device is the device whose token was presented with the request; zero if there was none. Its token is authentic, but the
	// device may have been removed since.
	Device domain.DeviceID
	// MessageID is set for a message that UnverifiedQueue has released. It is sent under that ID and does not wait again.
	MessageID string
}
