//go:build faults

package faults

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// The file system of the tables is full (SQLSTATE 53100). Requests that need room get 503, and succeed once there is some.
func TestAFullDatabaseIsA503(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	small := smallFileSystem(t, "24m")
	d.exec(t, "CREATE TABLESPACE small LOCATION '"+filepath.Join(small, "tables")+"'")
	d.exec(t, "CREATE DATABASE service TABLESPACE small")
	r := newReplica(t, "postgres://postgres@127.0.0.1:"+d.port+"/service?sslmode=disable", mail)
	user := newUsers(t, r.url, mail, 1)[0]
	ballast := filepath.Join(small, "ballast")
	fill(t, ballast)
	eventually(t, "a signup is refused", func() bool {
		got := signUp(r.url, newEmail())
		if got.status != http.StatusAccepted && !got.isRefusal() {
			t.Fatalf("%+v", got)
		}
		return got.isRefusal()
	})
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	email := newEmail()
	eventually(t, "a signup succeeds", func() bool { return signUp(r.url, email).status == http.StatusAccepted })
	mail.link(t, email, 0)
	eventually(t, "a login succeeds", func() bool { return logIn(r.url, user, password).status == http.StatusOK })
}

// smallFileSystem mounts a file system of a size until the end of the test. It has a folder "tables" for PostgreSQL.
func smallFileSystem(t *testing.T, size string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test mounts a small file system: run it as root")
	}
	dir, err := os.MkdirTemp("/tmp", "faults-small-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := syscall.Mount("faults", dir, "tmpfs", 0, "mode=0755,size="+size); err != nil {
		t.Fatalf("mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "--lazy", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	tables := filepath.Join(dir, "tables")
	if err := os.Mkdir(tables, 0o700); err != nil {
		t.Fatal(err)
	}
	account := postgresAccount(t)
	if err := os.Chown(tables, int(account.Uid), int(account.Gid)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fill writes a file until the file system is full.
func fill(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = file.Write(block)
	}
}
