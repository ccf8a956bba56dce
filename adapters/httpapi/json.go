package httpapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

// strictBinder reads a request's body and nothing else of it. It takes JSON of exactly the form agreed on (RFC 8259,
// RFC 7493): no unknown or repeated member, no other letter case, no null, no U+0000, valid UTF-8, nothing behind the end.
// An empty body is io.EOF, which the generated handlers take for an absent one.
type strictBinder struct{}

// Bind reads the body into v.
func (strictBinder) Bind(v any, c echo.Context) error {
	r := c.Request()
	body, err := readBody(c)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return errNoBody
	}
	if media, params, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || media != echo.MIMEApplicationJSON || !isUTF8(params) {
		return &fault{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", text: "Send the body as application/json.", cause: err}
	}
	return decodeStrictly(body, v)
}

// errNoBody is io.EOF to the generated handlers and a malformed body to everybody else.
var errNoBody = &fault{status: http.StatusBadRequest, code: "invalid_json", text: "The body is empty.", cause: io.EOF}

func isUTF8(params map[string]string) bool {
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

func malformed(cause error, text string, fields ...gen.FieldError) *fault {
	return &fault{status: http.StatusBadRequest, code: "invalid_json", text: text, fields: fields, cause: cause}
}

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
			return malformed(err, "The body has a member that this operation does not know.", gen.FieldError{Field: member, Code: "unknown_member", Text: "is not a member of this request"})
		case member != "":
			return malformed(err, "A member is of the wrong type.", gen.FieldError{Field: member, Code: "wrong_type", Text: "must be a " + kindOf(semantic.GoType)})
		}
	}
	return malformed(err, "The body is not the JSON object that this operation takes.")
}

// checkTokens finds what is well-formed for a JSON library but never meant: null, U+0000, a repeated member.
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
			return malformed(err, "The body has a member twice.", gen.FieldError{Field: syntactic.JSONPointer.LastToken(), Code: "repeated_member", Text: "stands there twice"})
		case err != nil:
			return malformed(err, "The body is not valid JSON.")
		case token.Kind() == 'n':
			return malformed(nil, "A member is null.", gen.FieldError{Field: dec.StackPointer().LastToken(), Code: "null", Text: "must not be null; leave it out instead"})
		case token.Kind() == '"' && strings.ContainsRune(token.String(), 0):
			return malformed(nil, "A member holds the character U+0000.", gen.FieldError{Field: dec.StackPointer().LastToken(), Code: "null_character", Text: "must not hold the character U+0000"})
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

// strictSerializer writes and reads what handlers outside the generated ones send and take as JSON.
type strictSerializer struct{}

// Serialize writes v as JSON.
func (strictSerializer) Serialize(c echo.Context, v any, _ string) error {
	return json.MarshalWrite(c.Response(), v)
}

// Deserialize reads v from the body as strictly as strictBinder does.
func (strictSerializer) Deserialize(c echo.Context, v any) error { return strictBinder{}.Bind(v, c) }
