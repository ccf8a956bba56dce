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
	// Address is whom to look up, by the indexes of the address; empty when UserID says it.
	Address [][]byte `json:"address,omitempty"`
	// At is when that happened of which the letter tells.
	At time.Time `json:"at"`
}

// AddressOf is what a letter holds of an address.
func AddressOf(indexes domain.EmailIndexes) [][]byte {
	address := make([][]byte, len(indexes))
	for i, index := range indexes {
		address[i] = []byte(index)
	}
	return address
}

// Indexes are those of the letter's Address.
func (l Letter) Indexes() domain.EmailIndexes {
	indexes := make(domain.EmailIndexes, len(l.Address))
	for i, index := range l.Address {
		indexes[i] = domain.EmailIndex(index)
	}
	return indexes
}

// Kind is the name of the job that writes letters.
func (Letter) Kind() string { return "letter" }
