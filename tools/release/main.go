// Command release builds what a release consists of, into a folder: for each platform the program and its bill of materials, and an
// image for all platforms. The same commit, version and Go give the same bytes on every machine. Run it by `make image` and `make release`:
//
//	go run . -root ../.. -out ../../dist -version v1.2.3 [-tagged]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// name is that of the program, the image and the files of a release.
const name = "user-management-service"

// architectures are those of Linux that a release supports.
var architectures = []string{"amd64", "arm64"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	var r release
	var vendored string
	flags.StringVar(&r.root, "root", "../..", "root of the repository")
	flags.StringVar(&r.out, "out", "../../dist", "folder that is replaced by the release")
	flags.StringVar(&r.version, "version", "", "version of the release")
	flags.StringVar(&vendored, "vendored", "", "package URLs of what the repository contains of others, comma-separated")
	tagged := flags.Bool("tagged", false, "refuse a version that is not tagged and in the changelog")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if r.version == "" {
		return errors.New("-version is missing: git describes no version of this checkout, so set VERSION")
	}
	if *tagged {
		if err := checkTag(ctx, r.root, r.version); err != nil {
			return err
		}
	}
	var err error
	if r.vendored, err = parseVendored(vendored); err != nil {
		return err
	}
	if r.revision, r.time, err = lastCommit(ctx, r.root); err != nil {
		return err
	}
	return r.build(ctx)
}

// release is what is built, and where.
type release struct {
	root, out string
	version   string
	revision  string // of git
	time      time.Time
	vendored  []vendoredPackage
}

// build replaces the folder out. The platforms are compiled in turn, because each compilation uses all cores.
func (r release) build(ctx context.Context) error {
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	for _, arch := range architectures {
		if err := r.compile(ctx, arch); err != nil {
			return err
		}
		if err := r.writeBillOfMaterials(arch); err != nil {
			return fmt.Errorf("bill of materials of %s: %w", arch, err)
		}
	}
	if err := r.writeImage(); err != nil {
		return fmt.Errorf("image: %w", err)
	}
	return writeChecksums(r.out)
}

// file is the path of a file of the release.
func (r release) file(suffix string) string {
	return filepath.Join(r.out, name+"_"+r.version+"_"+suffix)
}

func (r release) programFile(arch string) string { return r.file("linux_" + arch) }
