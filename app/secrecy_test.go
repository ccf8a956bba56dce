package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/app"
)

// Inputs contain passwords and personal data. A log line or an error that prints one shows none of it.
func TestInputsAreNotPrinted(t *testing.T) {
	t.Parallel()
	const secret = "correct horse"
	for _, input := range []any{
		app.LogInInput{Email: secret, Password: secret, DeviceToken: secret},
		app.SignUpInput{Email: secret, FullName: secret, StateProvince: secret, Password: secret},
		app.ImportUserInput{Email: secret, FullName: secret, PasswordHash: secret},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if printed := fmt.Sprintf(verb, input); strings.Contains(printed, secret) {
				t.Errorf("%T prints with %s: %s", input, verb, printed)
			}
		}
	}
}
