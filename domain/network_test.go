package domain_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/siriusys/user-management-service/domain"
)

func TestNetworkLevels(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"192.0.2.77/32":              {"192.0.2.77/32", "192.0.2.0/24"},
		"2001:db8:1:23ff:4:5:6:7/64": {"2001:db8:1:23ff::/64", "2001:db8:1:2300::/56", "2001:db8:1::/48"},
	}
	for client, want := range tests {
		var got []string
		for _, level := range domain.NetworkLevels(netip.MustParsePrefix(client)) {
			got = append(got, level.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("levels of %s: %v, want %v", client, got, want)
		}
		if wide := domain.WideNetwork(netip.MustParsePrefix(client)).String(); wide != want[len(want)-1] {
			t.Errorf("wide network of %s: %s, want %s", client, wide, want[len(want)-1])
		}
	}
	if levels := domain.NetworkLevels(netip.Prefix{}); len(levels) != 1 || levels[0].IsValid() {
		t.Errorf("levels of an unknown network: %v", levels)
	}
}
