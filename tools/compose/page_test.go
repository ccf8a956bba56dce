package compose

import (
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// blocks returns the shell blocks below a heading of docs/compose.md.
func blocks(heading string) (commands []string) {
	page, err := os.ReadFile(root + "/docs/compose.md")
	if err != nil {
		return nil
	}
	for _, section := range strings.Split(string(page), "\n## ") {
		if title, text, _ := strings.Cut(section, "\n"); title == heading {
			for _, found := range shellBlock.FindAllStringSubmatch(text, -1) {
				commands = append(commands, found[1])
			}
		}
	}
	return commands
}

// block returns all commands below a heading.
func block(heading string) string { return strings.Join(blocks(heading), "") }

// A block below another heading would not run.
func TestEachCommandOfThePageIsRun(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(root + "/docs/compose.md")
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for _, heading := range []string{"Building", "Starting", "Killing a replica", "Removing"} {
		n := len(blocks(heading))
		if n == 0 {
			t.Errorf("there are no commands below %q", heading)
		}
		run += n
	}
	if all := strings.Count(string(page), "```sh\n"); run != all {
		t.Errorf("%d of %d blocks are run", run, all)
	}
}

// hangs bounds a wait. Only a hang reaches it.
const hangs = 3 * time.Minute

// eventually polls until done. It fails the test if that never happens.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(hangs); !done(); {
		select {
		case <-timeout:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}
