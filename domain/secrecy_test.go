package domain_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

// The clear values that must never be printed. Each is long and strange enough not to turn up by chance.
const (
	clearEmail    = "Qoheleth.Zxv@example.com"
	clearName     = "Wvyxtra Plomkin"
	clearPassword = "jumbled okapi seventeen"
	clearHash     = "$argon2id$v=19$kbdwqzzy"
	clearIndex    = "index-xqpvlm"
	clearLink     = "https://example.com/page#token=kqzvwp"
)

// secrets are values that hold something which must not be printed, and what that is.
func secrets(t *testing.T) map[string]struct {
	value  any
	hidden []string
} {
	t.Helper()
	s, err := domain.ParseSignup(domain.PasswordPolicy{MinLength: 12}, clearEmail, clearName, "DE", "DE-BY", clearPassword)
	if err != nil {
		t.Fatal(err)
	}
	token, err := domain.NewLinkToken(domain.VerifyEmail, entropy(0xa7))
	if err != nil {
		t.Fatal(err)
	}
	secret := domain.Secret(bytes.Repeat([]byte{0xa7}, 32))
	octets := []string{"a7a7", "167 167", "A7A7", "0xa7, 0xa7", "p6en"} // in hexadecimal, decimal, Go syntax and base64
	person := []string{clearEmail, strings.ToLower(clearEmail), clearName, "DE-BY", clearPassword}
	user := s.Pending(domain.UserID{ID: domain.ID{1}}, clearIndex, clearHash, noon)
	mail := domain.Mail{ID: "7", Template: domain.MailPasswordReset, To: s.Email, Name: s.FullName, Link: clearLink}
	return map[string]struct {
		value  any
		hidden []string
	}{
		"Email":        {s.Email, person},
		"FullName":     {s.FullName, person},
		"Residence":    {s.Residence, person},
		"Password":     {s.Password, person},
		"Signup":       {s, person},
		"PasswordHash": {user.PasswordHash, []string{clearHash}},
		"EmailIndex":   {user.EmailIndex, []string{clearIndex}},
		"EmailIndexes": {domain.EmailIndexes{user.EmailIndex}, []string{clearIndex}},
		"User":         {user, append(person, clearHash, clearIndex)},
		"LinkToken":    {token, append(octets, token.Clear())},
		"Secret":       {secret, octets},
		"RefreshGrant": {domain.RefreshGrant{Generation: 1, Secret: secret}, octets},
		"SigningKey":   {domain.SigningKey{ID: "kid", Seed: secret[:]}, octets},
		"Mail":         {mail, append(person, clearLink)},
	}
}

// Nothing secret or personal prints itself, however it is wrapped: a stray %v must not fill a log with it.
func TestNothingPrintsItself(t *testing.T) {
	t.Parallel()
	for name, c := range secrets(t) {
		wrappings := map[string]any{
			"alone": c.value, "pointer": pointerTo(c.value), "slice": []any{c.value}, "map": map[string]any{"k": c.value},
			"exported field": struct{ Field any }{c.value}, "typed slice": sliceOf(c.value),
		}
		for how, value := range wrappings {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X"} {
				printed := fmt.Sprintf(verb, value)
				for _, hidden := range c.hidden {
					for _, writing := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden)} {
						if strings.Contains(printed, writing) {
							t.Errorf("%s, %s, prints itself by %s: %s", name, how, verb, printed)
						}
					}
				}
			}
		}
	}
}

// pointerTo puts value behind a pointer of its own type.
func pointerTo(value any) any {
	p := reflect.New(reflect.TypeOf(value))
	p.Elem().Set(reflect.ValueOf(value))
	return p.Interface()
}

// sliceOf puts value into a slice of its own type.
func sliceOf(value any) any {
	v := reflect.ValueOf(value)
	return reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v).Interface()
}

// Every field of what is printed whole must be harmless or of a type that hides itself, so that a new field cannot leak.
func TestFieldsOfWholesHideThemselves(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{"bool": true, "int64": true, "uint32": true, "time.Time": true, "domain.UserID": true, "domain.SessionID": true, "domain.DeviceID": true, "domain.SecretHash": true}
	hides := reflect.TypeFor[interface {
		fmt.Stringer
		fmt.GoStringer
	}]()
	for _, whole := range []any{domain.User{}, domain.Signup{}, domain.Session{}, domain.RefreshGrant{}} {
		for field := range reflect.TypeOf(whole).Fields() {
			if !field.IsExported() || !harmless[field.Type.String()] && !field.Type.Implements(hides) {
				t.Errorf("%T.%s prints itself: give its type String and GoString", whole, field.Name)
			}
		}
	}
}
