package domain_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func credential(t *testing.T, clientID, secret string) domain.ServiceCredential {
	t.Helper()
	c, err := domain.NewServiceCredential(clientID, secret)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestServiceCredentialsMatch(t *testing.T) {
	t.Parallel()
	all := domain.ServiceCredentials{credential(t, "orders", "old"), credential(t, "orders", "new"), credential(t, "billing", "own")}
	for _, c := range []struct {
		id, secret string
		want       bool
	}{
		{"orders", "old", true},
		{"orders", "new", true},
		{"billing", "own", true},
		{"orders", "own", false},
		{"billing", "new", false},
		{"Orders", "new", false},
		{"orders", "NEW", false},
		{"orders", "", false},
		{"", "new", false},
		{"", "", false},
		{"unknown", "new", false},
	} {
		if got := all.Match(c.id, c.secret); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.id, c.secret, got)
		}
	}
	if (domain.ServiceCredentials{}).Match("", "") {
		t.Error("Match returned true without any credential")
	}
}

// The setting is the client id, a colon and what `printf %s secret | sha256sum` prints.
func TestServiceCredentialRoundTrip(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("secret"))
	digits := hex.EncodeToString(sum[:])
	setting := "orders.v2-eu_1:" + digits
	if got := credential(t, "orders.v2-eu_1", "secret"); got.String() != setting || got.ClientID() != "orders.v2-eu_1" {
		t.Errorf("the credential is %s of the client %s, want %s", got, got.ClientID(), setting)
	}
	for _, text := range []string{setting, "orders.v2-eu_1:" + strings.ToUpper(digits)} {
		parsed, err := domain.ParseServiceCredential(text)
		if err != nil || !(domain.ServiceCredentials{parsed}).Match("orders.v2-eu_1", "secret") {
			t.Errorf("ParseServiceCredential(%s) does not match the secret: %v", text, err)
		}
	}
}

func TestParseServiceCredentialRefusesWithoutQuotingTheText(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	for _, bad := range []string{
		"", ":", "orders", "orders:", ":" + hash, "orders:" + hash[2:], "orders:" + hash + "ab", "orders:" + hash + ":x",
		"or ders:" + hash, "örders:" + hash, strings.Repeat("o", 65) + ":" + hash,
		"orders:ssvc_secretinsteadofitshash", "orders:" + strings.Replace(hash, "a", "g", 1),
	} {
		_, err := domain.ParseServiceCredential(bad)
		if err == nil {
			t.Errorf("ParseServiceCredential accepted %q", bad)
		} else if bad != "" && bad != ":" && strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), "secretinstead") {
			t.Errorf("the error quotes the text: %v", err)
		}
	}
}

func TestNewServiceSecret(t *testing.T) {
	t.Parallel()
	first, err := domain.NewServiceSecret(entropy(1))
	if err != nil {
		t.Fatal(err)
	}
	second, err := domain.NewServiceSecret(entropy(2))
	if err != nil {
		t.Fatal(err)
	}
	if first == second || !strings.HasPrefix(first, "ssvc_") || len(first) != len("ssvc_")+43 {
		t.Errorf("got the secrets %s and %s, want two different ones of 48 characters that begin with ssvc_", first, second)
	}
	if _, err := domain.NewServiceSecret(strings.NewReader("short")); err == nil {
		t.Error("NewServiceSecret drew a secret from too little entropy")
	}
}

// The operator typed only the client id, so the error is about nothing else.
func TestNewServiceCredentialSaysWhatIsWrongWithTheClientID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"": "is empty", "a b": `contains the character ' '`, " ": `contains the character ' '`, "a:b": `contains the character ':'`,
		"ä": `contains the character 'ä'`, "a/b": `'/'`, "a\n": `'\n'`, "a\x00": `'\x00'`, "a\xff": "contains the character", "ａ": "'ａ'",
		"a\u202eb": `'\u202e'`, strings.Repeat("a", 65): "is 65 characters long; use at most 64", strings.Repeat("ä", 65): "'ä'",
	} {
		_, err := domain.NewServiceCredential(id, "secret")
		if err == nil || !strings.HasPrefix(err.Error(), "the client id ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", id, err, want)
			continue
		}
		for _, other := range []string{"colon", "SHA-256", "hexadecimal", "secret"} {
			if strings.Contains(err.Error(), other) {
				t.Errorf("%q: the error speaks of a %s: %v", id, other, err)
			}
		}
	}
	for _, id := range []string{"a", strings.Repeat("a", 64), "orders.v2-eu_1", "-", "A9"} {
		if c, err := domain.NewServiceCredential(id, "secret"); err != nil || c.ClientID() != id {
			t.Errorf("%q: client id %q, error %v", id, c.ClientID(), err)
		}
	}
}
