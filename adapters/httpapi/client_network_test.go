package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/siriusys/user-management-service/adapters/httpapi/clientip"
)

func TestHandlersReceiveTheClientsNetwork(t *testing.T) {
	t.Parallel()
	proxies, err := clientip.ParseTrustedProxies([]string{"10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.Use(clientNetwork(proxies))
	var got netip.Prefix
	e.GET("/", func(c echo.Context) error {
		got = networkOf(c.Request().Context())
		return nil
	})
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	req.RemoteAddr = "10.0.0.1:80"
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	e.ServeHTTP(httptest.NewRecorder(), req)
	if got.String() != "203.0.113.9/32" {
		t.Errorf("the network is %s", got)
	}
}
