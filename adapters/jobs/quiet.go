package jobs

import (
	"context"
	"log/slog"
)

// quiet passes on what River reports from warnings upwards: a line for each start, stop and election says little.
type quiet struct{ slog.Handler }

// Enabled lets warnings and errors through.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the filter on derived handlers.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps the filter on derived handlers.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
