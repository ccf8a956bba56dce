package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// StateProvinceMaxLength is the maximum length of a state or province in a request, in code points.
const StateProvinceMaxLength = 100

// Residence is where a person lives: a country of ISO 3166-1 and one of its subdivisions of ISO 3166-2.
type Residence struct {
	country     string
	subdivision string
}

var (
	errCountry     = invalid("unknown_country", "is not an ISO 3166-1 alpha-2 country code such as DE")
	errSubdivision = invalid("unknown_state_province",
		"is not a state or province of this country; give its ISO 3166-2 code such as DE-BY, or its name")
	errNoSubdivisions = invalid("unknown_state_province", "must be empty; ISO 3166-2 defines no subdivisions for this country")
	errStateLength    = invalid("too_long", "is longer than 100 characters")
)

// ParseResidence reads a country's alpha-2 code in upper case and the code (DE-BY) or name (Bayern) of one of its
// subdivisions; see placeForms for the spellings of a name. A name that does not identify one subdivision is refused. The state
// may be empty only for a country without subdivisions. It returns the violations of both as Errors with the fields country and
// state_province.
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

// RestoreResidence rebuilds a residence that ParseResidence accepted when it was stored, even if ISO 3166 has changed since.
func RestoreResidence(country, subdivision string) Residence {
	return Residence{country: country, subdivision: subdivision}
}

// Country is the ISO 3166-1 alpha-2 code.
func (r Residence) Country() string { return r.country }

// StateProvince is the ISO 3166-2 code, or empty for a country without subdivisions.
func (r Residence) StateProvince() string { return r.subdivision }

// Format hides the residence.
func (Residence) Format(s fmt.State, _ rune) { hide(s, "[residence]") }

func parseCountry(code string) (subdivisions, error) {
	if code == "" {
		return subdivisions{}, errRequired
	}
	found, ok := iso3166()[code]
	if !ok {
		return subdivisions{}, errCountry
	}
	return found, nil
}

// parseState finds state among the country's subdivisions. Without a known country it checks only encoding and length.
func parseState(known subdivisions, state string, countryKnown bool) (string, error) {
	if !utf8.ValidString(state) {
		return "", errSubdivision
	}
	unseen := listPositions(state, func(_ int, r rune) bool { return isUnseen(r) })
	state = strings.TrimSpace(state)
	switch {
	case utf8.RuneCountInString(state) > StateProvinceMaxLength:
		return "", errStateLength
	case !countryKnown:
		return "", nil
	case len(known.codes) == 0 && state == "":
		return "", nil
	case len(known.codes) == 0:
		return "", errNoSubdivisions
	case state == "":
		return "", errRequired
	case unseen != "":
		return "", invalid("unknown_state_province", invisibleText+unseen)
	}
	if code := strings.ToUpper(state); known.codes[code] {
		return code, nil
	}
	switch codes := known.named(state); len(codes) {
	case 0:
		return "", errSubdivision
	case 1:
		return codes[0], nil
	default:
		return "", invalid("unknown_state_province",
			"is the name of several subdivisions of this country; give the ISO 3166-2 code: "+strings.Join(codes, " or "))
	}
}
