//go:build faults

package faults

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// A replica loses the network to the database: packets are dropped, and no connection is reset. It refuses requests within their bounds
// and is not ready, while the other replica serves. It works again once the network does.
func TestAPartitionedReplicaRefusesRequests(t *testing.T) {
	t.Parallel()
	mail, d := newMailServer(t), newDatabase(t)
	network := newNetwork(t, "127.0.0.1:"+d.port)
	cut := newReplica(t, "postgres://postgres@"+network.address+"/postgres?sslmode=disable", mail)
	other := newReplica(t, d.url(), mail)
	user := newUsers(t, cut.url, mail, 1)[0]
	network.cut()
	begun := time.Now()
	if r := logIn(cut.url, user, password); !r.isRefusal() {
		t.Errorf("without a network: %+v", r)
	}
	figure(t, "a login while packets to the database are dropped is refused after", "%v", time.Since(begun).Round(100*time.Millisecond))
	if cut.isReady() {
		t.Error("the replica is ready")
	}
	if r := logIn(other.url, user, password); r.status != http.StatusOK {
		t.Errorf("the other replica: %+v", r)
	}
	network.mend()
	mended := time.Now()
	eventually(t, "a login succeeds", func() bool { return logIn(cut.url, user, password).status == http.StatusOK })
	figure(t, "a replica serves again after the network returns", "%v", time.Since(mended).Round(time.Millisecond))
}

// network forwards connections until it is cut. Then it swallows what is sent, on old and on new connections.
type network struct {
	address string

	mu     sync.Mutex
	mended chan struct{} // closed while the network works
}

func newNetwork(t *testing.T, to string) *network {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	n := &network{address: listener.Addr().String(), mended: make(chan struct{})}
	close(n.mended)
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			go n.forward(from, to)
		}
	}()
	return n
}

func (n *network) forward(from net.Conn, to string) {
	defer from.Close()
	n.wait()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	for _, ends := range [][2]net.Conn{{from, server}, {server, from}} {
		both.Go(func() {
			defer ends[1].Close()
			_, _ = io.Copy(delayed{n, ends[1]}, ends[0])
		})
	}
	both.Wait()
}

// delayed is a connection on which what is sent waits while the network is cut: TCP repeats lost packets.
type delayed struct {
	network *network
	to      net.Conn
}

func (d delayed) Write(p []byte) (int, error) {
	d.network.wait()
	return d.to.Write(p)
}

func (n *network) wait() {
	n.mu.Lock()
	mended := n.mended
	n.mu.Unlock()
	<-mended
}

func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mended = make(chan struct{})
}

func (n *network) mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.mended)
}
