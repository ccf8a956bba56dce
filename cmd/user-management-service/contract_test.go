package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	usermanagement "github.com/siriusys/user-management-service"
)

// contract compares responses with openapi.yaml, and remembers which of the described responses occurred.
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
	closeResponses(doc)
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &contract{doc: doc, router: router, seen: map[string]bool{}}
}

// closeResponses makes an undeclared member of a response an error. In the contract itself, responses are open: clients must ignore
// members that they do not know.
func closeResponses(doc *openapi3.T) {
	for _, schema := range doc.Components.Schemas {
		if schema.Value.Type.Is("object") {
			schema.Value.AdditionalProperties = openapi3.AdditionalProperties{Has: new(false)}
		}
	}
}

func init() {
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.FileBodyDecoder) // plain text to the validator
}

func responseKey(operation string, status int) string { return fmt.Sprintf("%s %d", operation, status) }

// check returns an error for a response that the contract does not describe. It ignores paths outside of the contract.
func (c *contract) check(req *http.Request, body []byte, r response) error {
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
		Status:                 r.status, Header: r.header, Body: io.NopCloser(bytes.NewReader(r.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return fmt.Errorf("not described by openapi.yaml: %w", err)
	}
	if err := c.checkCodes(r); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[responseKey(route.Operation.OperationID, r.status)] = true
	return nil
}

// checkCodes returns an error for a problem whose codes the contract does not list. A validator ignores x-extensible-enum.
func (c *contract) checkCodes(r response) error {
	if r.header.Get("Content-Type") != "application/problem+json" || len(r.body) == 0 {
		return nil
	}
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		return fmt.Errorf("read a problem: %w", err)
	}
	if !slices.Contains(c.codes("ProblemCode"), p.Code) {
		return fmt.Errorf("the contract does not list the code %s", p.Code)
	}
	for _, e := range p.Errors {
		if !slices.Contains(c.codes("FieldErrorCode"), e.Code) {
			return fmt.Errorf("the contract does not list the code %s of the member %s", e.Code, e.Field)
		}
	}
	return nil
}

func (c *contract) codes(schema string) []string {
	listed, _ := c.doc.Components.Schemas[schema].Value.Extensions["x-extensible-enum"].([]any)
	names := make([]string, len(listed))
	for i, code := range listed {
		names[i], _ = code.(string)
	}
	return names
}
