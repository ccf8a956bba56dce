package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// A secret that is logged by mistake does not appear, in either format.
func TestTheLoggerHidesSecrets(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse"
	for _, format := range []string{"json", "text"} {
		for _, value := range []any{
			domain.PasswordHash(secret), domain.EmailIndex(secret), domain.RestoreEmail(secret + "@example.com"),
			domain.RestoreFullName(secret), domain.Message{Link: secret}, &domain.Message{Link: secret},
			domain.SigningKey{Seed: []byte(secret)}, app.LogInInput{Password: secret},
		} {
			var log bytes.Buffer
			logger, err := newLogger(&log, Settings{LogLevel: "info", LogFormat: format})
			if err != nil {
				t.Fatal(err)
			}
			logger.Info("tested", "value", value)
			if !strings.Contains(log.String(), "tested") || strings.Contains(log.String(), secret) ||
				strings.Contains(log.String(), "Y29ycmVjdC1ob3JzZQ") { // base64 of the secret
				t.Errorf("%s: %T: %s", format, value, log.String())
			}
		}
	}
}
