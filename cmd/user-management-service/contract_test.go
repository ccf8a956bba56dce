package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	usermanagement "github.com/siriusys/user-management-service"
)

// contract holds answers against openapi.yaml and remembers which of the answers that it describes were seen.
type contract struct {
	doc    *openapi3.T
	router routers.Router

	mu   sync.Mutex
	seen map[string]bool
}

func loadContract(t *testing.T) *contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(usermanagement.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &contract{doc: doc, router: router, seen: map[string]bool{}}
}

func init() {
	// Pages, streams and the contract itself are text as it is.
	for _, plain := range []string{"text/html", "text/event-stream", "application/yaml"} {
		openapi3filter.RegisterBodyDecoder(plain, openapi3filter.FileBodyDecoder)
	}
}

func answerKey(operation string, status int) string { return fmt.Sprintf("%s %d", operation, status) }

// check reports an answer that the contract does not describe. Paths outside of the contract are not its business.
func (c *contract) check(req *http.Request, body []byte, a answer) error {
	bare := req.Clone(context.Background())
	bare.URL = &url.URL{Path: req.URL.Path}
	bare.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := c.router.FindRoute(bare)
	if err != nil {
		return nil //nolint:nilerr // not a path of the contract
	}
	if req.Method == http.MethodHead {
		return nil
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: bare, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return fmt.Errorf("not what openapi.yaml describes: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[answerKey(route.Operation.OperationID, a.status)] = true
	return nil
}
