package jobs

import (
	"context"
	"log/slog"
)

// quiet drops what River logs below warnings: its lines about each start, stop and election do not help an operator.
type quiet struct{ slog.Handler }

// Enabled accepts warnings and errors.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the filter on derived handlers.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps the filter on derived handlers.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
