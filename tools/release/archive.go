package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

func (r release) imageFile() string { return r.file("image.tar") }

// writeImage writes an archive in the OCI image layout. It also contains the manifest.json of `docker load`, since Docker before 25
// reads nothing else.
func (r release) writeImage() (err error) {
	index, err := r.index()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "image-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path, err := layout.Write(folder, empty.Index)
	if err != nil {
		return err
	}
	err = path.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": r.version,
		"io.containerd.image.name":          "docker.io/library/" + name + ":" + r.version,
	}))
	if err != nil {
		return err
	}
	manifest, err := r.dockerManifest(index)
	if err != nil {
		return err
	}
	if err := path.WriteFile("manifest.json", manifest, 0o644); err != nil {
		return err
	}
	return r.pack(folder)
}

// dockerManifest lists the images of the index for `docker load`, by the names NAME:VERSION-ARCHITECTURE.
func (r release) dockerManifest(index v1.ImageIndex) ([]byte, error) {
	type image struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	list, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var images []image
	for _, descriptor := range list.Manifests {
		platform, err := index.Image(descriptor.Digest)
		if err != nil {
			return nil, err
		}
		manifest, err := platform.Manifest()
		if err != nil {
			return nil, err
		}
		one := image{
			Config: blobPath(manifest.Config.Digest), RepoTags: []string{name + ":" + r.version + "-" + descriptor.Platform.Architecture},
		}
		for _, layer := range manifest.Layers {
			one.Layers = append(one.Layers, blobPath(layer.Digest))
		}
		images = append(images, one)
	}
	return json.Marshal(images)
}

func blobPath(digest v1.Hash) string { return "blobs/" + digest.Algorithm + "/" + digest.Hex }

// pack writes the files of a folder into the archive, in the order of their names and with the same time.
func (r release) pack(folder string) (err error) {
	out, err := os.Create(r.imageFile())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	archive := tar.NewWriter(out)
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return r.packFile(archive, path, filepath.ToSlash(inside))
	})
	return errors.Join(err, archive.Close())
}

func (r release) packFile(archive *tar.Writer, path, inside string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: inside, Mode: 0o644, Size: info.Size(), ModTime: r.time, Format: tar.FormatUSTAR}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, in)
	return err
}
