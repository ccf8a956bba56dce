// Command resource-server is an API that accepts the access tokens of the User Management Service.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/siriusys/user-management-service/verifier"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	v, err := verifier.New(verifier.Config{
		ServiceURL:   os.Getenv("USER_MANAGEMENT_URL"),
		Issuer:       os.Getenv("ISSUER"), // if not set, USER_MANAGEMENT_URL
		Audiences:    []string{"siriusys"},
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		Logger:       slog.Default(),
	})
	if err != nil {
		log.Fatal(err)
	}
	go func() { _ = v.Run(ctx) }()

	server := &http.Server{Addr: cmp.Or(os.Getenv("HTTP_ADDR"), "localhost:9090"), Handler: routes(v), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Shutdown(context.Background()) })
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Print(err)
	}
	v.Close()
}

// routes are the API: /orders needs a valid token, and /admin/orders a scope too.
func routes(v *verifier.Verifier) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /orders", v.Middleware()(http.HandlerFunc(listOrders)))
	mux.Handle("GET /admin/orders", v.Middleware(verifier.RequireScopes("orders:admin"))(http.HandlerFunc(listOrders)))
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if v.Health().Err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}

func listOrders(w http.ResponseWriter, r *http.Request) {
	claims, _ := verifier.ClaimsOf(r.Context())
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"user": claims.UserID, "orders": []string{}})
}
