package httpapi

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/siriusys/user-management-service/adapters/httpapi/internal/gen"
)

func TestAFaultNamesTheMember(t *testing.T) {
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
			f, ok := errors.AsType[*fault](err)
			if !ok || f.status != http.StatusBadRequest || len(f.fields) != 1 || f.fields[0].Field != tt.field || f.fields[0].Code != tt.code {
				t.Errorf("%+v", f)
			}
		})
	}
}

// What is accepted means the same to a lenient reader: there is no second interpretation for anybody behind us.
func FuzzDecodeStrictly(f *testing.F) {
	for _, seed := range []string{`{"email":"a@example.com","password":"x"}`, `{}`, `{"email":null}`, `{"email":"a","email":"b"}`, `{"Email":"a"}`, `{"email":"\u0000"}`, "{\"email\":\"\xff\"}", `{"email":"\ud800"}`, `[]`, `{} {}`, strings.Repeat(`[`, 100), `{"state_province":"\u00e9","country":"DE"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var strict, lenient gen.SignupRequest
		if err := decodeStrictly(body, &strict); err != nil {
			if fault, ok := errors.AsType[*fault](err); !ok || fault.status != http.StatusBadRequest {
				t.Fatalf("an error that is no 400: %v", err)
			}
			return
		}
		if !utf8.Valid(body) || bytes.ContainsRune(body, 0) {
			t.Fatalf("accepted bytes that are no text: %q", body)
		}
		if err := stdjson.Unmarshal(body, &lenient); err != nil {
			t.Fatalf("accepted what is no JSON: %v", err)
		}
		if strict.Email != lenient.Email || strict.Password != lenient.Password || strict.FullName != lenient.FullName || orEmpty(strict.StateProvince) != orEmpty(lenient.StateProvince) {
			t.Fatalf("read differently: %+v, %+v", strict, lenient)
		}
		for _, s := range []string{strict.Email, strict.FullName, strict.Country, strict.Password, orEmpty(strict.StateProvince)} {
			if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
				t.Fatalf("accepted %q", s)
			}
		}
	})
}
