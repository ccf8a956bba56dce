package domain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

func TestEveryListedCountryIsAccepted(t *testing.T) {
	t.Parallel()
	countries := domain.Countries()
	for _, c := range countries {
		_, err := domain.ParseResidence(c.Code, "")
		violations, _ := errors.AsType[domain.Errors](err)
		for _, v := range violations {
			if v.Field == "country" {
				t.Errorf("%s (%s): %v", c.Code, c.Name, v)
			}
		}
	}
	if first, last := countries[0].Name, countries[len(countries)-1].Name; first != "Afghanistan" || last < "Zambia" {
		t.Errorf("the list is from %s to %s, want it in the order of the names", first, last)
	}
}

func TestParseResidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, country, state, want string }{
		{"code", "DE", "DE-BY", "DE-BY"},
		{"lower-case code", "DE", "de-by", "DE-BY"},
		{"white space around the code", "DE", " DE-BY\t", "DE-BY"},
		{"name", "DE", "Bayern", "DE-BY"},
		{"name in upper case", "DE", "BAYERN", "DE-BY"},
		{"name with diacritics", "DE", "Th\u00fcringen", "DE-TH"},
		{"name decomposed", "DE", "Thu\u0308ringen", "DE-TH"},
		{"name without diacritics", "DE", "Thuringen", "DE-TH"},
		{"hyphens do not matter", "DE", "Baden Wurttemberg", "DE-BW"},
		{"extra spaces do not matter", "US", "New   York", "US-NY"},
		{"stroke", "PL", "Lodzkie", "PL-10"},
		{"stroke as written", "PL", "\u0141\u00f3dzkie", "PL-10"},
		{"slashed o", "NO", "Trondelag", "NO-50"},
		{"dotless i", "TR", "Igdir", "TR-76"},
		{"dotless i in upper case", "TR", "DIYARBAKIR", "TR-21"},
		{"dotted I", "TR", "\u0130STANBUL", "TR-34"},
		{"apostrophe", "AE", "Ajman", "AE-AJ"},
		{"apostrophe inside", "AE", "Ra's al Khaymah", "AE-RK"},
		{"apostrophe left out", "AE", "Ras al Khaymah", "AE-RK"},
		{"half of a bilingual name", "IT", "Valle d'Aosta", "IT-23"},
		{"the other half", "IT", "Vall\u00e9e d\u2019Aoste", "IT-23"},
		{"both halves", "IT", "Valle d'Aosta, Vall\u00e9e d'Aoste", "IT-23"},
		{"half of three words", "IT", "Trentino-S\u00fcdtirol", "IT-32"},
		{"half without diacritics", "IT", "Bozen", "IT-BZ"},
		{"half before a slash", "CF", "Haute-Sangha", "CF-HS"},
		{"half after a slash", "GW", "Bijag\u00f3s", "GW-BL"},
		{"a slash within one name", "KE", "Taita Taveta", "KE-39"},
		{"another language", "BE", "Bruxelles-Capitale", "BE-BRU"},
		{"inverted in another language", "BE", "R\u00e9gion wallonne", "BE-WAL"},
		{"another romanization", "JP", "Fukushima", "JP-07"},
		{"inverted as in the catalogue", "CZ", "Praha, Hlavn\u00ed m\u011bsto", "CZ-10"},
		{"inverted the other way", "CZ", "Hlavn\u00ed m\u011bsto Praha", "CZ-10"},
		{"inverted without the rest", "CZ", "Praha", "CZ-10"},
		{"City of", "GB", "City of London", "GB-LND"},
		{"without City of", "GB", "London", "GB-LND"},
		{"article", "GB", "The Vale of Glamorgan", "GB-VGL"},
		{"County", "GB", "County Durham", "GB-DUR"},
		{"republic", "RU", "Respublika Tatarstan", "RU-TA"},
		{"without republic", "RU", "Tatarstan", "RU-TA"},
		{"the derived name is the name of a part", "ES", "Madrid", "ES-M"},
		{"the whole in the other order", "ES", "Comunidad de Madrid", "ES-MD"},
		{"the derived name is the name of another one", "BG", "Sofia", "BG-23"},
		{"enumeration", "GB", "Newry, Mourne and Down", "GB-NMD"},
		{"without parentheses", "FR", "Guyane", "FR-973"},
		{"in parentheses", "IN", "Pondicherry", "IN-PY"},
		{"parentheses and comma", "MD", "Unitatea teritorial\u0103 autonom\u0103 G\u0103g\u0103uzia", "MD-GA"},
		{"ue", "DE", "Baden-Wuerttemberg", "DE-BW"},
		{"ue in upper case", "CH", "ZUERICH", "CH-ZH"},
		{"ae and oe", "SE", "Vaestra Goetalands laen", "SE-O"},
		{"aa", "NO", "Moere og Romsdal", "NO-15"},
		{"the letter \u00f0", "IS", "Nordurland eystra", "IS-6"},
		{"the letter \u00f0 as written", "IS", "Nor\u00f0urland eystra", "IS-6"},
		{"the letter \u00fe", "IS", "Thingeyjarsveit", "IS-THG"},
		{"the letter \u00e6", "DK", "Sjaelland", "DK-85"},
		{"the letter \u0259 as e", "AZ", "Gence", "AZ-GA"},
		{"the letter \u0259 as a", "AZ", "Barda", "AZ-BAR"},
		{"the letter \u0127", "MT", "Xaghra", "MT-61"},
		{"the letter \u0111", "VN", "Dong Nai", "VN-39"},
		{"the letter \u0111 as dj", "HR", "Medjimurska zupanija", "HR-20"},
		{"the part of a whole with the same name", "ES", "La Rioja", "ES-RI"},
		{"the municipality of a county with the same name", "EE", "Hiiumaa", "EE-39"},
		{"half ring for an apostrophe", "AE", "\u02bfAjman", "AE-AJ"},
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
	type violations []string // field and code
	for _, c := range []struct {
		name, country, state string
		want                 violations
	}{
		{"no country", "", "DE-BY", violations{"country required"}},
		{"lower-case country", "de", "DE-BY", violations{"country unknown_country"}},
		{"alpha-3", "DEU", "DE-BY", violations{"country unknown_country"}},
		{"country's name", "Germany", "DE-BY", violations{"country unknown_country"}},
		{"subdivision as country", "DE-BY", "DE-BY", violations{"country unknown_country"}},
		{"no such country", "XX", "DE-BY", violations{"country unknown_country"}},
		{"no state", "DE", "", violations{"state_province required"}},
		{"state is white space", "DE", " \t", violations{"state_province required"}},
		{"no such state", "DE", "Atlantis", violations{"state_province unknown_state_province"}},
		{"punctuation", "DE", "-", violations{"state_province unknown_state_province"}},
		{"another country's code", "DE", "FR-BRE", violations{"state_province unknown_state_province"}},
		{"another country's name", "DE", "Bretagne", violations{"state_province unknown_state_province"}},
		{"the part of the code after the hyphen", "DE", "BY", violations{"state_province unknown_state_province"}},
		{"what follows a comma", "RU", "Respublika", violations{"state_province unknown_state_province"}},
		{"what follows another comma", "GB", "County", violations{"state_province unknown_state_province"}},
		{"the first of an enumeration", "GB", "Newry", violations{"state_province unknown_state_province"}},
		{"a note in parentheses", "MA", "EH", violations{"state_province unknown_state_province"}},
		{"a name of two codes", "TW", "Chiayi", violations{"state_province unknown_state_province"}},
		{"a name of two codes in ASCII", "AZ", "Lankaran", violations{"state_province unknown_state_province"}},
		{"a state of a country without subdivisions", "AQ", "Bayern", violations{"state_province unknown_state_province"}},
		{"not UTF-8", "DE", "Bay\xffern", violations{"state_province unknown_state_province"}},
		{"101 characters", "DE", strings.Repeat("\u00fc", 101), violations{"state_province too_long"}},
		{"both invalid", "XX", strings.Repeat("x", 101), violations{"country unknown_country", "state_province too_long"}},
		{"no country and an invalid state", "", strings.Repeat("x", 101), violations{"country required", "state_province too_long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseResidence(c.country, c.state)
			if diff := cmp.Diff(c.want, violations(violationsOf(err))); diff != "" {
				t.Errorf("violations of %q, %q (-want +got):\n%s", c.country, c.state, diff)
			}
			if got != (domain.Residence{}) {
				t.Errorf("ParseResidence(%q, %q) returned a residence and an error", c.country, c.state)
			}
		})
	}
}

// violationsOf lists the fields and codes of err's violations, in their order.
func violationsOf(err error) []string {
	all, _ := errors.AsType[domain.Errors](err)
	var list []string
	for _, e := range all {
		list = append(list, e.Field+" "+e.Code)
	}
	return list
}

func TestAnAmbiguousNameIsRefusedWithItsCodes(t *testing.T) {
	t.Parallel()
	_, err := domain.ParseResidence("TW", "Hsinchu")
	const want = "is the name of several subdivisions of this country; give the ISO 3166-2 code: TW-HSQ or TW-HSZ"
	if violation, ok := errors.AsType[*domain.Error](err); !ok || violation.Text != want {
		t.Errorf("got %v, want %q", err, want)
	}
}
