package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is for builds without version control, such as those of an image: -ldflags "-X main.version=v1.2.3".
var version string

// version prints what the build recorded.
func (p program) version(context.Context, []string) error {
	_, err := fmt.Fprint(p.out, versionLine())
	return err
}

func versionLine() string {
	return fmt.Sprintf("user-management-service %s %s %s/%s\n", ownVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// ownVersion is the version of this program.
func ownVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info, version)
}

// reportVersion logs the version and sets its metric.
func reportVersion(c Config) {
	c.Logger.Info("program started", "version", ownVersion(), "go", runtime.Version())
	c.Metrics.BuildInfo(ownVersion(), runtime.Version())
}

// versionOf is the version of the main module: a tag, or a pseudo-version with the time and the id of the commit. It ends in "+dirty"
// if files differed from the commit. The build information may be nil.
func versionOf(info *debug.BuildInfo, linked string) string {
	if info != nil && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return cmp.Or(linked, "unknown")
}
