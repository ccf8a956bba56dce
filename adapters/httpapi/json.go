package httpapi

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

// strictBinder binds only the body of a request, which must be strict JSON (RFC 8259, RFC 7493): no unknown or repeated member,
// no other letter case, no null, no U+0000, valid UTF-8, no trailing data. The error for an empty body wraps io.EOF, which the
// generated handlers treat as an absent body.
type strictBinder struct{}

// Bind reads the body into v.
func (strictBinder) Bind(v any, c echo.Context) error {
	body, err := readBody(c, echo.MIMEApplicationJSON)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return errNoBody
	}
	return decodeStrictly(body, v)
}

var errNoBody = invalidJSON(io.EOF, "The body is empty. Send a JSON object.")

func decodeStrictly(body []byte, v any) error {
	if err := checkTokens(body); err != nil {
		return err
	}
	err := json.Unmarshal(body, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		member := semantic.JSONPointer.LastToken()
		switch {
		case errors.Is(err, json.ErrUnknownName):
			return invalidJSON(err, "The body contains a member that this operation does not define.",
				gen.FieldError{Field: member, Code: "unknown_member", Text: "is not a member of this request"})
		case member != "":
			return invalidJSON(err, "A member has the wrong type.",
				gen.FieldError{Field: member, Code: "wrong_type", Text: "must be a " + kindOf(semantic.GoType)})
		}
	}
	return invalidJSON(err, "The body is not the JSON object that this operation expects.")
}

// checkTokens refuses what JSON libraries accept or read in different ways: null, U+0000, a repeated member.
func checkTokens(body []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName):
			var syntactic *jsontext.SyntacticError
			errors.As(err, &syntactic)
			return invalidJSON(err, "The body contains a member more than once.",
				gen.FieldError{Field: syntactic.JSONPointer.LastToken(), Code: "repeated_member", Text: "appears more than once"})
		case err != nil:
			return invalidJSON(err, "The body is not valid JSON.")
		case token.Kind() == 'n':
			return invalidJSON(nil, "A member is null.",
				gen.FieldError{Field: dec.StackPointer().LastToken(), Code: "null", Text: "must not be null; omit it instead"})
		case token.Kind() == '"' && strings.ContainsRune(token.String(), 0):
			return invalidJSON(nil, "A member contains the character U+0000.", gen.FieldError{
				Field: dec.StackPointer().LastToken(), Code: "null_character", Text: "must not contain the character U+0000",
			})
		}
	}
}

func kindOf(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t != nil && t.Kind() == reflect.Bool {
		return "boolean"
	}
	return "string"
}

// strictSerializer is Echo's serializer of JSON for handlers that are not generated.
type strictSerializer struct{}

// Serialize writes v as JSON.
func (strictSerializer) Serialize(c echo.Context, v any, _ string) error {
	return json.MarshalWrite(c.Response(), v)
}

// Deserialize reads v from the body with strictBinder.
func (strictSerializer) Deserialize(c echo.Context, v any) error { return strictBinder{}.Bind(v, c) }
