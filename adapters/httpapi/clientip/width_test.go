package clientip

import (
	"strings"
	"testing"
)

func TestTrustedNetworksHaveAWidthLimit(t *testing.T) {
	t.Parallel()
	for networks, ok := range map[string]bool{
		"":                               true,
		"203.0.113.7":                    true,
		"8.0.0.0/8":                      true,
		"2600::/16":                      true,
		"8.0.0.0/8,2600::/16":            true,
		"8.0.0.0/8,8.1.0.0/16,8.0.0.0/9": true, // one contains the others
		"10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8,169.254.0.0/16,8.0.0.0/8": true,
		"fc00::/7,fe80::/10,::1,2600::/16":                                             true,
		"10.0.0.0/7":                                                                   true, // half of it is private
		"192.168.0.0/15":                                                               true,
		"8.0.0.0/7":                                                                    false,
		"8.0.0.0/8,9.0.0.0/32":                                                         false,
		"8.0.0.0/9,9.0.0.0/9,11.128.0.0/10,12.0.0.0/9":                                 false,
		"0.0.0.0/1,128.0.0.0/1":                                                        false, // the whole internet in two halves
		"::ffff:0.0.0.0/97,::ffff:128.0.0.0/97":                                        false,
		"::/1,8000::/1":                                                                false,
		"2000::/3":                                                                     false,
		"2600::/15":                                                                    false,
		"2600::/17,2600:8000::/17,2601::/64":                                           false,
	} {
		err := trusting(t, strings.Split(networks, ",")...).CheckWidth()
		if (err == nil) != ok {
			t.Errorf("%s: %v", networks, err)
		}
	}
}
