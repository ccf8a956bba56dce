package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
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

func TestTheClientsNetworkIsWhatTrustedProxiesTell(t *testing.T) {
	t.Parallel()
	p := trusting(t, "10.0.0.0/8", " 192.0.2.7 ", "", "2001:db8:ffff::/48", "::ffff:198.18.0.0/111")
	const proxy, far = "10.0.0.1:443", "203.0.113.9"
	long := strings.Repeat("10.0.0.2, ", maxForwardingHops)
	tests := map[string]struct {
		peer              string
		common, forwarded []string
		want              string
	}{
		"no header":                    {peer: proxy, want: "10.0.0.1/32"},
		"IPv4":                         {peer: "203.0.113.5:1", want: "203.0.113.5/32"},
		"IPv6":                         {peer: "[2001:db8:1:2:3:4:5:6]:1", want: "2001:db8:1:2::/64"},
		"IPv6 with a zone":             {peer: "[fe80::1%eth0]:1", want: "fe80::/64"},
		"IPv4 in IPv6":                 {peer: "[::ffff:203.0.113.5]:1", want: "203.0.113.5/32"},
		"no address":                   {peer: "@", common: []string{far}, want: "invalid Prefix"},
		"a stranger's word":            {peer: "203.0.113.5:1", common: []string{far}, forwarded: []string{"for=" + far}, want: "203.0.113.5/32"},
		"one hop":                      {peer: proxy, common: []string{far}, want: far + "/32"},
		"one hop in IPv6":              {peer: proxy, common: []string{"2001:db8:1:2:3::"}, want: "2001:db8:1:2::/64"},
		"IPv4 in IPv6 as a hop":        {peer: proxy, common: []string{"::ffff:" + far}, want: far + "/32"},
		"a zone in a hop":              {peer: proxy, common: []string{"fe80::2%eth0"}, want: "fe80::/64"},
		"with a port":                  {peer: proxy, common: []string{far + ":8080"}, want: far + "/32"},
		"IPv6 with a port":             {peer: proxy, common: []string{"[2001:db8:1:2:3::]:1"}, want: "2001:db8:1:2::/64"},
		"trusted in IPv6":              {peer: "[2001:db8:ffff::1]:1", common: []string{far}, want: far + "/32"},
		"a trusted address":            {peer: "192.0.2.7:1", common: []string{far}, want: far + "/32"},
		"beside a trusted address":     {peer: "192.0.2.8:1", common: []string{far}, want: "192.0.2.8/32"},
		"trusted in a mapped form":     {peer: "198.19.255.1:1", common: []string{far}, want: far + "/32"},
		"trusted hops are skipped":     {peer: proxy, common: []string{far + ", 10.2.3.4,192.0.2.7"}, want: far + "/32"},
		"the first stranger counts":    {peer: proxy, common: []string{"198.51.100.1, " + far + ", 10.2.3.4"}, want: far + "/32"},
		"several lines":                {peer: proxy, common: []string{"198.51.100.1", far, "10.2.3.4"}, want: far + "/32"},
		"all trusted":                  {peer: proxy, common: []string{"10.0.0.3, 10.0.0.2"}, want: "10.0.0.3/32"},
		"garbage":                      {peer: proxy, common: []string{"nonsense"}, want: "10.0.0.1/32"},
		"an empty line":                {peer: proxy, common: []string{""}, want: "10.0.0.1/32"},
		"garbage behind a trusted hop": {peer: proxy, common: []string{far + ", nonsense, 10.0.0.2"}, want: "10.0.0.2/32"},
		"an empty hop":                 {peer: proxy, common: []string{far + ", , 10.0.0.2"}, want: "10.0.0.2/32"},
		"a port out of range":          {peer: proxy, common: []string{far + ":65536"}, want: "10.0.0.1/32"},
		"a port that is none":          {peer: proxy, common: []string{far + ":x"}, want: "10.0.0.1/32"},
		"IPv4 in brackets":             {peer: proxy, common: []string{"[" + far + "]"}, want: "10.0.0.1/32"},
		"an open bracket":              {peer: proxy, common: []string{"[2001:db8::1"}, want: "10.0.0.1/32"},
		"text behind a bracket":        {peer: proxy, common: []string{"[2001:db8::1]x"}, want: "10.0.0.1/32"},
		"as many hops as are believed": {peer: proxy, common: []string{far + ", " + strings.TrimSuffix(strings.Repeat("10.0.0.2, ", maxForwardingHops-1), ", ")}, want: far + "/32"},
		"too many hops":                {peer: proxy, common: []string{far + ", " + strings.TrimSuffix(long, ", ")}, want: "10.0.0.2/32"},

		"Forwarded":                         {peer: proxy, forwarded: []string{"for=" + far}, want: far + "/32"},
		"Forwarded, other parameters":       {peer: proxy, forwarded: []string{`by=10.0.0.1;FOR="203.0.113.9:47011" ; proto=https;host="a,b;for=1.2.3.4"`}, want: far + "/32"},
		"Forwarded, IPv6":                   {peer: proxy, forwarded: []string{`For="[2001:db8:1:2:3::17]:4711"`}, want: "2001:db8:1:2::/64"},
		"Forwarded, several":                {peer: proxy, forwarded: []string{"for=198.51.100.1, for=" + far, `for="10.2.3.4:_hidden", for=10.2.3.4`}, want: "10.2.3.4/32"},
		"Forwarded, hops":                   {peer: proxy, forwarded: []string{"for=198.51.100.1, for=" + far, `for="10.2.3.4:80", for=10.2.3.5`}, want: far + "/32"},
		"Forwarded, unknown":                {peer: proxy, forwarded: []string{"for=" + far + ", for=unknown, for=10.0.0.2"}, want: "10.0.0.2/32"},
		"Forwarded, obfuscated":             {peer: proxy, forwarded: []string{"for=" + far + ", for=_gazonk"}, want: "10.0.0.1/32"},
		"Forwarded, for nobody":             {peer: proxy, forwarded: []string{"for=" + far + ", proto=https"}, want: "10.0.0.1/32"},
		"Forwarded, for twice":              {peer: proxy, forwarded: []string{"for=" + far + ";for=198.51.100.1"}, want: "10.0.0.1/32"},
		"Forwarded, a client's open quote":  {peer: proxy, forwarded: []string{`for="198.51.100.1, for=` + far}, want: far + "/32"},
		"Forwarded, an escaped quote":       {peer: proxy, forwarded: []string{`for=` + far + `;host="a\",for=1.2.3.4"`}, want: far + "/32"},
		"both, alike":                       {peer: proxy, common: []string{"198.51.100.1, " + far}, forwarded: []string{"for=" + far}, want: far + "/32"},
		"both, and they disagree":           {peer: proxy, common: []string{far}, forwarded: []string{"for=198.51.100.1"}, want: "10.0.0.1/32"},
		"both, and one says nothing":        {peer: proxy, common: []string{far}, forwarded: []string{"for=unknown"}, want: "10.0.0.1/32"},
		"both, one of them empty":           {peer: proxy, common: []string{far}, forwarded: []string{""}, want: "10.0.0.1/32"},
		"another header tells nothing":      {peer: proxy, want: "10.0.0.1/32"},
		"a tab and spaces around addresses": {peer: proxy, common: []string{" \t" + far + "\t "}, want: far + "/32"},
	}
	for name, tt := range tests {
		h := http.Header{"X-Real-Ip": {"198.51.100.77"}, "Client-Ip": {"198.51.100.77"}}
		if tt.common != nil {
			h["X-Forwarded-For"] = tt.common
		}
		if tt.forwarded != nil {
			h["Forwarded"] = tt.forwarded
		}
		if got := p.ClientNetwork(requestFrom(tt.peer, h)).String(); got != tt.want {
			t.Errorf("%s: %s instead of %s", name, got, tt.want)
		}
	}
}

func TestTrustedProxiesAreAddressesAndNetworks(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"proxy.example.com", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.0/8/8", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "::ffff:0:0/90", "10.0.0.1-10.0.0.9"} {
		if _, err := ParseTrustedProxies([]string{"10.0.0.1", bad}); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestHandlersLearnTheClientsNetwork(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(clientNetwork(trusting(t, "10.0.0.1")))
	var got netip.Prefix
	e.GET("/", func(c echo.Context) error {
		got = networkOf(c.Request().Context())
		return nil
	})
	e.ServeHTTP(httptest.NewRecorder(), func() *http.Request {
		r := requestFrom("10.0.0.1:80", http.Header{"X-Forwarded-For": {"203.0.113.9"}})
		r.URL.Path = "/"
		return r
	}())
	if got.String() != "203.0.113.9/32" {
		t.Error(got)
	}
}

// Whatever a stranger sends, it counts as itself; whatever it sends through a proxy, it counts as what the proxy says.
func FuzzForwardedHeaders(f *testing.F) {
	f.Add("203.0.113.9", `for="[2001:db8::1]:80";proto=http, for=unknown`)
	f.Add(`1.2.3.4, "`, `for="a\", for=1.2.3.4`)
	f.Add("[::1]:80,,10.0.0.1", "for=10.0.0.1;for=_x")
	p := trusting(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, common, forwarded string) {
		own := func(peer string, h http.Header) string { return p.ClientNetwork(requestFrom(peer, h)).String() }
		sent := http.Header{"X-Forwarded-For": {common}, "Forwarded": {forwarded}}
		if got := own("198.51.100.1:80", sent); got != "198.51.100.1/32" {
			t.Errorf("a stranger counts as %s", got)
		}
		appended := map[string]http.Header{
			"X-Forwarded-For":          {"X-Forwarded-For": {common + ", 198.51.100.1"}},
			"X-Forwarded-For, a line":  {"X-Forwarded-For": {common, "198.51.100.1"}},
			"Forwarded":                {"Forwarded": {forwarded + `, for="198.51.100.1:1"; proto=https`}},
			"Forwarded, a line":        {"Forwarded": {forwarded, "for=198.51.100.1"}},
			"through two proxies":      {"X-Forwarded-For": {common + ", 198.51.100.1, 10.0.0.3"}},
			"Forwarded by two proxies": {"Forwarded": {forwarded + ", for=198.51.100.1, for=10.0.0.3"}},
		}
		for name, h := range appended {
			if got := own("10.0.0.2:80", h); got != "198.51.100.1/32" {
				t.Errorf("%s: counts as %s", name, got)
			}
		}
		// With a header of its own beside the proxy's, a client can be taken for the proxy at most.
		mixed := http.Header{"X-Forwarded-For": {common + ", 198.51.100.1"}, "Forwarded": {forwarded}}
		if got := own("10.0.0.2:80", mixed); got != "198.51.100.1/32" && got != "10.0.0.2/32" {
			t.Errorf("both: counts as %s", got)
		}
	})
}
