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
	"github.com/siriusys/user-management-service/domain"
)

const requestIDMaxLength = 64

// requestID names each request in its answer, its log lines and its problem. A caller's own X-Request-Id is kept if it is
// short and plain, so that a request can be followed through several services.
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

// accessLog writes one line a request: the route's pattern instead of the path, and nothing that a client sent but the method.
func accessLog(logger *slog.Logger) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			if err := handle(c); err != nil {
				c.Error(err)
			}
			logger.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
				slog.String("request_id", requestIDOf(c)), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
				slog.Int("status", c.Response().Status), slog.Duration("took", time.Since(start)))
			return nil
		}
	}
}

// recovery turns a panic into an error, with the stack in the log only.
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

// cacheable lets an answer be kept for five minutes; problem answers are not kept all the same.
func cacheable(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=300")
		return handle(c)
	}
}

// download has a browser keep a successful answer as a file (RFC 6266).
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

// timeLimit ends the work for a request that takes longer than anybody waits; a stream may take as long as it likes.
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

type callerKey struct{}

// authentication asks for a bearer token (RFC 6750, section 2.1) and passes on for whom it speaks.
func authentication(a *app.App) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
			if !strings.EqualFold(scheme, "Bearer") || len(c.Request().Header.Values(echo.HeaderAuthorization)) != 1 {
				return domain.ErrInvalidAccessToken
			}
			caller, err := a.Authenticate(token)
			if err != nil {
				return err
			}
			caller.Network = networkOf(c.Request().Context())
			c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), callerKey{}, caller)))
			return handle(c)
		}
	}
}

// callerOf is whom authentication found. Without it the caller is the zero one, who has no session.
func callerOf(ctx context.Context) domain.Caller {
	caller, _ := ctx.Value(callerKey{}).(domain.Caller)
	return caller
}
