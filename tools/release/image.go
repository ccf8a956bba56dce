package main

import (
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// source is where the code of the image is.
const source = "https://github.com/siriusys/user-management-service"

// labels are annotations of https://github.com/opencontainers/image-spec/blob/main/annotations.md.
func (r release) labels() map[string]string {
	const prefix = "org.opencontainers.image."
	return map[string]string{
		prefix + "title":       name,
		prefix + "description": "Keeps the accounts of siriusys.com",
		prefix + "version":     r.version,
		prefix + "revision":    r.revision,
		prefix + "created":     r.time.Format(time.RFC3339),
		prefix + "source":      source,
		prefix + "licenses":    "Apache-2.0",
	}
}

// index is the image of all platforms.
func (r release) index() (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, arch := range architectures {
		image, err := r.image(arch)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}},
		})
	}
	return mutate.Annotations(index, r.labels()).(v1.ImageIndex), nil
}

// image is that of one platform: the layer of the system, which rarely changes, and the layer of the program.
func (r release) image(arch string) (v1.Image, error) {
	system, err := systemEntries()
	if err != nil {
		return nil, err
	}
	program, err := programEntries(r.programFile(arch))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	created := v1.Time{Time: r.time}
	for _, entries := range [][]entry{system, program} {
		layer, err := newLayer(entries, r.time)
		if err != nil {
			return nil, err
		}
		image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: created, CreatedBy: "tools/release"}})
		if err != nil {
			return nil, err
		}
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Created, file.OS, file.Architecture, file.Config = created, "linux", arch, r.config()
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return nil, err
	}
	return mutate.Annotations(image, r.labels()).(v1.Image), nil
}

// config is how a container of the image runs. Kubernetes ignores the health check and has probes.
func (r release) config() v1.Config {
	return v1.Config{
		User:         user + ":" + user,
		Env:          []string{"PATH=/usr/bin"},
		Entrypoint:   []string{"/" + programPath},
		Cmd:          []string{"serve"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Labels:       r.labels(),
		StopSignal:   "SIGTERM",
		Healthcheck: &v1.HealthConfig{
			Test: []string{"CMD", "/" + programPath, "healthcheck"}, Interval: 10 * time.Second, Timeout: 11 * time.Second,
			StartPeriod: time.Minute, Retries: 3,
		},
	}
}
