package domain

import (
	_ "embed" // the ISO 3166 table
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// StateProvinceMaxLength is the most code points that a state or province may be given in.
const StateProvinceMaxLength = 100

// Residence is where a person lives: a country of ISO 3166-1 and one of its subdivisions of ISO 3166-2.
type Residence struct {
	country     string
	subdivision string
}

var (
	errCountry    = invalid("unknown_country", "is not a country code of ISO 3166-1 alpha-2 such as DE")
	errState      = invalid("unknown_state_province", "is not a state or province of the country: give an ISO 3166-2 code such as DE-BY, or its name")
	errStateNone  = invalid("unknown_state_province", "must be empty: ISO 3166-2 knows no states or provinces of the country")
	errStateShape = invalid("too_long", "is longer than 100 characters")
)

// ParseResidence reads a country's alpha-2 code in capitals and the code (DE-BY) or name (Bayern) of one of its
// subdivisions; letter case and diacritics of a name do not matter. The state may be empty only for a country that has no
// subdivisions. Faults of both come as Errors with the fields country and state_province.
func ParseResidence(country, state string) (Residence, error) {
	var fields Fields
	subdivisions, err := parseCountry(country)
	fields.Check("country", err)
	code, err := parseState(subdivisions, state, err == nil)
	fields.Check("state_province", err)
	if err := fields.Err(); err != nil {
		return Residence{}, err
	}
	return Residence{country: country, subdivision: code}, nil
}

// RestoreResidence rebuilds a residence that ParseResidence accepted when it was stored, even if ISO 3166 has since changed.
func RestoreResidence(country, subdivision string) Residence {
	return Residence{country: country, subdivision: subdivision}
}

// Country is the ISO 3166-1 alpha-2 code.
func (r Residence) Country() string { return r.country }

// StateProvince is the ISO 3166-2 code, or empty for a country without subdivisions.
func (r Residence) StateProvince() string { return r.subdivision }

// String hides the place, so that it cannot slip into a log or an error.
func (r Residence) String() string { return "[residence]" }

// GoString hides the place from %#v.
func (r Residence) GoString() string { return r.String() }

func parseCountry(code string) (subdivisions, error) {
	if code == "" {
		return nil, errRequired
	}
	found, ok := iso3166()[code]
	if !ok {
		return nil, errCountry
	}
	return found, nil
}

// parseState finds state among the country's subdivisions. Without a known country only its shape is judged.
func parseState(known subdivisions, state string, countryKnown bool) (string, error) {
	state = strings.TrimSpace(state)
	switch {
	case !utf8.ValidString(state):
		return "", errState
	case utf8.RuneCountInString(state) > StateProvinceMaxLength:
		return "", errStateShape
	case !countryKnown:
		return "", nil
	case len(known) == 0 && state == "":
		return "", nil
	case len(known) == 0:
		return "", errStateNone
	case state == "":
		return "", errRequired
	}
	if code := strings.ToUpper(state); known.has(code) {
		return code, nil
	}
	if code, ok := known[placeKey(state)]; ok {
		return code, nil
	}
	return "", errState
}

// subdivisions maps the place keys of one country's subdivision names, and their codes, to the codes.
type subdivisions map[string]string

func (s subdivisions) has(code string) bool { return s[code] == code }

// iso3166Table is tab-separated codes and names of ISO 3166-1 and 3166-2; `make iso3166` renews it.
//
//go:embed iso3166.tsv
var iso3166Table string

// iso3166 maps each country's alpha-2 code to its subdivisions. It is read when first asked for.
var iso3166 = sync.OnceValue(func() map[string]subdivisions {
	countries := make(map[string]subdivisions, 256)
	for line := range strings.Lines(iso3166Table) {
		code, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		country, _, isSubdivision := strings.Cut(code, "-")
		if !isSubdivision {
			countries[country] = subdivisions{}
			continue
		}
		countries[country][code] = code
		if _, taken := countries[country][placeKey(name)]; !taken {
			countries[country][placeKey(name)] = code
		}
	}
	return countries
})

// barred maps the letters whose stroke or missing dot Unicode does not take for a diacritic.
var barred = map[rune]rune{'ı': 'i', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ħ': 'h'}

// placeKey reduces a name to what identifies it: lower case, without diacritics, apostrophes, punctuation and surplus space.
func placeKey(name string) string {
	letters := strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		if plain, ok := barred[lower]; ok {
			return plain
		}
		switch {
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune("'’‘ʻʼ", r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return lower
		default:
			return ' '
		}
	}, norm.NFD.String(name))
	return strings.Join(strings.Fields(letters), " ")
}
