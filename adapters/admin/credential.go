package admin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/siriusys/user-management-service/domain"
)

// requireCredential lets a request through that has a service credential by HTTP Basic authentication. It lets one through without
// if the request cannot come from another machine or from another site's page: if the listener has a loopback address, the Host
// header names one, and no browser says that another site made the request. A page whose DNS name was rebound to a loopback address
// sends its own name as Host.
func requireCredential(services domain.ServiceCredentials, listener net.Addr, next http.Handler) http.Handler {
	local := isLoopback(listener.String())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clientID, secret := basicCredential(r)
		if local && isLoopback(r.Host) && !isFromOtherSite(r) || services.Match(clientID, secret) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="admin", charset="UTF-8"`)
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "send a service credential by HTTP Basic authentication", http.StatusUnauthorized)
	})
}

// basicCredential is Request.BasicAuth, which accepts a single space after the scheme. RFC 9110, section 11.4, allows more.
func basicCredential(r *http.Request) (clientID, secret string) {
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	single := http.Request{Header: http.Header{"Authorization": {scheme + " " + strings.TrimLeft(rest, " ")}}}
	clientID, secret, _ = single.BasicAuth()
	return clientID, secret
}

// isLoopback reports whether a host, with or without a port, is localhost or a loopback address.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// isFromOtherSite reports whether a browser marks the request as one of another origin (Fetch Metadata).
func isFromOtherSite(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "none" && site != "same-origin"
}
