package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// stopTimeout is the time for each step of a shutdown, before the next step is more forceful.
const stopTimeout = 10 * time.Second

// process is a running postmaster with the watchdog that ends it when this process dies.
type process struct {
	postmaster *exec.Cmd
	exited     chan struct{}
	watchdog   *exec.Cmd
	// lifeline is the watchdog's standard input. The kernel closes it when this process ends.
	lifeline io.WriteCloser
	stopOnce sync.Once
	stopErr  error
}

// watchdogScript reads the postmaster's process id and then waits. A second line means that this process has stopped the server;
// the end of the input without it means that this process has died. The arguments are the data folder and, for a throwaway
// server, the folder to remove.
const watchdogScript = `
read -r pid && read -r done && exit 0
if [ -n "$pid" ] && [ "$(head -n 1 "$1/postmaster.pid" 2>/dev/null)" = "$pid" ]; then
	for signal in INT QUIT KILL; do
		kill -s $signal "$pid" 2>/dev/null
		tries=0
		while kill -0 "$pid" 2>/dev/null && [ -e "$1/postmaster.pid" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
		[ -e "$1/postmaster.pid" ] || break
	done
fi
[ -z "$2" ] || rm -rf "$2"
`

func startProcess(home home, binaries binaries, port int, settings map[string]string) (*process, error) {
	log, err := os.OpenFile(home.logFile(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL log: %w", err)
	}
	defer log.Close()
	running, err := os.OpenFile(home.runningFile(), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("mark PostgreSQL as running: %w", err)
	}
	defer running.Close()
	if err := flock(running); err != nil {
		return nil, fmt.Errorf("mark PostgreSQL as running: %w", err)
	}

	// The server outlives the context of Start, so its commands use another.
	p := &process{exited: make(chan struct{})}
	if err := p.startWatchdog(home); err != nil {
		return nil, err
	}
	p.postmaster = home.account.command(context.Background(), binaries.program("postgres"), arguments(home, port, settings)...)
	p.postmaster.Stdout, p.postmaster.Stderr = log, log
	// Every process of the server inherits the lock on this file, so the lock is free exactly when all of them have exited.
	p.postmaster.ExtraFiles = []*os.File{running}
	if err := p.postmaster.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), p.dismissWatchdog())
	}
	go func() {
		// The log has the exit status; callers only need to know that it exited.
		_ = p.postmaster.Wait()
		close(p.exited)
	}()
	if _, err := fmt.Fprintln(p.lifeline, p.postmaster.Process.Pid); err != nil {
		return nil, errors.Join(fmt.Errorf("send the process id to the watchdog: %w", err), p.stop())
	}
	return p, nil
}

func arguments(home home, port int, settings map[string]string) []string {
	args := []string{"-D", home.data(), "-c", "port=" + strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "logging_collector=off", "-c", "log_destination=stderr"}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

func (p *process) startWatchdog(home home) error {
	throwaway := ""
	if home.throwaway {
		throwaway = home.dir
	}
	p.watchdog = home.account.command(context.Background(), "/bin/sh", "-c", watchdogScript, "watchdog", home.data(), throwaway)
	lifeline, err := p.watchdog.StdinPipe()
	if err != nil {
		return fmt.Errorf("start the watchdog: %w", err)
	}
	if err := p.watchdog.Start(); err != nil {
		return fmt.Errorf("start the watchdog: %w", err)
	}
	p.lifeline = lifeline
	return nil
}

func (p *process) dismissWatchdog() error {
	_, err := io.WriteString(p.lifeline, "\ndone\n")
	return errors.Join(err, p.lifeline.Close(), p.watchdog.Wait())
}

// stop requests a fast shutdown, which ends the sessions and writes all data, then more forceful ones if it takes too long.
func (p *process) stop() error {
	p.stopOnce.Do(func() {
		p.stopErr = errors.Join(escalate(p.postmaster.Process.Signal, func() bool {
			select {
			case <-p.exited:
				return true
			case <-time.After(stopTimeout):
				return false
			}
		}), p.dismissWatchdog())
	})
	return p.stopErr
}

// escalate sends signals until ended returns true: fast shutdown, immediate shutdown (the next start recovers), kill.
func escalate(signal func(os.Signal) error, ended func() bool) error {
	for _, step := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := signal(step); err != nil && !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		if ended() {
			return nil
		}
	}
	return errors.New("stop PostgreSQL: it does not exit")
}
