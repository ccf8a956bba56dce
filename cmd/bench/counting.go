package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/siriusys/user-management-service/adapters/postgres"
	"github.com/siriusys/user-management-service/domain"
)

// countingConns is how many requests are counted at the same time.
const countingConns = 64

// countingVariant is a set of clients whose requests are counted at the same time.
type countingVariant struct {
	name string
	of   func(client int) []domain.RateLimit // of one client's request
}

// measureCounting measures how many requests a second the store counts. Requests of one network wait for one another at its row;
// those of different networks share no row. The last variant adds a row that every request shares, which the service once had.
func (t *testbed) measureCounting(ctx context.Context, m *measurement) error {
	databaseURL, err := url.Parse(t.database.URL())
	if err != nil {
		return err
	}
	query := databaseURL.Query()
	query.Set("pool_max_conns", strconv.Itoa(countingConns))
	databaseURL.RawQuery = query.Encode()
	store, err := postgres.Open(ctx, databaseURL.String(), nil)
	if err != nil {
		return err
	}
	defer store.Close()
	variants := countingVariants()
	m.counting = make([]result, len(variants))
	for range rounds {
		for i, v := range variants {
			r, err := load(ctx, v.name, countingConns, m.part(), func(client, _ int) error {
				_, err := store.Repos().RateLimits.Spend(ctx, v.of(client), time.Now())
				return err
			})
			if err != nil {
				return err
			}
			m.counting[i] = m.counting[i].merge(r)
			m.progress("%s", r)
		}
	}
	return nil
}

func countingVariants() []countingVariant {
	policy := domain.RateLimitPolicy{NetworkRequests: 1_000_000_000, Window: time.Hour}
	of := func(a, b, c, d int) []domain.RateLimit {
		client := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a), byte(b), byte(c), byte(d)}), 32) //nolint:gosec // below 256
		var networks []string
		for _, level := range domain.NetworkLevels(client) {
			networks = append(networks, level.String())
		}
		return policy.Request(networks)
	}
	ownNetwork := func(client int) []domain.RateLimit { return of(198, 18, client, 1) }
	return []countingVariant{
		{"each client in a /24 of its own", ownNetwork},
		{"all clients in one /24", func(client int) []domain.RateLimit { return of(198, 19, 0, client) }},
		{"a row for the whole service", func(client int) []domain.RateLimit {
			all := domain.RateLimit{Scope: "whole service", Subject: "all", Limit: policy.NetworkRequests, Window: policy.Window}
			return append(ownNetwork(client), all)
		}},
	}
}

func (m *measurement) writeCounting(b *strings.Builder) {
	fmt.Fprintf(b, `
## Counting requests

How many requests a second the rate limits count, by the store alone, in a table that every replica shares: %d connections. No row is
shared by all requests. The last line adds such a row, which the service once had: it limited the service to 2,500 requests a
second. Where the processor is the narrower limit, as on a machine with few cores, the lines are alike.

| requests | per second | p50 | p99 |
|---|--:|--:|--:|
`, countingConns)
	for _, r := range m.counting {
		fmt.Fprintf(b, "| %s | %.0f | %s | %s |\n", r.name, r.rate, round(r.p50), round(r.p99))
	}
}
