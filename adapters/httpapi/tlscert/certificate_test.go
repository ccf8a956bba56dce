package tlscert

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
)

func TestUnusablePairIsReportedOncePerChange(t *testing.T) {
	t.Parallel()
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	c := &Certificate{certFile: certFile, keyFile: keyFile, logger: slog.New(slog.DiscardHandler)}
	for _, step := range []struct {
		name     string
		content  string // written to both files first, unless empty
		reported bool
	}{
		{"no files", "", true}, {"still no files", "", false},
		{"garbage", "x", true}, {"the same garbage", "x", false}, {"other garbage", "y", true},
	} {
		if step.content != "" {
			for _, file := range []string{certFile, keyFile} {
				if err := os.WriteFile(file, []byte(step.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.reload(); (err != nil) != step.reported {
			t.Errorf("%s: error %v", step.name, err)
		}
	}
	if _, err := Load(certFile, keyFile, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("Load accepts garbage")
	}
}
