package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

var (
	// errAuditFindings: the audit log has changed since it was written, or the anchor or the keyset is that of another deployment.
	errAuditFindings = errors.New("the audit log does not verify; docs/audit.md gives the cause of each finding")
	// errNothingVerified: an empty log has no signature, so nothing shows that the keyset or the database is the right one.
	errNothingVerified = errors.New("cannot verify: the audit log has no checkpoint; the service signs the first one a minute after its start")
)

// maxPrintedFindings bounds what verify prints. An attacker who adds rows to the database must not fill the operator's disk.
const maxPrintedFindings = 1000

// auditCommands verify the audit log. needs says what a command needs.
func (p program) auditCommands(needs string) *cobra.Command {
	var publicKeys []string
	verify := leaf("verify [ANCHOR]", "Check that the audit log is unchanged and contains ANCHOR"+needs,
		func(ctx context.Context, args []string) error { return p.verifyAudit(ctx, args, publicKeys) })
	verify.Long = verify.Short + `.

ANCHOR is POSITION:CHAIN, or a file with checkpoints: an anchor file or a log of the service. By default it is AUDIT_ANCHOR_FILE.`
	verify.Flags().StringArrayVar(&publicKeys, "public-key", nil,
		"what public-keys prints, or a line of it; verifies without the keyset; may be given several times")
	return group(
		"audit", "Verify the audit log",
		verify,
		leaf("public-keys", "Print the public keys that verify audit checkpoints (needs the keyset)", p.printAuditPublicKeys),
	)
}

// auditReader is an open database and what verifies its audit log. Close its store.
type auditReader struct {
	store    *postgres.Store
	verifier ports.AuditVerifier
}

func (p program) openAuditReader(ctx context.Context, publicKeys []string) (auditReader, error) {
	if len(publicKeys) == 0 {
		d, err := p.openDeployment(ctx)
		if err != nil {
			return auditReader{}, err
		}
		return auditReader{store: d.store, verifier: d.keyset.AuditSigner()}, nil
	}
	keys, err := parseAuditPublicKeys(publicKeys)
	if err != nil {
		return auditReader{}, err
	}
	s, err := readSettings(p.environ)
	if err == nil && s.directURL() == "" {
		err = errors.New("DATABASE_URL is not set")
	}
	if err != nil {
		return auditReader{}, err
	}
	// Nothing in the audit log is encrypted, and a standby has all of it.
	store, err := postgres.Open(ctx, s.directURL(), nil, postgres.AllowReadOnly())
	return auditReader{store: store, verifier: keys}, err
}

// parseAuditPublicKeys reads what printAuditPublicKeys prints, as a whole or line by line.
func parseAuditPublicKeys(lines []string) (tink.PublicAuditKeys, error) {
	keys := tink.PublicAuditKeys{}
	for _, line := range strings.Fields(strings.Join(lines, " ")) {
		name, text, _ := strings.Cut(line, "=")
		key, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || name == "" || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%w: a public key is NAME=KEY, as printed by admin audit public-keys", errUsage)
		}
		keys[name] = key
	}
	return keys, nil
}

// printAuditPublicKeys prints a line for each key, for those who verify the audit log elsewhere.
func (p program) printAuditPublicKeys(context.Context, []string) error {
	s, err := readSettings(p.environ)
	if err != nil {
		return err
	}
	keyset, err := readKeyset(s)
	if err == nil && keyset == nil {
		err = errors.New("set one of KEYSET_FILE and KEYSET")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, strings.Join(auditPublicKeys(keyset), "\n"))
	return nil
}

func auditPublicKeys(keyset *tink.Keyset) (lines []string) {
	keys := keyset.AuditSigner().PublicKeys()
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		lines = append(lines, name+"="+base64.RawURLEncoding.EncodeToString(keys[name]))
	}
	return lines
}

// verifyAudit prints each finding, the newest checkpoint and what no anchor covers.
func (p program) verifyAudit(ctx context.Context, args, publicKeys []string) error {
	anchors, err := p.readAnchors(args)
	if err != nil {
		return err
	}
	reader, err := p.openAuditReader(ctx, publicKeys)
	if err != nil {
		return err
	}
	defer reader.store.Close()
	findings := 0
	proof, err := app.NewAuditVerification(reader.store, reader.verifier).Verify(ctx, anchors, func(f domain.AuditFinding) {
		if findings++; findings <= maxPrintedFindings {
			fmt.Fprintln(p.out, describeFinding(f))
		}
	})
	if err != nil {
		return err
	}
	if findings > maxPrintedFindings {
		fmt.Fprintf(p.out, "%s not printed\n", plural(findings-maxPrintedFindings, "further finding"))
	}
	fmt.Fprintf(p.out, "newest checkpoint %d:%x, %s\n", proof.Newest.Position, proof.Newest.Chain, plural(findings, "finding"))
	if proof.Last > proof.Anchored {
		fmt.Fprintf(p.out, "unproven: no anchor covers %s; only an anchor proves that no newer entries were removed or replaced\n",
			describePositions(proof.Anchored+1, proof.Last))
	}
	switch {
	case findings > 0:
		return errAuditFindings
	case proof.Newest.IsZero():
		return errNothingVerified
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func describePositions(first, last int64) string {
	if first == last {
		return fmt.Sprintf("position %d", first)
	}
	return fmt.Sprintf("positions %d to %d", first, last)
}

func describeFinding(f domain.AuditFinding) string {
	var where []string
	if f.Last > 0 {
		where = append(where, describePositions(f.Position, f.Last))
	}
	if !f.EventID.IsZero() && f.Position == f.Last {
		where = append(where, "event "+f.EventID.String())
	}
	if len(where) == 0 {
		return f.Text
	}
	return strings.Join(where, ", ") + ": " + f.Text
}
