//go:build faults

package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// asMailServer in the environment makes the test binary a mail server.
const asMailServer = "FAULTS_MAIL_SERVER"

// mailProcess is a mail server that is a process of its own, for signals.
type mailProcess struct {
	*mailServer
	cmd *exec.Cmd
}

func startMailProcess(t *testing.T) *mailProcess {
	t.Helper()
	p := &mailProcess{mailServer: &mailServer{}, cmd: exec.Command(os.Args[0])}
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), asMailServer+"=1"), os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := json.NewDecoder(stdout)
	if err := printed.Decode(&p.url); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for got := [3]string{}; printed.Decode(&got) == nil; {
			p.keep(message{id: got[0], to: got[1], link: got[2]})
		}
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
		_ = stdin.Close()
		<-ended
		_ = p.cmd.Wait()
	})
	return p
}

func (p *mailProcess) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// printMail is a mail server that prints its URL and then each message that it accepts, until standard input ends.
func printMail() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	var printing sync.Mutex
	out := json.NewEncoder(os.Stdout)
	m := &mailServer{}
	printing.Lock()
	m.serve(listener, func(got message) {
		printing.Lock()
		defer printing.Unlock()
		_ = out.Encode([3]string{got.id, got.to, got.link})
	})
	_ = out.Encode(m.url)
	printing.Unlock()
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}
