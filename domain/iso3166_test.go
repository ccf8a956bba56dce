package domain_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/siriusys/user-management-service/domain"
)

// readTable returns the lines of a tab-separated file as columns, without comments.
func readTable(t *testing.T, file string) [][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return rows
}

// iso3166 reads the table that the domain embeds: the names of each code, the name of the standard first.
func iso3166(t *testing.T) map[string][]string {
	t.Helper()
	names := map[string][]string{}
	for _, columns := range readTable(t, "iso3166.tsv") {
		code := columns[0]
		if _, repeated := names[code]; repeated || len(columns) < 2 || len(columns) > 4 || columns[1] == "" {
			t.Errorf("the table has the malformed or repeated line %q", columns)
			continue
		}
		names[code] = []string{columns[1]}
		if len(columns) == 4 {
			names[code] = append(names[code], strings.Split(columns[3], "|")...)
		}
		if len(columns) > 2 && columns[2] != "" && names[columns[2]] == nil && !strings.HasPrefix(columns[2], code[:2]+"-") {
			t.Errorf("%s is a part of %s, which is no subdivision of its country", code, columns[2])
		}
	}
	return names
}

// correction is a line of the file that `make iso3166` applies to its source.
type correction struct{ action, code, value, reason string }

// corrections reads what was corrected, by action and code.
func corrections(t *testing.T) map[string]correction {
	t.Helper()
	all := map[string]correction{}
	for _, c := range readTable(t, "../tools/iso3166-corrections.tsv") {
		if len(c) != 4 || c[3] == "" {
			t.Errorf("the correction %q has no reason", c)
			continue
		}
		all[c[0]+" "+c[1]] = correction{c[0], c[1], c[2], c[3]}
	}
	return all
}

func codeOf(code, name string) string {
	residence, err := domain.ParseResidence(code[:2], name)
	if err != nil {
		return ""
	}
	return residence.StateProvince()
}

func TestEverySubdivisionOfISO3166IsAccepted(t *testing.T) {
	t.Parallel()
	countries := 0
	for code := range iso3166(t) {
		if !strings.Contains(code, "-") {
			countries++
			continue
		}
		got, err := domain.ParseResidence(code[:2], code)
		if err != nil || got.StateProvince() != code {
			t.Errorf("ParseResidence(%s, %s) = %s, %v", code[:2], code, got.StateProvince(), err)
		}
		if restored := domain.RestoreResidence(got.Country(), got.StateProvince()); restored != got {
			t.Errorf("RestoreResidence(%s, %s) returned another residence", got.Country(), got.StateProvince())
		}
	}
	if countries != 249 {
		t.Errorf("the table has %d countries, ISO 3166-1 has 249", countries)
	}
}

// A name means its own subdivision. Of a whole and its part with one name the whole is meant; any other shared name is refused.
func TestNamesOfISO3166(t *testing.T) {
	t.Parallel()
	wholes := map[string]string{ // part to whole
		"AZ-NV": "AZ-NX", "BD-06": "BD-A", "BD-10": "BD-B", "BD-13": "BD-C", "BD-27": "BD-D", "BD-34": "BD-H", "BD-54": "BD-E", "BD-55": "BD-F",
		"BD-60": "BD-G", "EE-205": "EE-39", "EE-714": "EE-74", "ES-S": "ES-CB", "ES-PM": "ES-IB", "ES-LO": "ES-RI", "GN-BK": "GN-B",
		"GN-KD": "GN-D", "GN-FA": "GN-F", "GN-KA": "GN-K", "GN-LA": "GN-L", "GN-MM": "GN-M", "GN-NZ": "GN-N",
	}
	ambiguous := []string{
		"AZ-LA", "AZ-LAN", "AZ-SA", "AZ-SAK", "AZ-YE", "AZ-YEV", "EE-661", "EE-663", "EE-793", "EE-796", "EE-897", "EE-899", "EE-917", "EE-919",
		"HU-VE", "HU-VM", "ID-MA", "ID-ML", "ID-PA", "ID-PP", "LA-VI", "LA-VT", "MZ-L", "MZ-MPM", "TW-CYI", "TW-CYQ", "TW-HSQ", "TW-HSZ",
		"UZ-TK", "UZ-TO",
	}
	for code, names := range iso3166(t) {
		if !strings.Contains(code, "-") {
			continue
		}
		want := code
		if whole, ok := wholes[code]; ok {
			want = whole
		} else if slices.Contains(ambiguous, code) {
			want = ""
		}
		for _, name := range names {
			if got := codeOf(code, name); got != want {
				t.Errorf("%q of %s means %q, want %q", name, code, got, want)
			}
		}
	}
}

// The table has the codes of a second source, except where a correction says why, and accepts its names.
func TestISO3166AgreesWithASecondSource(t *testing.T) {
	t.Parallel()
	table, explained := iso3166(t), corrections(t)
	second := map[string]bool{}
	for _, columns := range readTable(t, "testdata/iso-codes.tsv") {
		code := columns[0]
		second[code] = true
		names, known := table[code]
		if !known {
			if explained["remove "+code].reason == "" {
				t.Errorf("the table lacks %s (%s), and no correction says why", code, columns[1])
			}
			continue
		}
		for _, name := range strings.Split(columns[1], "|") {
			if got := codeOf(code, name); got != code && got != codeOf(code, names[0]) {
				t.Errorf("%q of %s means %q, and no correction says why", name, code, got)
			}
		}
	}
	for code := range table {
		if strings.Contains(code, "-") && !second[code] && explained["add "+code].reason == "" {
			t.Errorf("the second source lacks %s, and no correction says why the table has it", code)
		}
	}
	if len(second) < 5000 {
		t.Errorf("the second source has %d codes, want all", len(second))
	}
}

// The table is the corrected one: `make iso3166` ran after the last change of the corrections.
func TestCorrectionsAreApplied(t *testing.T) {
	t.Parallel()
	table := iso3166(t)
	for _, c := range corrections(t) {
		names := table[c.code]
		applied := len(names) > 0
		switch c.action {
		case "remove":
			applied = !applied
		case "add", "name":
			applied = applied && names[0] == c.value
		case "also":
			applied = applied && slices.Equal(names[1:], strings.Split(c.value, "|"))
		}
		if !applied {
			t.Errorf("the table has the names %q for %s; want the correction %q applied", names, c.code, c.action)
		}
	}
}

func TestWithdrawnSubdivisionsAreRefused(t *testing.T) {
	t.Parallel()
	var withdrawn []string
	for _, columns := range readTable(t, "testdata/iso3166-withdrawn.tsv") {
		for part := range strings.FieldsSeq(columns[1]) {
			withdrawn = append(withdrawn, columns[0]+"-"+part)
		}
	}
	for _, c := range corrections(t) {
		if c.action == "remove" {
			withdrawn = append(withdrawn, c.code)
		}
	}
	for _, code := range withdrawn {
		if got := codeOf(code, code); got != "" {
			t.Errorf("%s is withdrawn, but accepted", code)
		}
		if domain.RestoreResidence(code[:2], code).StateProvince() != code {
			t.Errorf("%s is stored, but not restored", code)
		}
	}
	if len(withdrawn) < 600 {
		t.Errorf("the tests know %d withdrawn codes, want all", len(withdrawn))
	}
}

// The counties of Norway since 2024, of which the sources know the former ones only.
func TestCountiesOfNorway(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{
		"NO-31": "\u00d8stfold", "NO-32": "Akershus", "NO-33": "Buskerud", "NO-39": "Vestfold", "NO-40": "Telemark", "NO-55": "Troms",
		"NO-56": "Finnmark", "NO-03": "Oslo", "NO-11": "Rogaland", "NO-15": "M\u00f8re og Romsdal", "NO-18": "Nordland", "NO-34": "Innlandet",
		"NO-42": "Agder", "NO-46": "Vestland", "NO-50": "Tr\u00f8ndelag",
	} {
		if diff := cmp.Diff([]string{code, code}, []string{codeOf(code, code), codeOf(code, name)}); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", code, name, diff)
		}
	}
	for _, withdrawn := range []string{"NO-30", "NO-38", "NO-54", "Viken", "Vestfold og Telemark", "Troms og Finnmark"} {
		if got := codeOf("NO", withdrawn); got != "" {
			t.Errorf("%s means %s, want it refused", withdrawn, got)
		}
	}
}
