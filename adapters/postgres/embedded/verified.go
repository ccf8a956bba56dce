package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// mavenCentral is the repository of the archives.
const mavenCentral = "https://repo1.maven.org/maven2"

// maxArchive is several times the size of an archive.
const maxArchive = 256 << 20

// verifiedRepository serves the files of a Maven repository on a loopback port, if they have the digest that is known for them. The
// library that unpacks the programs downloads from it. The library itself compares only with a digest of the same server, and
// only if the server has one.
type verifiedRepository struct {
	upstream string
	digest   func(file string) string
	server   *http.Server
	url      string

	mu  sync.Mutex
	err error
}

// startVerified serves until close is called.
func startVerified(ctx context.Context, upstream string, digest func(file string) string) (*verifiedRepository, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	v := &verifiedRepository{upstream: upstream, digest: digest, url: "http://" + listener.Addr().String()}
	v.server = &http.Server{
		Handler: v, ReadHeaderTimeout: time.Minute, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() { _ = v.server.Serve(listener) }() // ends with close
	return v, nil
}

// close stops serving and returns why a file was refused, if one was.
func (v *verifiedRepository) close() error {
	_ = v.server.Close()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

func (v *verifiedRepository) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, ".sha256") {
		http.NotFound(w, r) // the digest of this repository counts, not that of the server
		return
	}
	body, err := v.fetch(r.Context(), r.URL.Path)
	if err != nil {
		v.mu.Lock()
		v.err = errors.Join(v.err, err)
		v.mu.Unlock()
		http.Error(w, "refused", http.StatusBadGateway)
		return
	}
	_, _ = w.Write(body) // fails if the library gives up
}

// fetch downloads a file that has a known digest. Errors: it has none, or another one than the download.
func (v *verifiedRepository) fetch(ctx context.Context, file string) ([]byte, error) {
	name := path.Base(file)
	want := v.digest(name)
	if want == "" {
		return nil, fmt.Errorf("no digest is known for %s, so it is not downloaded", name)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.upstream+file, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download %s: %s", name, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxArchive))
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", name, err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != want {
		return nil, fmt.Errorf("the download of %s has the SHA-256 %x, want %s: it is not unpacked", name, sum, want)
	}
	return body, nil
}
