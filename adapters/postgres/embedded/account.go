package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system user that PostgreSQL runs as. PostgreSQL refuses to run as root.
type account struct {
	name string
	// credential is nil for the user of this process.
	credential *syscall.Credential
}

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		entry, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(entry.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(entry.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return account{}, fmt.Errorf("look up user %s: %w", name, err)
		}
		return account{name: name, credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and neither of the users postgres and nobody exists: " +
		"run this command as an ordinary user")
}

// command prepares a program that runs as the account. It runs in a session of its own, so that Ctrl-C at the terminal signals
// only this process, and does not inherit the PG* variables.
func (a account) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential, Setsid: true}
	cmd.Dir = "/"
	// With LC_ALL=C, initdb does not fail for a missing locale, and macOS starts no threads in PostgreSQL.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	return cmd
}

// own makes the account the owner of a file or folder.
func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// canEnter reports whether the account may enter path and every folder above it.
func (a account) canEnter(path string) (bool, error) {
	if a.credential == nil {
		return true, nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false, err
	}
	for ; ; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			return false, err
		}
		if !a.mayExecute(info) {
			return false, nil
		}
		if path == filepath.Dir(path) {
			return true, nil
		}
	}
}

func (a account) mayExecute(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return false
	case stat.Uid == a.credential.Uid:
		return info.Mode()&0o100 != 0
	case stat.Gid == a.credential.Gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}
