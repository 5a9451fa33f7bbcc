// Command fasthttp serves a trained iris model with github.com/valyala/fasthttp.
package main

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/valyala/fasthttp"

	"setosa.dev/case-study/internal/answer"
	"setosa.dev/case-study/internal/command"
	"setosa.dev/case-study/internal/model"
)

func main() {
	os.Exit(command.Main("fasthttp", os.Args[1:], func(m *model.Model) command.Server { return newServer(m) }))
}

// server has fasthttp's server under the names that net/http uses.
type server struct{ http fasthttp.Server }

func newServer(m *model.Model) *server {
	return &server{fasthttp.Server{
		Handler:            newHandler(m).serve,
		ErrorHandler:       refuseUnread,
		MaxRequestBodySize: answer.MaxBodyBytes,
		ReadBufferSize:     16 << 10, // which bounds the headers too
		ReadTimeout:        10 * time.Second,
		WriteTimeout:       10 * time.Second,
		IdleTimeout:        60 * time.Second,
		// A form is no row: its bytes go to the handler like any others.
		DisablePreParseMultipartForm: true,
	}}
}

func (s *server) Serve(listener net.Listener) error { return s.http.Serve(lingering{listener}) }

func (s *server) Shutdown(limit context.Context) error { return s.http.ShutdownWithContext(limit) }
