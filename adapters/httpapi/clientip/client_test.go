package clientip

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func trusting(t testing.TB, entries ...string) TrustedProxies {
	t.Helper()
	p, err := ParseTrustedProxies(entries)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func requestFrom(peer string, h http.Header) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/livez", nil)
	r.RemoteAddr, r.Header = peer, h
	return r
}

const (
	proxy  = "10.0.0.1:443" // trusted
	client = "203.0.113.9"
)

type networkTest struct {
	peer                     string
	xForwardedFor, forwarded []string
	want                     string
}

func wantNetworks(t *testing.T, tests map[string]networkTest) {
	t.Helper()
	p := trusting(t, "10.0.0.0/8", " 192.0.2.7 ", "", "2001:db8:ffff::/48", "::ffff:198.18.0.0/111")
	for name, tt := range tests {
		h := http.Header{"X-Real-Ip": {"198.51.100.77"}, "Client-Ip": {"198.51.100.77"}} // ignored
		if tt.xForwardedFor != nil {
			h["X-Forwarded-For"] = tt.xForwardedFor
		}
		if tt.forwarded != nil {
			h["Forwarded"] = tt.forwarded
		}
		if got := p.ClientNetwork(requestFrom(tt.peer, h)).String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func TestNetworkOfThePeer(t *testing.T) {
	t.Parallel()
	wantNetworks(t, map[string]networkTest{
		"no forwarded header":       {peer: proxy, want: "10.0.0.1/32"},
		"IPv4":                      {peer: "203.0.113.5:1", want: "203.0.113.5/32"},
		"IPv6":                      {peer: "[2001:db8:1:2:3:4:5:6]:1", want: "2001:db8:1:2::/64"},
		"IPv6 with a zone":          {peer: "[fe80::1%eth0]:1", want: "fe80::/64"},
		"IPv4 in IPv6":              {peer: "[::ffff:203.0.113.5]:1", want: "203.0.113.5/32"},
		"a peer without an address": {peer: "@", xForwardedFor: []string{client}, want: "invalid Prefix"},
		"a peer that is not trusted": {
			peer: "203.0.113.5:1", xForwardedFor: []string{client}, forwarded: []string{"for=" + client},
			want: "203.0.113.5/32",
		},
		"trusted in IPv6":                  {peer: "[2001:db8:ffff::1]:1", xForwardedFor: []string{client}, want: client + "/32"},
		"a trusted address":                {peer: "192.0.2.7:1", xForwardedFor: []string{client}, want: client + "/32"},
		"an address next to a trusted one": {peer: "192.0.2.8:1", xForwardedFor: []string{client}, want: "192.0.2.8/32"},
		"trusted as IPv4 in IPv6":          {peer: "198.19.255.1:1", xForwardedFor: []string{client}, want: client + "/32"},
	})
}

func TestNetworkFromXForwardedFor(t *testing.T) {
	t.Parallel()
	wantNetworks(t, map[string]networkTest{
		"one hop":                  {peer: proxy, xForwardedFor: []string{client}, want: client + "/32"},
		"one hop in IPv6":          {peer: proxy, xForwardedFor: []string{"2001:db8:1:2:3::"}, want: "2001:db8:1:2::/64"},
		"IPv4 in IPv6 as a hop":    {peer: proxy, xForwardedFor: []string{"::ffff:" + client}, want: client + "/32"},
		"a zone in a hop":          {peer: proxy, xForwardedFor: []string{"fe80::2%eth0"}, want: "fe80::/64"},
		"with a port":              {peer: proxy, xForwardedFor: []string{client + ":8080"}, want: client + "/32"},
		"IPv6 with a port":         {peer: proxy, xForwardedFor: []string{"[2001:db8:1:2:3::]:1"}, want: "2001:db8:1:2::/64"},
		"trusted hops are skipped": {peer: proxy, xForwardedFor: []string{client + ", 10.2.3.4,192.0.2.7"}, want: client + "/32"},
		"the first untrusted hop is the client": {
			peer: proxy, xForwardedFor: []string{"198.51.100.1, " + client + ", 10.2.3.4"},
			want: client + "/32",
		},
		"several lines":                {peer: proxy, xForwardedFor: []string{"198.51.100.1", client, "10.2.3.4"}, want: client + "/32"},
		"all trusted":                  {peer: proxy, xForwardedFor: []string{"10.0.0.3, 10.0.0.2"}, want: "10.0.0.3/32"},
		"garbage":                      {peer: proxy, xForwardedFor: []string{"nonsense"}, want: "10.0.0.1/32"},
		"an empty line":                {peer: proxy, xForwardedFor: []string{""}, want: "10.0.0.1/32"},
		"garbage before a trusted hop": {peer: proxy, xForwardedFor: []string{client + ", nonsense, 10.0.0.2"}, want: "10.0.0.2/32"},
		"an empty hop":                 {peer: proxy, xForwardedFor: []string{client + ", , 10.0.0.2"}, want: "10.0.0.2/32"},
		"a port out of range":          {peer: proxy, xForwardedFor: []string{client + ":65536"}, want: "10.0.0.1/32"},
		"a port that is not a number":  {peer: proxy, xForwardedFor: []string{client + ":x"}, want: "10.0.0.1/32"},
		"IPv4 in brackets":             {peer: proxy, xForwardedFor: []string{"[" + client + "]"}, want: "10.0.0.1/32"},
		"an open bracket":              {peer: proxy, xForwardedFor: []string{"[2001:db8::1"}, want: "10.0.0.1/32"},
		"text after a bracket":         {peer: proxy, xForwardedFor: []string{"[2001:db8::1]x"}, want: "10.0.0.1/32"},
		"the maximum number of hops": {
			peer: proxy, xForwardedFor: []string{client + strings.Repeat(", 10.0.0.2", maxHops-1)},
			want: client + "/32",
		},
		"too many hops": {
			peer: proxy, xForwardedFor: []string{client + strings.Repeat(", 10.0.0.2", maxHops)},
			want: "10.0.0.2/32",
		},
		"a tab and spaces around addresses": {peer: proxy, xForwardedFor: []string{" \t" + client + "\t "}, want: client + "/32"},
	})
}

func TestNetworkFromForwarded(t *testing.T) {
	t.Parallel()
	wantNetworks(t, map[string]networkTest{
		"one hop": {peer: proxy, forwarded: []string{"for=" + client}, want: client + "/32"},
		"other parameters": {
			peer: proxy, forwarded: []string{`by=10.0.0.1;FOR="203.0.113.9:47011" ; proto=https;host="a,b;for=1.2.3.4"`},
			want: client + "/32",
		},
		"IPv6": {peer: proxy, forwarded: []string{`For="[2001:db8:1:2:3::17]:4711"`}, want: "2001:db8:1:2::/64"},
		"an obfuscated port": {
			peer: proxy, forwarded: []string{"for=198.51.100.1, for=" + client, `for="10.2.3.4:_hidden", for=10.2.3.4`},
			want: "10.2.3.4/32",
		},
		"hops": {
			peer: proxy, forwarded: []string{"for=198.51.100.1, for=" + client, `for="10.2.3.4:80", for=10.2.3.5`},
			want: client + "/32",
		},
		"unknown": {
			peer: proxy, forwarded: []string{"for=" + client + ", for=unknown, for=10.0.0.2"},
			want: "10.0.0.2/32",
		},
		"obfuscated":     {peer: proxy, forwarded: []string{"for=" + client + ", for=_gazonk"}, want: "10.0.0.1/32"},
		"without for":    {peer: proxy, forwarded: []string{"for=" + client + ", proto=https"}, want: "10.0.0.1/32"},
		"with for twice": {peer: proxy, forwarded: []string{"for=" + client + ";for=198.51.100.1"}, want: "10.0.0.1/32"},
		"a client's open quote": {
			peer: proxy, forwarded: []string{`for="198.51.100.1, for=` + client},
			want: client + "/32",
		},
		"an escaped quote": {
			peer: proxy, forwarded: []string{`for=` + client + `;host="a\",for=1.2.3.4"`},
			want: client + "/32",
		},
	})
}

func TestNetworkFromBothHeaders(t *testing.T) {
	t.Parallel()
	wantNetworks(t, map[string]networkTest{
		"with the same client": {
			peer: proxy, xForwardedFor: []string{"198.51.100.1, " + client}, forwarded: []string{"for=" + client},
			want: client + "/32",
		},
		"with different clients": {
			peer: proxy, xForwardedFor: []string{client}, forwarded: []string{"for=198.51.100.1"},
			want: "10.0.0.1/32",
		},
		"one of them unknown": {
			peer: proxy, xForwardedFor: []string{client}, forwarded: []string{"for=unknown"},
			want: "10.0.0.1/32",
		},
		"one of them empty": {peer: proxy, xForwardedFor: []string{client}, forwarded: []string{""}, want: "10.0.0.1/32"},
	})
}

// An untrusted peer counts as itself, whatever it sends. Behind a proxy, a client counts as the address that the proxy appends.
func FuzzClientNetwork(f *testing.F) {
	f.Add("203.0.113.9", `for="[2001:db8::1]:80";proto=http, for=unknown`)
	f.Add(`1.2.3.4, "`, `for="a\", for=1.2.3.4`)
	f.Add("[::1]:80,,10.0.0.1", "for=10.0.0.1;for=_x")
	p := trusting(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, xForwardedFor, forwarded string) {
		network := func(peer string, h http.Header) string { return p.ClientNetwork(requestFrom(peer, h)).String() }
		sent := http.Header{"X-Forwarded-For": {xForwardedFor}, "Forwarded": {forwarded}}
		if got := network("198.51.100.1:80", sent); got != "198.51.100.1/32" {
			t.Errorf("an untrusted peer counts as %s", got)
		}
		appended := map[string]http.Header{
			"X-Forwarded-For":            {"X-Forwarded-For": {xForwardedFor + ", 198.51.100.1"}},
			"X-Forwarded-For, two lines": {"X-Forwarded-For": {xForwardedFor, "198.51.100.1"}},
			"Forwarded":                  {"Forwarded": {forwarded + `, for="198.51.100.1:1"; proto=https`}},
			"Forwarded, two lines":       {"Forwarded": {forwarded, "for=198.51.100.1"}},
			"X-Forwarded-For, two hops":  {"X-Forwarded-For": {xForwardedFor + ", 198.51.100.1, 10.0.0.3"}},
			"Forwarded, two hops":        {"Forwarded": {forwarded + ", for=198.51.100.1, for=10.0.0.3"}},
		}
		for name, h := range appended {
			if got := network("10.0.0.2:80", h); got != "198.51.100.1/32" {
				t.Errorf("%s: the client counts as %s", name, got)
			}
		}
		// A client that sends the header which the proxy does not set counts as itself or as the proxy.
		mixed := http.Header{"X-Forwarded-For": {xForwardedFor + ", 198.51.100.1"}, "Forwarded": {forwarded}}
		if got := network("10.0.0.2:80", mixed); got != "198.51.100.1/32" && got != "10.0.0.2/32" {
			t.Errorf("both headers: the client counts as %s", got)
		}
	})
}
