package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"setosa.dev/case-study/internal/model"
)

// shutdownTime is how long requests under way have to end after a signal.
const shutdownTime = 5 * time.Second

// Server is what both HTTP libraries can do.
type Server interface {
	// Serve answers until Shutdown is called.
	Serve(net.Listener) error
	// Shutdown closes the listener, waits for the requests under way, and gives up when the context ends.
	Shutdown(context.Context) error
}

// Main runs a command until SIGTERM or SIGINT and answers its exit status.
func Main(program string, arguments []string, serverOf func(*model.Model) Server) int {
	options, err := Parse(program, arguments, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if err := run(options, serverOf); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		return 1
	}
	return 0
}

func run(options Options, serverOf func(*model.Model) Server) error {
	m, err := model.Load(options.Folder, options.Model)
	if err != nil {
		return err
	}
	// From here on, so that a signal during the start ends it in good order as well.
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(options.Port)))
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s on http://%s/predict\n", m.Name, listener.Addr())

	server := serverOf(m)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ending.Done():
		stop() // A second signal ends the process at once.
		limited, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		return server.Shutdown(limited)
	}
}
