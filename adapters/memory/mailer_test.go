package memory_test

import (
	"errors"
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestMailer(t *testing.T) {
	t.Parallel()
	porttest.Mailer(t, func(*testing.T) porttest.MailerUnderTest {
		mailer := &memory.Mailer{}
		return porttest.MailerUnderTest{
			Mailer: mailer,
			Delivered: func(*testing.T) []porttest.DeliveredMessage {
				var messages []porttest.DeliveredMessage
				for _, m := range mailer.Sent() {
					messages = append(messages, porttest.DeliveredMessage{
						To: m.To.Address(), MessageID: m.ID, Text: string(m.Template) + m.Link,
					})
				}
				return messages
			},
			RejectPermanently: func(*testing.T) { mailer.Fail(ports.ErrMessageRejected) },
			RejectTemporarily: func(*testing.T) { mailer.Fail(errors.New("the mail server is busy")) },
			Accept:            func(*testing.T) { mailer.Fail(nil) },
		}
	})
}
