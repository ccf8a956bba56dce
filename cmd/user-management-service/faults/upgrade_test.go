//go:build faults

package faults

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// An upgrade from the last release, behind HAProxy and under load. The new release migrates while replicas of the last one serve, which
// then work on the new schema, also after a restart, and are replaced one after another. No request fails. What either release has
// stored works at the other one.
func TestAnUpgradeNeedsNoDowntime(t *testing.T) {
	t.Parallel()
	r, mail, d := buildReleases(t), newMailServer(t), newDatabase(t)
	f := newUpgradingFleet(t, r, d, mail)
	last := []*replica{f.start(t, r.last, 0), f.start(t, r.last, 1)}
	proxy := startProxy(t, f.addresses)
	before := d.version(t)
	held := holdMessages(t, last[0], d)
	fromLast := []traces{newTraces(t, last[0].url, mail), newTraces(t, last[1].url, mail), newTraces(t, last[1].url, mail)}

	w, stop := &writes{}, make(chan struct{})
	var load sync.WaitGroup
	end := sync.OnceFunc(func() { close(stop); load.Wait() })
	defer end()
	for range 3 {
		load.Go(func() { w.live(t, proxy, mail, stop) })
	}
	w.awaitSuccesses(t, 50)
	next := f.start(t, r.next, 2)
	if after := d.version(t); after <= before {
		t.Fatalf("the schema has version %s, and had %s", after, before)
	}
	w.awaitSuccesses(t, 100)
	for i, l := range last {
		fromLast[i].check(t, l.url, next.url)
		newTraces(t, l.url, mail).check(t, l.url, next.url)
		newTraces(t, next.url, mail).check(t, next.url, l.url)
	}
	for i := range last {
		// A release that is rolled back restarts on the newer schema.
		for _, program := range []string{r.last, r.next} {
			f.stop(t, last[i])
			last[i] = f.start(t, program, i)
			w.awaitSuccesses(t, 50)
			newTraces(t, last[i].url, mail).check(t, last[i].url, next.url)
		}
	}
	end()
	if w.refused > 0 {
		t.Errorf("%d requests were refused", w.refused)
	}
	figure(t, "requests during an upgrade behind HAProxy", "%d, %d failed", w.succeeded, w.refused)
	fromLast[2].check(t, next.url, last[0].url)
	held.release(t, next, d, mail)
}

// upgradingFleet starts replicas of two releases at given addresses.
type upgradingFleet struct {
	addresses []string
	keyset    string
	database  *database
	mail      *mailServer
}

func newUpgradingFleet(t *testing.T, r releases, d *database, mail *mailServer) *upgradingFleet {
	t.Helper()
	f := &upgradingFleet{keyset: filepath.Join(t.TempDir(), "keyset.json"), database: d, mail: mail}
	for range 3 {
		f.addresses = append(f.addresses, "127.0.0.1:"+freePort(t))
	}
	if out, err := exec.Command(r.last, "keys", "create", f.keyset).CombinedOutput(); err != nil {
		t.Fatalf("create a keyset: %v\n%s", err, out)
	}
	return f
}

// start starts a program at one of the addresses and returns once it is ready.
func (f *upgradingFleet) start(t *testing.T, program string, at int) *replica {
	t.Helper()
	address := f.addresses[at]
	r := launchProgram(t, program, f.database.url(), f.mail, "HTTP_ADDR="+address, "SHUTDOWN_DELAY=5s", "KEYSET_FILE="+f.keyset)
	r.url = "http://" + address
	r.waitReady(t)
	return r
}

func (f *upgradingFleet) stop(t *testing.T, r *replica) {
	t.Helper()
	r.signal(t, syscall.SIGTERM)
	if err := <-r.done; err != nil {
		t.Errorf("the replica ended with %v\n%s", err, r.log.tail())
	}
}

// version is the version of the schema.
func (d *database) version(t *testing.T) string {
	t.Helper()
	return d.ask(t, "SELECT to_char(version, 'FM0000') FROM schema_migrations")
}

// heldMessages are messages of signups whose jobs no replica claims until they are released.
type heldMessages struct{ emails []string }

func holdMessages(t *testing.T, r *replica, d *database) heldMessages {
	t.Helper()
	d.exec(t, "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
	const hold = "CREATE TRIGGER hold BEFORE UPDATE ON river_job FOR EACH ROW WHEN (NEW.kind = 'message' AND NEW.state = 'running' AND "
	d.exec(t, hold+"true) EXECUTE FUNCTION hold()")
	h := heldMessages{emails: []string{newEmail(), newEmail()}}
	for _, email := range h.emails {
		if got := signUp(r.url, email); got.status != http.StatusAccepted {
			t.Fatalf("signup: %+v", got)
		}
	}
	newest := d.ask(t, "SELECT max(id)::text FROM river_job WHERE kind = 'message'")
	d.exec(t, "BEGIN; DROP TRIGGER hold ON river_job; "+hold+"NEW.id <= "+newest+") EXECUTE FUNCTION hold(); COMMIT")
	return h
}

// release waits until the messages are sent, and uses their links.
func (h heldMessages) release(t *testing.T, r *replica, d *database, mail *mailServer) {
	t.Helper()
	for _, email := range h.emails {
		if len(mail.to(email)) > 0 {
			t.Errorf("the message to %s was sent before", email)
		}
	}
	d.exec(t, "DROP TRIGGER hold ON river_job")
	for _, email := range h.emails {
		token := mail.link(t, email, 0)
		if got := post(r.url+"/verify-email", "", "token", token, "password", password); got.status != http.StatusOK {
			t.Errorf("the link of a message of the last release: %+v", got)
		}
	}
}
