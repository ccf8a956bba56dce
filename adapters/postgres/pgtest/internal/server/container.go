package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/jackc/pgx/v5"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

const (
	port          = "5432/tcp"
	daemonTimeout = 5 * time.Second
	// startTimeout includes pulling the image.
	startTimeout  = 3 * time.Minute
	readyInterval = 20 * time.Millisecond
	stopTimeout   = 30 * time.Second
	logTailBytes  = 4 << 10
)

// script runs the image's own entry point in the background and reads standard input. The read ends when the process at the
// other end exits; the container then exits too, and Docker removes it. So it needs no reaper container. The script also ends
// if the entry point fails.
const script = `trap 'exit 1' TERM; { docker-entrypoint.sh postgres "$@"; kill -s TERM $$; } & read -r _`

// startContainer fails fast if no Docker daemon is available.
func startContainer(ctx context.Context) (*Server, error) {
	// The library logs every step to standard error; Origin and the errors contain what matters.
	log.SetDefault(log.NewNoopLogger())
	if err := checkDocker(ctx); err != nil {
		return nil, fmt.Errorf("no Docker daemon is available: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	image := cmp.Or(os.Getenv(ImageVariable), defaultImage)
	password := rand.Text()
	lifeline := new(lifeline)
	started, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: request(image, password, lifeline), Started: true,
	})
	if err == nil {
		var address string
		if address, err = waitReady(ctx, started, password); err == nil {
			return &Server{
				URL: address, Origin: "container of " + image, Container: started.GetContainerID(),
				stop: func() error { return stop(started, lifeline) },
			}, nil
		}
	}
	if started != nil {
		err = errors.Join(err, stop(started, lifeline))
	}
	return nil, fmt.Errorf("run a container of %s: %w", image, err)
}

func checkDocker(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, daemonTimeout)
	defer cancel()
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return err
	}
	return provider.Health(ctx)
}

func request(image, password string, lifeline *lifeline) testcontainers.ContainerRequest {
	command := []string{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		command = append(command, "-c", name+"="+settings[name])
	}
	return testcontainers.ContainerRequest{
		Image:        image,
		Entrypoint:   []string{"sh", "-c", script, "postgres"},
		Cmd:          command,
		Env:          map[string]string{"POSTGRES_PASSWORD": password},
		ExposedPorts: []string{port},
		ConfigModifier: func(config *container.Config) {
			config.OpenStdin, config.StdinOnce, config.AttachStdin = true, true, true
		},
		HostConfigModifier: func(config *container.HostConfig) { config.AutoRemove = true },
		LifecycleHooks:     []testcontainers.ContainerLifecycleHooks{{PostCreates: []testcontainers.ContainerHook{lifeline.attach}}},
	}
}

// lifeline keeps the container's standard input open.
type lifeline struct {
	docker *testcontainers.DockerClient
	stream client.ContainerAttachResult
}

// attach runs before the start of the container, so that the container cannot outlive this process at any moment.
func (l *lifeline) attach(ctx context.Context, created testcontainers.Container) error {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("attach to the container: %w", err)
	}
	// The connection must outlive the timeout of the start.
	stream, err := docker.ContainerAttach(context.WithoutCancel(ctx), created.GetContainerID(),
		client.ContainerAttachOptions{Stream: true, Stdin: true})
	if err != nil {
		return errors.Join(fmt.Errorf("attach to the container: %w", err), docker.Close())
	}
	l.docker, l.stream = docker, stream
	return nil
}

// stop returns when Docker has removed the container, which it does after the container has exited.
func stop(started testcontainers.Container, lifeline *lifeline) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := started.Terminate(ctx, testcontainers.StopTimeout(0))
	if errdefs.IsConflict(err) || errdefs.IsNotFound(err) {
		err = nil
	}
	if lifeline.docker == nil {
		return err
	}
	lifeline.stream.Close()
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	for {
		_, inspectErr := lifeline.docker.ContainerInspect(ctx, started.GetContainerID(), client.ContainerInspectOptions{})
		if inspectErr != nil {
			if !errdefs.IsNotFound(inspectErr) {
				err = errors.Join(err, fmt.Errorf("wait for the container's removal: %w", inspectErr))
			}
			return errors.Join(err, lifeline.docker.Close())
		}
		<-ticker.C
	}
}

// waitReady returns the server's URL when a login succeeds. While the image prepares its files, the server listens only inside
// the container.
func waitReady(ctx context.Context, started testcontainers.Container, password string) (string, error) {
	host, err := started.Host(ctx)
	if err != nil {
		return "", err
	}
	mapped, err := started.MappedPort(ctx, port)
	if err != nil {
		return "", err
	}
	address := (&url.URL{Scheme: "postgres", User: url.UserPassword("postgres", password),
		Host: net.JoinHostPort(host, mapped.Port()), Path: "/postgres", RawQuery: "sslmode=disable"}).String()
	ticker := time.NewTicker(readyInterval)
	defer ticker.Stop()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return address, conn.Close(ctx)
		}
		if !running(ctx, started) {
			return "", fmt.Errorf("it exited while it started: %w\n%s", err, logTail(started))
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("wait for a login: %w (last error: %w)\n%s", ctx.Err(), err, logTail(started))
		case <-ticker.C:
		}
	}
}

func running(ctx context.Context, started testcontainers.Container) bool {
	state, err := started.State(ctx)
	return err == nil && state.Running
}

func logTail(started testcontainers.Container) string {
	logs, err := started.Logs(context.Background())
	if err != nil {
		return err.Error()
	}
	defer logs.Close()
	text, err := io.ReadAll(logs)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-logTailBytes):]))
}
