package main

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/siriusys/user-management-service/adapters/tracing"
)

func newLogger(w io.Writer, s Settings) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return nil, fmt.Errorf("LOG_LEVEL: %w", err)
	}
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: hideSecrets}
	var handler slog.Handler = slog.NewJSONHandler(w, options)
	if s.LogFormat == "text" {
		handler = slog.NewTextHandler(w, options)
	}
	return slog.New(tracing.LogHandler(handler)), nil
}

// hideSecrets prints a value that has a Format method with that method. Secrets and personal data have one that prints a
// placeholder; the JSON handler would otherwise marshal the data themselves.
func hideSecrets(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() != slog.KindAny {
		return a // most attributes; Any would allocate
	}
	if value, ok := a.Value.Any().(fmt.Formatter); ok {
		return slog.String(a.Key, fmt.Sprint(value))
	}
	return a
}
