package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"debug/elf"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// maxSize is that of an unpacked image.
const maxSize = 40 << 20

// images reads the archive as a registry client does, and returns its images by their architecture.
func images(t *testing.T) (v1.ImageIndex, map[string]v1.Image) {
	t.Helper()
	archive, err := os.Open(builtRelease(t).imageFile())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	folder := t.TempDir()
	unpack(t, archive, folder)
	outer, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	names, err := outer.IndexManifest()
	if err != nil || len(names.Manifests) != 1 {
		t.Fatalf("%v, %+v", err, names)
	}
	if name := names.Manifests[0].Annotations["org.opencontainers.image.ref.name"]; name != "v1.2.3" {
		t.Errorf("the image's name is %q", name)
	}
	index, err := outer.ImageIndex(names.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Errorf("the index is invalid: %v", err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	byArch := map[string]v1.Image{}
	for _, descriptor := range list.Manifests {
		if byArch[descriptor.Platform.Architecture], err = index.Image(descriptor.Digest); err != nil {
			t.Fatal(err)
		}
	}
	return index, byArch
}

// unpack writes the files of an archive with their modes. It returns their headers.
func unpack(t *testing.T, archive io.Reader, folder string) (headers []tar.Header) {
	t.Helper()
	var folders []tar.Header
	for packed := tar.NewReader(archive); ; {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, *header)
		path := filepath.Join(folder, header.Name)
		if header.Typeflag == tar.TypeDir {
			folders = append(folders, *header)
			err = os.MkdirAll(path, 0o700)
		} else {
			err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), writeFile(path, packed, os.FileMode(header.Mode)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, header := range slices.Backward(folders) { // a folder that is not writable can no longer be filled
		if err := os.Chmod(filepath.Join(folder, header.Name), os.FileMode(header.Mode)); err != nil {
			t.Fatal(err)
		}
	}
	return headers
}

func writeFile(path string, content io.Reader, mode os.FileMode) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close(), os.Chmod(path, mode))
}

func TestEachImageIsSmallAndRunsAsAnUnprivilegedUser(t *testing.T) {
	t.Parallel()
	index, byArch := images(t)
	manifest, err := index.IndexManifest()
	if err != nil || !maps.Equal(manifest.Annotations, builtRelease(t).labels()) {
		t.Errorf("%v, annotations %v", err, manifest.Annotations)
	}
	if got := slices.Sorted(maps.Keys(byArch)); !slices.Equal(got, architectures) {
		t.Fatalf("the image is for %v", got)
	}
	for arch, image := range byArch {
		file, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		config := file.Config
		if config.User != "65532:65532" || !slices.Equal(config.Entrypoint, []string{"/usr/bin/user-management-service"}) ||
			!slices.Equal(config.Cmd, []string{"serve"}) || !slices.Equal(config.Healthcheck.Test[1:], append(config.Entrypoint, "healthcheck")) {
			t.Errorf("%s: %+v", arch, config)
		}
		if file.OS != "linux" || file.Architecture != arch || !file.Created.Equal(builtRelease(t).time) {
			t.Errorf("%s: %s/%s created at %s", arch, file.OS, file.Architecture, file.Created)
		}
		const prefix = "org.opencontainers.image."
		for label, want := range map[string]string{
			"version": "v1.2.3", "revision": builtRelease(t).revision, "source": source, "licenses": "Apache-2.0",
		} {
			if config.Labels[prefix+label] != want {
				t.Errorf("%s: the label %s is %q", arch, label, config.Labels[prefix+label])
			}
		}
		checkFiles(t, arch, image)
	}
}

// checkFiles expects nothing but the program and what it reads, and nothing that a user may write to.
func checkFiles(t *testing.T, arch string, image v1.Image) {
	t.Helper()
	folder := t.TempDir()
	var size int64
	var files []string
	for _, header := range unpack(t, mutate.Extract(image), folder) {
		size += header.Size
		if header.Mode&0o7222 != 0 || header.Uid != 0 || !header.ModTime.Equal(builtRelease(t).time) {
			t.Errorf("%s: %s has mode %o, owner %d, time %s", arch, header.Name, header.Mode, header.Uid, header.ModTime)
		}
		if header.Typeflag == tar.TypeReg {
			files = append(files, header.Name)
		}
	}
	makeRemovable(t, folder)
	if slices.Sort(files); !slices.Equal(files, []string{"etc/group", "etc/passwd", certificatesPath, programPath}) {
		t.Errorf("%s contains %q", arch, files)
	}
	if size > maxSize {
		t.Errorf("%s: %d bytes unpacked, more than %d", arch, size, maxSize)
	}
	program, err := elf.Open(filepath.Join(folder, programPath))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }()
	if want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[arch]; program.Machine != want {
		t.Errorf("the program for %s is for %s", arch, program.Machine)
	}
	if libraries, err := program.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("the program for %s needs the libraries %q", arch, libraries)
	}
}

// makeRemovable lets the end of the test remove a folder that contains folders without the right to write.
func makeRemovable(t *testing.T, folder string) {
	t.Helper()
	t.Cleanup(func() {
		_ = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				err = os.Chmod(path, 0o700)
			}
			return err
		})
	})
}

func TestTheCertificatesAreRoots(t *testing.T) {
	t.Parallel()
	text, err := certificates()
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if count := bytes.Count(text, []byte("BEGIN CERTIFICATE")); !pool.AppendCertsFromPEM(text) || count < 100 {
		t.Errorf("%d certificates", count)
	}
}
