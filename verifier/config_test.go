package verifier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/siriusys/user-management-service/verifier"
)

func TestNewRefusesAnUnusableConfig(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*verifier.Config)
		want   string // "" if the config is good
	}{
		"complete":             {func(*verifier.Config) {}, ""},
		"a slash at the end":   {func(c *verifier.Config) { c.ServiceURL += "/" }, ""},
		"no URL":               {func(c *verifier.Config) { c.ServiceURL = "" }, "ServiceURL"},
		"a path":               {func(c *verifier.Config) { c.ServiceURL += "/api" }, "ServiceURL"},
		"a password in it":     {func(c *verifier.Config) { c.ServiceURL = "https://a:hunter2@b.example" }, "ServiceURL"},
		"http":                 {func(c *verifier.Config) { c.ServiceURL = "http://b.example" }, "https"},
		"http to loopback":     {func(c *verifier.Config) { c.ServiceURL = "http://127.0.0.1:8080" }, ""},
		"http to loopback v6":  {func(c *verifier.Config) { c.ServiceURL = "http://[::1]:8080" }, ""},
		"http to localhost":    {func(c *verifier.Config) { c.ServiceURL = "http://localhost:8080" }, ""},
		"http, allowed":        {func(c *verifier.Config) { c.ServiceURL, c.AllowHTTP = "http://b.example", true }, ""},
		"ftp, http allowed":    {func(c *verifier.Config) { c.ServiceURL, c.AllowHTTP = "ftp://b.example", true }, "https"},
		"no audience":          {func(c *verifier.Config) { c.Audiences = nil }, "audience"},
		"an empty audience":    {func(c *verifier.Config) { c.Audiences = []string{""} }, "audience"},
		"a quote in it":        {func(c *verifier.Config) { c.Audiences = []string{`a"`} }, "audience"},
		"no ID":                {func(c *verifier.Config) { c.ClientID = "" }, "ClientID"},
		"no secret":            {func(c *verifier.Config) { c.ClientSecret = "" }, "ClientSecret"},
		"a negative leeway":    {func(c *verifier.Config) { c.Leeway = -1 }, "Leeway"},
		"a negative staleness": {func(c *verifier.Config) { c.MaxStaleness = -time.Second }, "MaxStaleness"},
	} {
		c := verifier.Config{ServiceURL: "https://b.example", Audiences: []string{"a"}, ClientID: "id", ClientSecret: "secret-1"}
		tt.change(&c)
		_, err := verifier.New(c)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret-1") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: the error contains a secret: %v", name, err)
		}
	}
}
