package httpapi

import (
	"fmt"
	"net/netip"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/siriusys/user-management-service/app"
)

// maxLoggedClients is how many pseudonyms are kept, about a megabyte.
const maxLoggedClients = 4096

// loggedClients are the pseudonyms of clients in the request log. It keeps those of the last clients: to compute one takes as long as a
// twentieth of a cheap request.
type loggedClients struct {
	pseudonyms app.Pseudonyms
	recent     *lru.Cache[netip.Prefix, string]
}

func newLoggedClients(pseudonyms app.Pseudonyms) loggedClients {
	recent, err := lru.New[netip.Prefix, string](maxLoggedClients)
	if err != nil {
		panic(fmt.Sprintf("the size is positive: %v", err))
	}
	return loggedClients{pseudonyms: pseudonyms, recent: recent}
}

func (l loggedClients) of(client netip.Prefix) (string, error) {
	if known, ok := l.recent.Get(client); ok {
		return known, nil
	}
	pseudonym, err := l.pseudonyms.RequestLog(client)
	if err == nil {
		l.recent.Add(client, pseudonym)
	}
	return pseudonym, err
}
