package embedded_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/siriusys/user-management-service/adapters/postgres/embedded"
)

func TestFailedFetchSaysHowToInstall(t *testing.T) {
	t.Parallel()
	repository := httptest.NewServer(http.NotFoundHandler())
	defer repository.Close()
	_, err := embedded.Fetch(t.Context(), t.TempDir(), repository.URL)
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v, want how to install", err)
	}
}

// TestFetchUnpacksOnce serves an archive of small scripts in the place of the real programs.
func TestFetchUnpacksOnce(t *testing.T) {
	t.Parallel()
	archive, err := os.ReadFile("testdata/programs.txz")
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	writer := zip.NewWriter(&jar)
	entry, err := writer.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write(archive); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	repository := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(jar.Bytes())
	}))
	defer repository.Close()

	cache := t.TempDir()
	dir, err := embedded.Fetch(t.Context(), cache, repository.URL)
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(filepath.Join(dir, "initdb")).CombinedOutput(); err == nil {
		t.Errorf("initdb of the archive: %s, want its refusal", output)
	}
	before := requests.Load()
	if _, err := embedded.Fetch(t.Context(), cache, repository.URL); err != nil {
		t.Fatal(err)
	}
	if requests.Load() != before {
		t.Error("fetched again")
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "unpack-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
