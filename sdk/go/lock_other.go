//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package accounts

import "os"

func tryLock(*os.File) (bool, error) { return true, nil }
