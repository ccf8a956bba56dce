package passwordhash

import (
	"time"

	"github.com/siriusys/user-management-service/ports"
)

// counts is the part of ports.Metrics about password hashes.
type counts interface {
	HashStarted(waited time.Duration)
	HashRefused(reason ports.HashRefusal)
	HashesWaiting(n int)
}

// noCounts counts nothing.
type noCounts struct{}

// HashStarted does nothing.
func (noCounts) HashStarted(time.Duration) {}

// HashRefused does nothing.
func (noCounts) HashRefused(ports.HashRefusal) {}

// HashesWaiting does nothing.
func (noCounts) HashesWaiting(int) {}
