package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres/internal/sqlc"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// messageAttempts is how often a message is tried. With at most 5 minutes between two attempts that is about a day.
const messageAttempts = 300

// notifyEvery is the least time between two notifications of the workers by one replica. PostgreSQL commits transactions with a
// notification one after another (https://www.postgresql.org/docs/current/sql-notify.html), so there must be few. A worker that
// is not notified looks at the queue every second, and after each message of a full batch.
const notifyEvery = 20 * time.Millisecond

// outbox puts messages into River's queue, in the transaction of the unit of work.
type outbox struct{ unitOfWork }

func (o outbox) Enqueue(ctx context.Context, m ports.MessageRequest) error {
	job, err := o.store.messageJob(ctx, m)
	if err != nil {
		return err
	}
	return o.deferExec(ctx, func(q *sqlc.Queries) error { return q.EnqueueMessage(ctx, job) })
}

// storedMessage is a ports.MessageRequest in the arguments of a job. A job may wait across an upgrade, so the JSON names must
// not change.
type storedMessage struct {
	Template domain.MessageTemplate `json:"template"`
	UserID   domain.UserID          `json:"user_id,omitzero"`
	// EmailIndexes are base64, since they are not UTF-8.
	EmailIndexes [][]byte  `json:"address,omitempty"`
	At           time.Time `json:"at"`
	// Network is base64, since it is not UTF-8.
	Network   []byte          `json:"network,omitempty"`
	Client    []byte          `json:"client,omitempty"` // likewise
	Device    domain.DeviceID `json:"device,omitzero"`
	MessageID string          `json:"message_id,omitempty"`
	// Trace is the traceparent (https://www.w3.org/TR/trace-context/) of the request, which the job continues.
	Trace string `json:"traceparent,omitempty"`
}

// verificationPriority is behind 1, that of all other messages: a flood of signups then delays none of them. River's priorities
// are 1 to 4.
const verificationPriority = 2

// messageJob is the row of a message's job (docs/decisions/0021).
func (s *Store) messageJob(ctx context.Context, m ports.MessageRequest) (sqlc.EnqueueMessageParams, error) {
	args, err := encodeRequest(ctx, m)
	if err != nil {
		return sqlc.EnqueueMessageParams{}, err
	}
	job := sqlc.EnqueueMessageParams{Args: args, MaxAttempts: messageAttempts, Priority: 1}
	if m.Template == domain.MessageVerification {
		job.Priority = verificationPriority
	}
	s.notify.Do(func() { job.Notify = true })
	return job, nil
}

func encodeRequest(ctx context.Context, m ports.MessageRequest) ([]byte, error) {
	args, err := json.Marshal(storedMessage{
		Template: m.Template, UserID: m.UserID, EmailIndexes: indexBytes(m.EmailIndexes), At: m.At,
		Network: []byte(m.Network), Client: []byte(m.Client), Device: m.Device, MessageID: m.MessageID,
		Trace: traceOf(ctx),
	})
	if err != nil {
		return nil, fmt.Errorf("encode a message request: %w", err)
	}
	return args, nil
}

// ReadMessage reads the message request in the arguments of a message's job.
func ReadMessage(args []byte) (ports.MessageRequest, error) {
	var m storedMessage
	if err := json.Unmarshal(args, &m); err != nil {
		return ports.MessageRequest{}, fmt.Errorf("decode a message request: %w", err)
	}
	request := ports.MessageRequest{
		Template: m.Template, UserID: m.UserID, At: m.At, Network: string(m.Network), Client: string(m.Client),
		Device: m.Device, MessageID: m.MessageID,
	}
	for _, index := range m.EmailIndexes {
		request.EmailIndexes = append(request.EmailIndexes, domain.EmailIndex(index))
	}
	return request, nil
}
