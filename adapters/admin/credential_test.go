package admin_test

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"github.com/siriusys/user-management-service/adapters/admin"
	"github.com/siriusys/user-management-service/domain"
)

const secret = "0123456789abcdef0123456789abcdef"

// anywhere is a listener whose address is not loopback, as that of ADMIN_ADDR=:6060. It accepts what the other one accepts.
type anywhere struct{ net.Listener }

func (anywhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 6060} }

// startAdmin returns the address of a server at a listener that is loopback or not.
func startAdmin(t *testing.T, loopback bool) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	orders, err := domain.NewServiceCredential("orders", secret)
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	if !loopback {
		listener = anywhere{listener}
	}
	metrics := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1") })
	server := admin.Start(listener, admin.Config{
		Logger: slog.New(slog.DiscardHandler), Metrics: metrics, Services: domain.ServiceCredentials{orders},
	})
	t.Cleanup(func() { _ = server.Close() })
	return address
}

func TestProfilesNeedACredentialUnlessListenerAndHostAreLoopback(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		loopback           bool
		host, site, secret string
		want               int
	}{
		"at loopback":                    {true, "127.0.0.1:6060", "", "", 200},
		"at loopback by name":            {true, "localhost:6060", "", "", 200},
		"at loopback by name alone":      {true, "localhost", "", "", 200},
		"at loopback by IPv6":            {true, "[::1]:6060", "", "", 200},
		"at loopback by IPv6 alone":      {true, "[::1]", "", "", 200},
		"typed into a browser":           {true, "localhost:6060", "none", "", 200},
		"a link of the index":            {true, "localhost:6060", "same-origin", "", 200},
		"an image of another site":       {true, "localhost:6060", "cross-site", "", 401},
		"another port of this machine":   {true, "localhost:6060", "same-site", "", 401},
		"a rebound DNS name":             {true, "rebound.example.com:6060", "", "", 401},
		"a name below localhost":         {true, "localhost.example.com", "", "", 401},
		"an address in a name":           {true, "127.0.0.1.example.com", "", "", 401},
		"a rebound name and a secret":    {true, "rebound.example.com:6060", "", secret, 200},
		"a wrong secret":                 {true, "rebound.example.com:6060", "", "wrong", 401},
		"everywhere":                     {false, "127.0.0.1:6060", "", "", 401},
		"everywhere by name":             {false, "localhost:6060", "", "", 401},
		"everywhere with a wrong secret": {false, "10.0.0.1:6060", "", "wrong", 401},
		"everywhere with a secret":       {false, "10.0.0.1:6060", "", secret, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := startAdmin(t, tt.loopback)
			for path, want := range map[string]int{"/debug/runtime": tt.want, "/debug/pprof/goroutine": tt.want, "/metrics": 200} {
				if got := statusOf(t, address+path, tt.host, tt.site, tt.secret); got != want {
					t.Errorf("%s: status %d, want %d", path, got, want)
				}
			}
		})
	}
}

func statusOf(t *testing.T, url, host, site, secret string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host, req.Close = host, true
	if site != "" {
		req.Header.Set("Sec-Fetch-Site", site)
	}
	if secret != "" {
		req.SetBasicAuth("orders", secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusUnauthorized && resp.Header.Get("WWW-Authenticate") == "" {
		t.Error("the response does not say how to authenticate")
	}
	return resp.StatusCode
}

func TestSpacesAfterTheScheme(t *testing.T) {
	t.Parallel()
	address := startAdmin(t, false)
	credential := base64.StdEncoding.EncodeToString([]byte("orders:" + secret))
	for authorization, want := range map[string]int{
		"Basic " + credential: 200, "Basic   " + credential: 200, "basic  " + credential: 200,
		"Basic\t" + credential: 401, "Basic \t" + credential: 401, "Basic" + credential: 401, "Bearer  " + credential: 401,
	} {
		status, _, _ := exchange(t, http.MethodGet, "http://"+address+"/debug/runtime", "Authorization", authorization)
		if status != want {
			t.Errorf("%q: status %d, want %d", authorization, status, want)
		}
	}
}
