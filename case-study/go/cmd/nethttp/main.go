// Command nethttp serves a trained iris model with net/http and encoding/json.
package main

import (
	"net/http"
	"os"
	"time"

	"setosa.dev/case-study/internal/command"
	"setosa.dev/case-study/internal/model"
)

func main() {
	os.Exit(command.Main("nethttp", os.Args[1:], func(m *model.Model) command.Server { return newServer(m) }))
}

func newServer(m *model.Model) *http.Server {
	return &http.Server{
		Handler:           newHandler(m),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
}
