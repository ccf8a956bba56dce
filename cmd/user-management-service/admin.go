package main

import (
	"context"
	"fmt"
)

// admin is for those who run the service.
func (p program) admin(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 2 && len(args) <= 3 && args[0] == "audit" && args[1] == "verify":
		return p.verifyAudit(ctx, args[2:])
	case len(args) == 2 && args[0] == "import-users":
		return p.importUsers(ctx, args[1:])
	default:
		return fmt.Errorf("%w: see the admin commands in --help", errUsage)
	}
}
