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

func TestAServiceIsKnownByEachOfItsSecrets(t *testing.T) {
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
			t.Errorf("%s:%s: %v", c.id, c.secret, got)
		}
	}
	if (domain.ServiceCredentials{}).Match("", "") {
		t.Error("no credentials let somebody in")
	}
}

// The setting is what `printf %s secret | sha256sum` prints, behind the id.
func TestACredentialIsWrittenAsItsHash(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("secret"))
	written := "orders.v2-eu_1:" + hex.EncodeToString(sum[:])
	if got := credential(t, "orders.v2-eu_1", "secret"); got.String() != written || got.ClientID() != "orders.v2-eu_1" {
		t.Errorf("%s of %s", got, got.ClientID())
	}
	for _, text := range []string{written, strings.Replace(written, ":"+hex.EncodeToString(sum[:]), ":"+strings.ToUpper(hex.EncodeToString(sum[:])), 1)} {
		parsed, err := domain.ParseServiceCredential(text)
		if err != nil || !(domain.ServiceCredentials{parsed}).Match("orders.v2-eu_1", "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatIsNoCredentialIsRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	for _, bad := range []string{
		"", ":", "orders", "orders:", ":" + hash, "orders:" + hash[2:], "orders:" + hash + "ab", "orders:" + hash + ":x", "or ders:" + hash, "örders:" + hash,
		strings.Repeat("o", 65) + ":" + hash, "orders:ssvc_secretinsteadofitshash", "orders:" + strings.Replace(hash, "a", "g", 1),
	} {
		_, err := domain.ParseServiceCredential(bad)
		if err == nil {
			t.Errorf("%q was accepted", bad)
		} else if bad != "" && bad != ":" && strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), "secretinstead") {
			t.Errorf("the error repeats the text: %v", err)
		}
	}
}

func TestEachServiceSecretIsANewOne(t *testing.T) {
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
		t.Errorf("%s, %s", first, second)
	}
	if _, err := domain.NewServiceSecret(strings.NewReader("short")); err == nil {
		t.Error("a secret was drawn from too little")
	}
}
