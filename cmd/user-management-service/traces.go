package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/siriusys/user-management-service/adapters/tracing"
	"github.com/siriusys/user-management-service/ports"
)

// stopTracesLimit bounds the export of the last spans when the program ends.
const stopTracesLimit = 5 * time.Second

// tracesURL is where spans are sent; empty if traces are off. The path is appended to the general endpoint, as OpenTelemetry
// specifies (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp).
func (s Settings) tracesURL() string {
	switch {
	case s.TracesEndpoint != "":
		return s.TracesEndpoint
	case s.TelemetryEndpoint != "":
		u, err := url.Parse(s.TelemetryEndpoint)
		if err != nil { // checkTraces reports it
			return ""
		}
		return u.JoinPath("v1", "traces").String()
	default:
		return ""
	}
}

// checkTraces reports violations in the settings of traces.
func (s Settings) checkTraces() (violations []error) {
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": s.TelemetryEndpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": s.TracesEndpoint,
	} {
		u, err := url.Parse(value)
		if value != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			violations = append(violations, fmt.Errorf("%s must be an http or https URL", name))
		}
	}
	if p := s.TelemetryProtocol; p != "" && p != "http/protobuf" {
		violations = append(violations, errors.New("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"))
	}
	return violations
}

// startTraces starts to record requests and jobs, if the settings say so. Else the provider is nil.
func startTraces(ctx context.Context, c Config) (provider trace.TracerProvider, stop func(), err error) {
	target := c.tracesURL()
	if target == "" {
		return nil, func() {}, nil
	}
	provider, shutDown, err := tracing.Start(ctx, tracing.Config{URL: target, Version: ownVersion(), Logger: c.Logger})
	if err != nil {
		return nil, nil, err
	}
	return provider, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTracesLimit)
		defer cancel()
		_ = shutDown(ctx) // the exporter logs what it cannot send
	}, nil
}

// traced records hashes and messages, if traces are on.
func (c Config) traced(hasher ports.PasswordHasher, mailer ports.Mailer) (ports.PasswordHasher, ports.Mailer) {
	if c.traces == nil {
		return hasher, mailer
	}
	return tracing.NewHasher(hasher, c.traces), tracing.NewMailer(mailer, c.traces)
}
