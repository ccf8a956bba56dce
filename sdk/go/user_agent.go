package accounts

import (
	"runtime/debug"
	"strings"
)

const modulePath = "github.com/siriusys/user-management-service/sdk/go"

// userAgent is the program's name, if it gave one, and that of this package with the version that the program was built with.
func userAgent(program string) string {
	version := "devel"
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if module.Path == modulePath && module.Version != "" {
				version = strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return strings.TrimSpace(program + " siriusys-accounts-go/" + version)
}
