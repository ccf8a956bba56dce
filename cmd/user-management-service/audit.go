package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
)

// errAuditFaults: the audit log is not as it was written.
var errAuditFaults = errors.New("the audit log was tampered with")

// parseHead reads what the service logs when it seals the audit log.
func parseHead(s string) (domain.AuditHead, error) {
	position, chain, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(position, 10, 64)
	digest, hexErr := hex.DecodeString(chain)
	if err != nil || hexErr != nil || n < 1 || len(digest) != len(domain.AuditDigest{}) {
		return domain.AuditHead{}, fmt.Errorf("%w: a head is POSITION:CHAIN, a number and 64 hexadecimal digits, as logged", errUsage)
	}
	return domain.AuditHead{Position: n, Chain: domain.AuditDigest(digest)}, nil
}

// verifyAudit prints each fault, and in the end how far the log is as it was written. The argument, if any, is a head that was
// noted elsewhere.
func (p program) verifyAudit(ctx context.Context, args []string) error {
	var anchor domain.AuditHead
	if len(args) > 0 {
		var err error
		if anchor, err = parseHead(args[0]); err != nil {
			return err
		}
	}
	v, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer v.store.Close()
	faults := 0
	head, err := (&app.App{Store: v.store, MAC: v.keyset.MAC()}).VerifyAudit(ctx, anchor, func(f domain.AuditFault) {
		faults++
		fmt.Fprintln(p.out, describeFault(f))
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "newest head %d:%x, %d faults\n", head.Position, head.Chain, faults)
	if faults > 0 {
		return errAuditFaults
	}
	return nil
}

func describeFault(f domain.AuditFault) string {
	var where []string
	if f.Position > 0 {
		where = append(where, fmt.Sprintf("position %d", f.Position))
	}
	if !f.EventID.IsZero() {
		where = append(where, "event "+f.EventID.String())
	}
	return strings.Join(where, ", ") + ": " + f.What
}
