package domain_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func TestParseResidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, country, state, want string }{
		{"code", "DE", "DE-BY", "DE-BY"},
		{"lower-case code", "DE", "de-by", "DE-BY"},
		{"white space around the code", "DE", " DE-BY\t", "DE-BY"},
		{"name", "DE", "Bayern", "DE-BY"},
		{"name in capitals", "DE", "BAYERN", "DE-BY"},
		{"name with diacritics", "DE", "Th\u00fcringen", "DE-TH"},
		{"name decomposed", "DE", "Thu\u0308ringen", "DE-TH"},
		{"name without diacritics", "DE", "Thuringen", "DE-TH"},
		{"hyphens do not matter", "DE", "Baden Wurttemberg", "DE-BW"},
		{"surplus space does not matter", "US", "New   York", "US-NY"},
		{"stroke", "PL", "Lodzkie", "PL-10"},
		{"stroke as written", "PL", "\u0141\u00f3dzkie", "PL-10"},
		{"slashed o", "NO", "Trondelag", "NO-50"},
		{"dotless i", "TR", "Igdir", "TR-76"},
		{"dotless i in capitals", "TR", "DIYARBAKIR", "TR-21"},
		{"dotted I", "TR", "\u0130STANBUL", "TR-34"},
		{"apostrophe", "AE", "Ajman", "AE-AJ"},
		{"apostrophe inside", "AE", "Ra's al Khaymah", "AE-RK"},
		{"apostrophe left out", "AE", "Ras al Khaymah", "AE-RK"},
		{"country without subdivisions", "AQ", "", ""},
		{"country without subdivisions, white space", "AQ", "  ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseResidence(c.country, c.state)
			if err != nil || got.Country() != c.country || got.StateProvince() != c.want {
				t.Errorf("ParseResidence(%q, %q) = %q, %q, %v; want %q", c.country, c.state, got.Country(), got.StateProvince(), err, c.want)
			}
		})
	}
}

func TestParseResidenceRefuses(t *testing.T) {
	t.Parallel()
	type faults []string // field and code
	for _, c := range []struct {
		name, country, state string
		want                 faults
	}{
		{"no country", "", "DE-BY", faults{"country required"}},
		{"lower-case country", "de", "DE-BY", faults{"country unknown_country"}},
		{"alpha-3", "DEU", "DE-BY", faults{"country unknown_country"}},
		{"country's name", "Germany", "DE-BY", faults{"country unknown_country"}},
		{"subdivision as country", "DE-BY", "DE-BY", faults{"country unknown_country"}},
		{"no such country", "XX", "DE-BY", faults{"country unknown_country"}},
		{"no state", "DE", "", faults{"state_province required"}},
		{"state is white space", "DE", " \t", faults{"state_province required"}},
		{"no such state", "DE", "Atlantis", faults{"state_province unknown_state_province"}},
		{"punctuation", "DE", "-", faults{"state_province unknown_state_province"}},
		{"another country's code", "DE", "FR-BRE", faults{"state_province unknown_state_province"}},
		{"another country's name", "DE", "Bretagne", faults{"state_province unknown_state_province"}},
		{"the part of the code behind the hyphen", "DE", "BY", faults{"state_province unknown_state_province"}},
		{"a state where there is none", "AQ", "Bayern", faults{"state_province unknown_state_province"}},
		{"not UTF-8", "DE", "Bay\xffern", faults{"state_province unknown_state_province"}},
		{"101 characters", "DE", strings.Repeat("\u00fc", 101), faults{"state_province too_long"}},
		{"both at once", "XX", strings.Repeat("x", 101), faults{"country unknown_country", "state_province too_long"}},
		{"both at once, none given", "", strings.Repeat("x", 101), faults{"country required", "state_province too_long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseResidence(c.country, c.state)
			if diff := cmp.Diff(c.want, faults(faultsOf(err))); diff != "" {
				t.Errorf("faults of %q, %q (-want +got):\n%s", c.country, c.state, diff)
			}
			if got != (domain.Residence{}) {
				t.Error("a residence beside an error")
			}
		})
	}
}

// faultsOf lists the fields and codes of err's faults, in their order.
func faultsOf(err error) []string {
	all, _ := errors.AsType[domain.Errors](err)
	var list []string
	for _, e := range all {
		list = append(list, e.Field+" "+e.Code)
	}
	return list
}

// iso3166 reads the table that the domain embeds: each code with its name.
func iso3166(t *testing.T) map[string]string {
	t.Helper()
	table, err := os.ReadFile("iso3166.tsv")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for line := range strings.Lines(string(table)) {
		code, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if _, twice := names[code]; !ok || name == "" || twice {
			t.Errorf("the table has the bad or repeated line %q", line)
		}
		names[code] = name
	}
	return names
}

func TestEveryPlaceOfISO3166IsAccepted(t *testing.T) {
	t.Parallel()
	names, countries := iso3166(t), 0
	for code, name := range names {
		country, _, isSubdivision := strings.Cut(code, "-")
		if !isSubdivision {
			countries++
			continue
		}
		if got, err := domain.ParseResidence(country, code); err != nil || got.StateProvince() != code {
			t.Errorf("ParseResidence(%s, %s) = %s, %v", country, code, got.StateProvince(), err)
		}
		got, err := domain.ParseResidence(country, name)
		if err != nil || names[got.StateProvince()] == "" {
			t.Errorf("ParseResidence(%s, %s) = %s, %v", country, name, got.StateProvince(), err)
		}
		if restored := domain.RestoreResidence(got.Country(), got.StateProvince()); restored != got {
			t.Errorf("RestoreResidence(%s, %s) is another place", got.Country(), got.StateProvince())
		}
	}
	if countries != 249 {
		t.Errorf("the table has %d countries, ISO 3166-1 has 249", countries)
	}
}
