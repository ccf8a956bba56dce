package compose

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// container is what `docker inspect` reports.
type container struct {
	Name   string
	Config struct {
		User string
		Env  []string
	}
	HostConfig struct {
		ReadonlyRootfs       bool
		CapDrop, SecurityOpt []string
		PortBindings         map[string][]struct{ HostIP string }
	}
}

// checkHardening fails if a container may do more than it needs, is reachable from another machine, or has a secret in its environment.
func (p *project) checkHardening(t *testing.T) {
	t.Helper()
	out, err := p.command("docker inspect $(docker ps --all --quiet --filter label=com.docker.compose.project=" + p.name + ")").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []container
	if err := json.Unmarshal(out, &all); err != nil || len(all) != 6 {
		t.Fatalf("%d containers, %v", len(all), err)
	}
	for _, c := range all {
		host := c.HostConfig
		if !host.ReadonlyRootfs || !slices.Contains(host.CapDrop, "ALL") || !slices.Contains(host.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: %+v", c.Name, host)
		}
		// PostgreSQL's image becomes its user by itself.
		if c.Config.User == "" && !strings.Contains(c.Name, "postgres") {
			t.Errorf("%s runs as root", c.Name)
		}
		for _, bindings := range host.PortBindings {
			for _, b := range bindings {
				if b.HostIP != "127.0.0.1" {
					t.Errorf("%s is open at %q", c.Name, b.HostIP)
				}
			}
		}
		for _, variable := range c.Config.Env {
			if strings.Contains(variable, "postgres://") || strings.Contains(variable, "PASSWORD=") {
				t.Errorf("the environment of %s has a secret", c.Name)
			}
		}
	}
}
