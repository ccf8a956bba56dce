package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/siriusys/user-management-service/adapters/anchorfile"
	"github.com/siriusys/user-management-service/adapters/tink"
	"github.com/siriusys/user-management-service/app"
	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// newAuditLog is the audit log of a store, with the anchors of the settings.
func newAuditLog(c Config, store ports.Store) *app.AuditLog {
	return app.NewAuditLog(app.AuditLogConfig{
		Store: store, Signer: c.Keyset.AuditSigner(), Anchors: c.anchors(), Metrics: c.Metrics, Now: c.Now,
		Changed: func(e domain.AuditEvent) { logChange(c.Logger, e) },
	})
}

func (s Settings) anchors() ports.AuditAnchors {
	if s.AuditAnchorFile == "" {
		return anchorfile.None{}
	}
	return anchorfile.New(s.AuditAnchorFile)
}

// checkAnchors creates the anchor file if it is missing. It refuses a file that cannot be used, and one whose newest checkpoint
// carries the name of a key of the keyset but not its signature: the service would take its own chain for a broken one.
func (s Settings) checkAnchors(keyset *tink.Keyset) error {
	if s.AuditAnchorFile == "" {
		return nil
	}
	file := anchorfile.New(s.AuditAnchorFile)
	err := file.Check()
	if err == nil {
		var newest domain.AuditCheckpoint
		if newest, err = file.Newest(); err == nil && !newest.IsZero() {
			err = keyset.AuditSigner().Verify(newest)
		}
	}
	if err != nil && !errors.Is(err, ports.ErrUnknownAuditKey) {
		return fmt.Errorf("AUDIT_ANCHOR_FILE: %w", err)
	}
	return nil
}

// readAnchors reads the argument of verify: POSITION:CHAIN or a file. Without one, it reads the anchor file of the settings.
func (p program) readAnchors(args []string) ([]domain.AuditAnchor, error) {
	path, isGiven := p.environ["AUDIT_ANCHOR_FILE"], len(args) > 0
	if isGiven {
		path = args[0]
		if anchor, ok := parseAnchor(path); ok {
			return []domain.AuditAnchor{anchor}, nil
		}
	}
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	switch {
	case !isGiven && errors.Is(err, fs.ErrNotExist):
		return nil, nil // the service has not started yet with this setting
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: ANCHOR is POSITION:CHAIN, a number and 64 hexadecimal digits, or a file; there is no file %s", errUsage, path)
	case err != nil:
		return nil, fmt.Errorf("open the anchors: %w", err)
	}
	defer func() { _ = file.Close() }()
	checkpoints, err := anchorfile.ReadAll(file)
	if err == nil && len(checkpoints) == 0 && isGiven {
		err = fmt.Errorf("%s contains no checkpoint", path)
	}
	var anchors []domain.AuditAnchor
	for _, c := range checkpoints {
		anchors = append(anchors, c.Anchor())
	}
	return anchors, err
}

// parseAnchor reads POSITION:CHAIN, as verify prints it and as releases before migration 17 log it.
func parseAnchor(s string) (domain.AuditAnchor, bool) {
	position, chain, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(position, 10, 64)
	digest, hexErr := hex.DecodeString(chain)
	if err != nil || hexErr != nil || n < 1 || len(digest) != len(domain.AuditDigest{}) {
		return domain.AuditAnchor{}, false
	}
	return domain.AuditAnchor{Position: n, Chain: domain.AuditDigest(digest)}, true
}
