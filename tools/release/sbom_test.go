package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
)

// The bill of materials lists the modules of the packages that are compiled in, and what the repository contains of others.
func TestTheBillOfMaterialsListsWhatTheProgramContains(t *testing.T) {
	t.Parallel()
	for _, arch := range architectures {
		bom := billOfMaterials(t, arch)
		if c := bom.Metadata.Component; c.Name != "github.com/siriusys/user-management-service" || c.Version != "v1.2.3" {
			t.Errorf("%s: the bill is of %+v", arch, c)
		}
		var got []string
		for _, c := range *bom.Components {
			got = append(got, c.PackageURL)
			if c.PackageURL == "" || c.BOMRef == "" || c.Version == "" {
				t.Errorf("%s: %+v is incomplete", arch, c)
			}
		}
		want := append(compiledModules(t, arch), "pkg:npm/viewer@5.35.0")
		listed := slices.DeleteFunc(slices.Clone(got), func(url string) bool { return strings.HasPrefix(url, "pkg:golang/std@") })
		slices.Sort(listed)
		slices.Sort(want)
		if !slices.Equal(listed, want) || len(want) < 20 || len(got) != len(want)+1 {
			t.Errorf("%s: the bill lists\n%q, want\n%q", arch, listed, want)
		}
		if refs := (*bom.Dependencies)[0].Dependencies; len(*refs) != len(got) {
			t.Errorf("%s: the program depends on %d of %d", arch, len(*refs), len(got))
		}
	}
}

func billOfMaterials(t *testing.T, arch string) (bom cyclonedx.BOM) {
	t.Helper()
	file, err := os.Open(builtRelease(t).billOfMaterialsFile(arch))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if err := cyclonedx.NewBOMDecoder(file, cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	return bom
}

// compiledModules are the package URLs of the modules of the program's packages, by the go command.
func compiledModules(t *testing.T, arch string) []string {
	t.Helper()
	const format = `{{with .Module}}{{if not .Main}}pkg:golang/{{.Path}}@{{.Version}}{{end}}{{end}}`
	c := exec.CommandContext(t.Context(), "go", "list", "-buildvcs=false", "-deps", "-tags", "production", "-f", format, "./cmd/"+name)
	c.Dir = repository
	c.Env = append(os.Environ(), "GOFLAGS=", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	return slices.Compact(modules)
}

func TestVendoredPackagesHaveVersions(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]int{"": 0, "pkg:npm/a@1": 1, "pkg:npm/a@1,pkg:npm/b@2": 2, "pkg:npm/a": -1, "npm/a@1": -1} {
		all, err := parseVendored(list)
		if want >= 0 && (err != nil || len(all) != want) || want < 0 && err == nil {
			t.Errorf("%q: %+v, %v", list, all, err)
		}
	}
}
