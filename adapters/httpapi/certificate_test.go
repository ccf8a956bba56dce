package httpapi

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

// A pair that stays broken is told once, not at every look; repaired and broken again it is told again.
func TestAnUnusablePairIsToldOnce(t *testing.T) {
	t.Parallel()
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	c := &Certificate{certFile: certFile, keyFile: keyFile, logger: slog.New(slog.DiscardHandler)}
	for _, step := range []struct {
		what string
		cert string // written first, unless empty
		told bool
	}{
		{"no files", "", true}, {"still none", "", false}, {"garbage", "x", true}, {"the same garbage", "x", false}, {"other garbage", "y", true},
	} {
		if step.cert != "" {
			for _, file := range []string{certFile, keyFile} {
				if err := os.WriteFile(file, []byte(step.cert), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.reload(); (err != nil) != step.told {
			t.Errorf("%s: %v", step.what, err)
		}
	}
	if _, err := LoadCertificate(certFile, keyFile, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("garbage was loaded")
	}
}
