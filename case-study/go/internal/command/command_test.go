package command

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"setosa.dev/case-study/internal/model"
)

func TestOptions(t *testing.T) {
	o, err := Parse("nethttp", []string{"--model", "iris-forest", "--port", "8081", "--models", "elsewhere"}, os.Stderr)
	if expected := (Options{"iris-forest", "elsewhere", 8081}); err != nil || o != expected {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestRefusesOptions(t *testing.T) {
	for _, arguments := range []string{"--model ../iris", "--model=", "--port 65536", "--port -1", "--port x", "--workers 2", "iris"} {
		var output bytes.Buffer
		if _, err := Parse("nethttp", strings.Fields(arguments), &output); err == nil || output.Len() == 0 {
			t.Errorf("%s: %v, %q", arguments, err, output.String())
		}
	}
}

func TestFindsTheModelsFromTheRoot(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := defaultFolder(); got != "models" {
		t.Errorf("%s", got)
	}
	if err := os.MkdirAll("case-study/go/models", 0o700); err != nil {
		t.Fatal(err)
	}
	if got := defaultFolder(); got != "case-study/go/models" {
		t.Errorf("%s", got)
	}
}

// signalled is a server that gets SIGTERM as soon as it serves.
type signalled struct{ ended chan struct{} }

func (s signalled) Serve(listener net.Listener) error {
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		return err
	}
	<-s.ended
	return listener.Close()
}

func (s signalled) Shutdown(limit context.Context) error {
	close(s.ended)
	return limit.Err()
}

func TestSignalShutsDown(t *testing.T) {
	status := make(chan int, 1)
	go func() {
		status <- Main("test", []string{"--models", "../../models", "--port", "0"}, func(*model.Model) Server { return signalled{make(chan struct{})} })
	}()
	select {
	case got := <-status:
		if got != 0 {
			t.Errorf("exit status %d", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still serving")
	}
}

func TestExitStatus(t *testing.T) {
	none := func(*model.Model) Server { t.Fatal("served"); return nil }
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for arguments, expected := range map[string]int{
		"-h":                                   0,
		"--model other":                        2,
		"--models nowhere":                     1,
		"--models ../../models --port " + port: 1,
	} {
		if got := Main("test", strings.Fields(arguments), none); got != expected {
			t.Errorf("%s: %d, expected %d", arguments, got, expected)
		}
	}
}
