package main

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Paths in the image.
const (
	programPath      = "usr/bin/" + name
	certificatesPath = "etc/ssl/certs/ca-certificates.crt" // where Go looks for them
)

// The user of the image. 65532 is the usual one of images without a shell; PostgreSQL's driver looks its name up.
const (
	user   = "65532"
	users  = "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
	groups = "root:x:0:\nnonroot:x:65532:\n"
)

// entry is a file of a layer, or a folder if its content is nil. All belong to root, and no user may write to them.
type entry struct {
	path    string
	mode    int64
	content []byte
}

// systemEntries are what the program expects of a system.
func systemEntries() ([]entry, error) {
	roots, err := certificates()
	if err != nil {
		return nil, err
	}
	return []entry{
		{path: "etc/", mode: 0o555},
		{path: "etc/group", mode: 0o444, content: []byte(groups)},
		{path: "etc/passwd", mode: 0o444, content: []byte(users)},
		{path: "etc/ssl/", mode: 0o555},
		{path: "etc/ssl/certs/", mode: 0o555},
		{path: certificatesPath, mode: 0o444, content: roots},
	}, nil
}

func programEntries(file string) ([]entry, error) {
	program, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return []entry{
		{path: "usr/", mode: 0o555},
		{path: "usr/bin/", mode: 0o555},
		{path: programPath, mode: 0o555, content: program},
	}, nil
}

// newLayer packs the entries, all with the same time.
func newLayer(entries []entry, at time.Time) (v1.Layer, error) {
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	for _, e := range entries {
		header := &tar.Header{
			Typeflag: tar.TypeDir, Name: e.path, Mode: e.mode, Size: int64(len(e.content)), ModTime: at, Format: tar.FormatUSTAR,
		}
		if e.content != nil {
			header.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer))
}
