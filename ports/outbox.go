package ports

import (
	"context"
	"time"

	"github.com/siriusys/user-management-service/domain"
)

// Outbox keeps the letters that are to be written, until they are.
type Outbox interface {
	// Enqueue asks for a letter. In a transaction the letter is due if and only if the transaction takes effect. A letter
	// is tried again until it was handed over, so one may rarely arrive twice.
	Enqueue(ctx context.Context, l Letter) error
}

// Letter is a request for one letter to one user, or to whoever has an address. It holds ids only: what is personal or
// secret is looked up, or made, when the letter is written.
type Letter struct {
	Template domain.MailTemplate `json:"template"`
	// UserID is to whom; zero when Address says it.
	UserID domain.UserID `json:"user_id,omitzero"`
	// Address is whom to look up; empty when UserID says it.
	Address []byte `json:"address,omitempty"`
	// At is when that happened of which the letter tells.
	At time.Time `json:"at"`
}

// Kind is the name of the job that writes letters.
func (Letter) Kind() string { return "letter" }
