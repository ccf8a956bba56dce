package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
	"github.com/siriusys/user-management-service/ports"
)

// noOperation is how a request that is none of the contract's operations is counted, such as that of a page.
const noOperation = "none"

// observe counts each request by its operation, once it is responded to. Streams are not counted: their duration says nothing.
func observe(metrics ports.Metrics) echo.MiddlewareFunc {
	return func(handle echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := handle(c)
			if !isStream(c) {
				metrics.RequestHandled(operationOf(c), c.Response().Status, time.Since(start))
			}
			return err
		}
	}
}

// operationOf is the operationId of a request that was routed. HEAD is a GET without a body.
func operationOf(c echo.Context) string {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if operation, ok := gen.OperationAt[gen.Route{Method: method, Path: c.Path()}]; ok {
		return operation
	}
	return noOperation
}
