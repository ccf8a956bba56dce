package clientip

import (
	"strings"
	"testing"
)

func TestTrustedProxiesAreAddressesAndNetworks(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"proxy.example.com", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.0/8/8", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "::ffff:0:0/90",
		"10.0.0.1-10.0.0.9",
	} {
		if _, err := ParseTrustedProxies([]string{"10.0.0.1", bad}); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}
