package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// importMember is a member of a user. All are strings.
type importMember struct {
	name string
	set  func(u *app.ImportUserInput, value string) error
}

var importMembers = []importMember{
	{"email", func(u *app.ImportUserInput, value string) error { u.Email = value; return nil }},
	{"full_name", func(u *app.ImportUserInput, value string) error { u.FullName = value; return nil }},
	{"country", func(u *app.ImportUserInput, value string) error { u.Country = value; return nil }},
	{"state_province", func(u *app.ImportUserInput, value string) error { u.StateProvince = value; return nil }},
	{"password_hash", func(u *app.ImportUserInput, value string) error { u.PasswordHash = value; return nil }},
	{"created_at", func(u *app.ImportUserInput, value string) error {
		u.CreatedAt = new(time.Time)
		if u.CreatedAt.UnmarshalText([]byte(value)) != nil {
			return unreadable("is not a time with a time zone, like 2020-02-03T04:05:06Z")
		}
		return nil
	}},
}

func importMemberNames() string {
	var names []string
	for _, m := range importMembers {
		names = append(names, m.name)
	}
	return strings.Join(names, ", ")
}

// unreadable is a violation of the form of a member.
func unreadable(text string) *domain.Error {
	return &domain.Error{Kind: domain.Invalid, Code: "unreadable", Text: text}
}

const (
	errNoObject     = lineError("is not a JSON object")
	errUnfinished   = lineError("ends before its JSON object; write each user on one line, for example with jq -c .")
	errArray        = lineError("is a JSON array; write each user on one line, for example with jq -c '.[]'")
	errTrailingText = lineError("has text after its JSON object")
	errNotUTF8      = lineError("is not valid UTF-8")
)

// readUser reads the JSON object of a user.
// Errors: a lineError if the line is no JSON object; domain.Errors for members of another form, unknown and repeated ones, and the
// user then has the others. Errors contain no value.
func readUser(line []byte) (u app.ImportUserInput, err error) {
	if !utf8.Valid(line) {
		return u, errNotUTF8
	}
	dec := jsontext.NewDecoder(bytes.NewReader(line), jsontext.AllowDuplicateNames(true))
	switch dec.PeekKind() {
	case '{':
	case '[':
		return u, errArray
	default:
		if _, err := dec.ReadValue(); err != nil {
			return u, describeSyntax(err)
		}
		return u, errNoObject
	}
	if _, err := dec.ReadToken(); err != nil {
		return u, describeSyntax(err)
	}
	var fields domain.Fields
	seen := map[string]int{}
	for dec.PeekKind() != '}' {
		if err := readMember(dec, &u, seen, &fields); err != nil {
			return u, describeSyntax(err)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return u, describeSyntax(err)
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return u, errTrailingText
	}
	return u, fields.Err()
}

// readMember reads the next member of a user, and records a violation of its form. A member that is null counts as omitted.
func readMember(dec *jsontext.Decoder, u *app.ImportUserInput, seen map[string]int, fields *domain.Fields) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	name := token.String()
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	known := slices.IndexFunc(importMembers, func(m importMember) bool { return m.name == name })
	seen[name]++
	switch {
	case seen[name] > 2:
	case seen[name] == 2:
		fields.Check(quoteUnknown(name), unreadable("appears more than once"))
	case known < 0:
		fields.Check(quoteUnknown(name), unreadable("is unknown; the members are "+importMemberNames()))
	case value.Kind() == '"':
		text, _ := jsontext.AppendUnquote(nil, value) // the decoder has checked it
		fields.Check(name, importMembers[known].set(u, string(text)))
	case value.Kind() != 'n':
		fields.Check(name, unreadable("is not a string"))
	}
	return nil
}

// quoteUnknown returns the name of a member, quoted and shortened unless it is a known one.
func quoteUnknown(name string) string {
	const longest = 40
	switch {
	case slices.ContainsFunc(importMembers, func(m importMember) bool { return m.name == name }):
		return name
	case utf8.RuneCountInString(name) > longest:
		return strconv.Quote(string([]rune(name)[:longest])) + "..."
	default:
		return strconv.Quote(name)
	}
}

// describeSyntax says where the JSON of a line is invalid: the member, if it is known, and the byte. The decoder's own error may
// contain values.
func describeSyntax(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errUnfinished
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return err
	}
	text := fmt.Sprintf("is not valid JSON at byte %d", syntactic.ByteOffset+1)
	for _, m := range importMembers {
		if syntactic.JSONPointer == jsontext.Pointer("").AppendToken(m.name) {
			text = m.name + " " + text
		}
	}
	return lineError(text)
}
