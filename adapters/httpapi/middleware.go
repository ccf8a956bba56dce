package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/app"
)

const requestIDMaxLength = 64

// requestID gives each request an id for its response, its log lines and its problem. It keeps a client's X-Request-Id that is
// short and plain, so that operators can follow a request through several services.
func requestID(next func() string) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			id := c.Request().Header.Get(echo.HeaderXRequestID)
			if !isPlain(id) {
				id = next()
			}
			c.Response().Header().Set(echo.HeaderXRequestID, id)
			return handle(c)
		}
	}
}

func isPlain(id string) bool {
	return id != "" && len(id) <= requestIDMaxLength && strings.IndexFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) < 0
}

func requestIDOf(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// accessLog logs one line per request. It logs the route's pattern instead of the path, of the data that the client sent only the
// method, and the client's pseudonym instead of its IP address.
func accessLog(logger *slog.Logger, pseudonyms app.Pseudonyms) echo.MiddlewareFunc {
	clients := newLoggedClients(pseudonyms)
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			if err := handle(c); err != nil {
				c.Error(err)
			}
			ctx := c.Request().Context()
			if !logger.Enabled(ctx, slog.LevelInfo) {
				return nil // the pseudonym is not free
			}
			client, err := clients.of(networkOf(ctx))
			if err != nil {
				logger.ErrorContext(ctx, "no pseudonym for the request log", "error", err)
			}
			logger.LogAttrs(ctx, slog.LevelInfo, "request",
				slog.String("request_id", requestIDOf(c)), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
				slog.String("client", client),
				slog.Int("status", c.Response().Status), slog.Duration("duration", time.Since(start)))
			return nil
		}
	}
}

// recovery turns a panic into an error. Only the log shows the stack.
func recovery(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return handle(c)
	}
}

// cacheable lets caches keep a successful response for five minutes. problemWriter sets no-store on problems.
func cacheable(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=300")
		return handle(c)
	}
}

// download makes browsers save a successful response as a file (RFC 6266).
func download(filename string) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Response()
			r.Before(func() {
				if r.Status == http.StatusOK {
					r.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+filename+`"`)
				}
			})
			return handle(c)
		}
	}
}

// timeLimit cancels the context of a request after limit. Streams have no limit.
func timeLimit(limit time.Duration) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isStream(c) {
				return handle(c)
			}
			ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
			return handle(c)
		}
	}
}
