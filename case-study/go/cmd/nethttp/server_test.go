package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"setosa.dev/case-study/internal/contract"
	"setosa.dev/case-study/internal/fixture"
)

func TestContract(t *testing.T) {
	for _, name := range fixture.Names {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(nil)
			server.Config = newServer(fixture.Model(t, name))
			server.Start()
			t.Cleanup(server.Close)
			contract.Check(t, server.URL, name)
		})
	}
}

// discard is a ResponseWriter that keeps its header, as a connection's does not: the figures lack that map.
type discard struct{ header http.Header }

func (d discard) Header() http.Header          { return d.header }
func (discard) Write(text []byte) (int, error) { return len(text), nil }
func (discard) WriteHeader(int)                {}

type body struct{ *bytes.Reader }

func (body) Close() error { return nil }

// BenchmarkHandler is a request's way through the handler, without net/http's own reading and writing.
func BenchmarkHandler(b *testing.B) {
	for _, name := range fixture.Names {
		b.Run(name, func(b *testing.B) {
			h := newHandler(fixture.Model(b, name))
			var bodies [][]byte
			for _, row := range fixture.Load(b, name).Rows {
				bodies = append(bodies, []byte(contract.Body(row)))
			}
			sent := bytes.NewReader(nil)
			request := httptest.NewRequest(http.MethodPost, "/predict", io.NopCloser(sent))
			request.Body = body{sent}
			w := discard{http.Header{}}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				sent.Reset(bodies[i%len(bodies)])
				h.ServeHTTP(w, request)
			}
		})
	}
}
