package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
)

// vendoredPackage is something of others that lies in the repository and not in go.mod.
type vendoredPackage struct{ url, name, version string }

// parseVendored parses package URLs such as pkg:npm/swagger-ui-dist@5.35.0.
func parseVendored(list string) (all []vendoredPackage, err error) {
	for _, url := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' }) {
		path, version, found := strings.Cut(url, "@")
		if !found || !strings.HasPrefix(path, "pkg:") {
			return nil, fmt.Errorf("-vendored: %q is no package URL with a version", url)
		}
		all = append(all, vendoredPackage{url: url, name: path[strings.LastIndex(path, "/")+1:], version: version})
	}
	return all, nil
}

func (r release) billOfMaterialsFile(arch string) string { return r.programFile(arch) + ".cdx.json" }

// writeBillOfMaterials lists, in CycloneDX, the modules that the linker recorded in the program, not those that go.mod names: a
// scanner then reports only what runs.
func (r release) writeBillOfMaterials(arch string) (err error) {
	info, err := buildinfo.ReadFile(r.programFile(arch))
	if err != nil {
		return err
	}
	bom, err := r.billOfMaterials(info)
	if err != nil {
		return err
	}
	out, err := os.Create(r.billOfMaterialsFile(arch))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
}

func (r release) billOfMaterials(info *debug.BuildInfo) (*cyclonedx.BOM, error) {
	main := component(cyclonedx.ComponentTypeApplication, info.Main.Path, r.version)
	main.Licenses = &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}}
	components := []cyclonedx.Component{component(cyclonedx.ComponentTypeLibrary, "std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		c := component(cyclonedx.ComponentTypeLibrary, module.Path, module.Version)
		hash, err := hashOf(module)
		if err != nil {
			return nil, err
		}
		c.Hashes = &[]cyclonedx.Hash{hash}
		components = append(components, c)
	}
	for _, p := range r.vendored {
		components = append(components, cyclonedx.Component{
			BOMRef: p.url, Type: cyclonedx.ComponentTypeLibrary, Name: p.name, Version: p.version, PackageURL: p.url,
		})
	}
	var references []string
	for _, c := range components {
		references = append(references, c.BOMRef)
	}
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Timestamp: r.time.Format(time.RFC3339), Component: &main}
	bom.Components = &components
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: main.BOMRef, Dependencies: &references}}
	return bom, nil
}

func component(kind cyclonedx.ComponentType, path, version string) cyclonedx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cyclonedx.Component{BOMRef: url, Type: kind, Name: path, Version: version, PackageURL: url}
}

// hashOf is the module's checksum of go.sum: a SHA-256 over the digests of its files.
func hashOf(module *debug.Module) (cyclonedx.Hash, error) {
	encoded, found := strings.CutPrefix(module.Sum, "h1:")
	sum, err := base64.StdEncoding.DecodeString(encoded)
	if !found || err != nil {
		return cyclonedx.Hash{}, fmt.Errorf("checksum %q of %s: %w", module.Sum, module.Path, err)
	}
	return cyclonedx.Hash{Algorithm: cyclonedx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}, nil
}
