package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

const (
	templateKey  attribute.Key = "message.template"
	replyCodeKey attribute.Key = "smtp.reply_code"
)

// Mailer records each message that is handed to a mail server.
type Mailer struct {
	next   ports.Mailer
	tracer trace.Tracer
}

// NewMailer returns a Mailer that sends by next.
func NewMailer(next ports.Mailer, provider trace.TracerProvider) Mailer {
	return Mailer{next, provider.Tracer(tracerName)}
}

// Send implements ports.Mailer.
func (m Mailer) Send(ctx context.Context, message domain.Message) error {
	ctx, span := m.tracer.Start(ctx, "send message",
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(templateKey.String(string(message.Template))))
	defer span.End()
	err := m.next.Send(ctx, message)
	if reply, ok := errors.AsType[*ports.MailReplyError](err); ok {
		span.SetAttributes(replyCodeKey.String(reply.Code))
	}
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	return err
}

var _ ports.Mailer = Mailer{}
