package httpapi

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

func TestProblemNamesTheInvalidMember(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, field, code string }{
		"unknown":        {`{"email":"a","admin":true}`, "admin", "unknown_member"},
		"letter case":    {`{"Email":"a"}`, "Email", "unknown_member"},
		"repeated":       {`{"email":"a","email":"b"}`, "email", "repeated_member"},
		"wrong type":     {`{"email":["a"]}`, "email", "wrong_type"},
		"null":           {`{"password":null}`, "password", "null"},
		"null character": {`{"password":"\u0000"}`, "password", "null_character"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := decodeStrictly([]byte(tt.body), &gen.LoginRequest{})
			p, ok := errors.AsType[*problem](err)
			if !ok || p.status != http.StatusBadRequest || len(p.fields) != 1 || p.fields[0].Field != tt.field || p.fields[0].Code != tt.code {
				t.Errorf("the problem is %+v", p)
			}
		})
	}
}

// A lenient parser reads the same values from every accepted body, so that a program in front of or behind the service cannot
// interpret it differently.
func FuzzDecodeStrictly(f *testing.F) {
	for _, seed := range []string{
		`{"email":"a@example.com","password":"x"}`, `{}`, `{"email":null}`, `{"email":"a","email":"b"}`, `{"Email":"a"}`,
		`{"email":"\u0000"}`, "{\"email\":\"\xff\"}", `{"email":"\ud800"}`, `[]`, `{} {}`, strings.Repeat(`[`, 100),
		`{"state_province":"\u00e9","country":"DE"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var strict, lenient gen.SignupRequest
		if err := decodeStrictly(body, &strict); err != nil {
			if p, ok := errors.AsType[*problem](err); !ok || p.status != http.StatusBadRequest {
				t.Fatalf("an error that is not a 400: %v", err)
			}
			return
		}
		if !utf8.Valid(body) || bytes.ContainsRune(body, 0) {
			t.Fatalf("accepted invalid UTF-8 or U+0000: %q", body)
		}
		if err := stdjson.Unmarshal(body, &lenient); err != nil {
			t.Fatalf("accepted invalid JSON: %v", err)
		}
		if diff := cmp.Diff(lenient, strict); diff != "" {
			t.Fatalf("the parsers differ (-lenient +strict):\n%s", diff)
		}
		for _, s := range []string{strict.Email, strict.FullName, strict.Country, strict.Password, orEmpty(strict.StateProvince)} {
			if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
				t.Fatalf("accepted %q", s)
			}
		}
	})
}
