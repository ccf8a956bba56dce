package domain_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

// Clear values that must never be printed. Each is long and unusual enough not to appear by chance.
const (
	clearEmail    = "Qoheleth.Zxv@example.com"
	clearName     = "Wvyxtra Plomkin"
	clearPassword = "jumbled okapi seventeen"
	clearHash     = "$argon2id$v=19$kbdwqzzy"
	clearIndex    = "index-xqpvlm"
	clearLink     = "https://example.com/page#token=kqzvwp"
)

// secrets are values that contain something which must not be printed, and what that is.
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
	user := s.Pending(domain.UserID{ID: domain.ID{1}}, clearIndex, clearHash, "network", noon)
	message := domain.Message{ID: "7", Template: domain.MessagePasswordReset, To: s.Email, Name: s.FullName, Link: clearLink}
	return map[string]struct {
		value  any
		hidden []string
	}{
		"Email":            {s.Email, person},
		"FullName":         {s.FullName, person},
		"Residence":        {s.Residence, person},
		"Password":         {s.Password, person},
		"Signup":           {s, person},
		"PasswordHash":     {user.PasswordHash, []string{clearHash}},
		"EmailIndex":       {user.EmailIndex, []string{clearIndex}},
		"NetworkPseudonym": {domain.NetworkPseudonym(clearIndex), []string{clearIndex}},
		"EmailIndexes":     {domain.EmailIndexes{user.EmailIndex}, []string{clearIndex}},
		"User":             {user, append(person, clearHash, clearIndex)},
		"LinkToken":        {token, append(octets, token.Clear())},
		"Secret":           {secret, octets},
		"RefreshGrant":     {domain.RefreshGrant{Generation: 1, Secret: secret}, octets},
		"SigningKey":       {domain.SigningKey{ID: "kid", Seed: secret[:]}, octets},
		"Message":          {message, append(person, clearLink)},
	}
}

// No verb prints a secret or personal value, alone or inside another value.
func TestSecretsAndPersonalDataAreNotPrinted(t *testing.T) {
	t.Parallel()
	for name, c := range secrets(t) {
		wrappings := map[string]any{
			"alone": c.value, "pointer": pointerTo(c.value), "slice": []any{c.value}, "map": map[string]any{"k": c.value},
			"exported field": struct{ Field any }{c.value}, "typed slice": sliceOf(c.value),
		}
		for how, value := range wrappings {
			for _, verb := range verbs() {
				printed := fmt.Sprintf(verb, value)
				for _, hidden := range c.hidden {
					for _, text := range []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden)} {
						if strings.Contains(printed, text) {
							t.Errorf("%s (%s) contains %s with the verb %s: %s", name, how, hidden, verb, printed)
						}
					}
				}
			}
		}
	}
}

// verbs are all verbs that call a Format method, also those that fmt does not define. No method can hide a value from %p and
// %w: fmt reports them as wrong for anything but a pointer or an error, with the value, and `go vet` refuses such a call.
func verbs() []string {
	list := []string{"%+v", "%#v", "%#x", "% x", "%08.3s"}
	for _, verb := range "abcdefghijklmnoqrstuvxyzABCDEFGHIJKLMNOPQRSUVWXYZ" {
		list = append(list, "%"+string(verb))
	}
	return list
}

// pointerTo returns a pointer to value, of the type of value.
func pointerTo(value any) any {
	p := reflect.New(reflect.TypeOf(value))
	p.Elem().Set(reflect.ValueOf(value))
	return p.Interface()
}

// sliceOf returns a slice of the type of value that contains value.
func sliceOf(value any) any {
	v := reflect.ValueOf(value)
	return reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v).Interface()
}

// Every field of a type without a Format of its own must be harmless or have one, so that a new field cannot leak.
func TestEveryFieldOfAPrintedTypeIsHarmlessOrHidden(t *testing.T) {
	t.Parallel()
	harmless := []string{
		"bool", "int64", "uint32", "time.Time", "domain.UserID", "domain.SessionID", "domain.DeviceID", "domain.SecretHash",
		"int", "domain.ReusesElsewhere",
	}
	hides := reflect.TypeFor[fmt.Formatter]()
	for _, whole := range []any{domain.User{}, domain.Signup{}, domain.Session{}, domain.ReusesElsewhere{}, domain.RefreshGrant{}} {
		for field := range reflect.TypeOf(whole).Fields() {
			if !field.IsExported() || !slices.Contains(harmless, field.Type.String()) && !field.Type.Implements(hides) {
				t.Errorf("%T.%s is printed in clear: give its type a Format method", whole, field.Name)
			}
		}
	}
}
