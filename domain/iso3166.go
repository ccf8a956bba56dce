package domain

import (
	_ "embed" // the ISO 3166 table
	"slices"
	"strings"
	"sync"
)

// iso3166Table is tab-separated. A line is a code of ISO 3166-1 or 3166-2 and its name; that of a subdivision may also have the code of
// the subdivision that it is part of, and other names between bars. `make iso3166` updates it.
//
//go:embed iso3166.tsv
var iso3166Table string

// subdivisions are those of one country.
type subdivisions struct {
	codes map[string]bool
	names map[string]claim // by place key
}

// claim says which subdivisions a name means. Of several with one name, those whose rank is lowest are meant.
type claim struct {
	rank  int
	codes []string
}

// The ranks of claims add up: a name of the standard outranks a form derived from one, then a subdivision outranks its parts.
const (
	rankPart    = 1
	rankDerived = 2
)

// named returns the codes of the subdivisions that the name means, in their order: none if it is unknown, several if it is ambiguous.
func (s subdivisions) named(name string) []string { return s.names[placeKey(name)].codes }

// add claims for the code its names and what is derived from them.
func (s subdivisions) add(code string, isPart bool, names []string) {
	s.codes[code] = true
	rank := 0
	if isPart {
		rank = rankPart
	}
	for _, name := range names {
		s.claim(placeKey(name), code, rank)
		for _, form := range append(placeForms(name), name) {
			s.claim(placeKey(form), code, rank+rankDerived)
			for _, key := range plainKeys(form) {
				s.claim(key, code, rank+rankDerived)
			}
		}
	}
}

func (s subdivisions) claim(key, code string, rank int) {
	held, ok := s.names[key]
	switch {
	case !ok || rank < held.rank:
		s.names[key] = claim{rank: rank, codes: []string{code}}
	case rank == held.rank && !slices.Contains(held.codes, code):
		s.names[key] = claim{rank: rank, codes: append(held.codes, code)}
	}
}

// iso3166 maps each country's alpha-2 code to its subdivisions. The first call parses the table.
var iso3166 = sync.OnceValue(func() map[string]subdivisions {
	countries := make(map[string]subdivisions, 256)
	for line := range strings.Lines(iso3166Table) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		country, _, isSubdivision := strings.Cut(columns[0], "-")
		if !isSubdivision {
			countries[country] = subdivisions{codes: map[string]bool{}, names: map[string]claim{}}
			continue
		}
		names := []string{columns[1]}
		if len(columns) > 3 {
			names = append(names, strings.Split(columns[3], "|")...)
		}
		countries[country].add(columns[0], len(columns) > 2 && columns[2] != "", names)
	}
	return countries
})

// Country is a country of ISO 3166-1.
type Country struct{ Code, Name string }

// Countries lists every country that ParseResidence accepts, in the order of the names.
func Countries() []Country {
	var all []Country
	for line := range strings.Lines(iso3166Table) {
		code, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !strings.Contains(code, "-") {
			all = append(all, Country{Code: code, Name: name})
		}
	}
	slices.SortFunc(all, func(a, b Country) int { return strings.Compare(placeKey(a.Name), placeKey(b.Name)) })
	return all
}
