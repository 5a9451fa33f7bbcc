package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"setosa.dev/case-study/internal/contract"
	"setosa.dev/case-study/internal/fixture"
)

func TestContract(t *testing.T) {
	for _, name := range fixture.Names {
		t.Run(name, func(t *testing.T) { contract.Check(t, "http://"+start(t, name), name) })
	}
}

// A client that sends everything before it reads, as simple ones do, still gets to read why it is refused.
func TestRefusalArrives(t *testing.T) {
	address := start(t, "iris")
	for _, head := range []string{
		"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n",
		"POST /predict HTTP/1.1\r\nHost: a\r\nX: ", // which does not end within the limit
	} {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if _, err := io.WriteString(connection, head+strings.Repeat("x", 200_000)); err != nil {
			t.Fatalf("%.40q: %v", head, err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatalf("%.40q: %v", head, err)
		}
		if _, err := io.ReadAll(response.Body); err != nil || response.StatusCode < 400 {
			t.Errorf("%.40q: %d, %v", head, response.StatusCode, err)
		}
	}
}

func TestNoRequest(t *testing.T) {
	address := start(t, "iris")
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, "\x16\x03\x01 this is not HTTP\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil || response.StatusCode != http.StatusBadRequest {
		t.Errorf("%+v, %v", response, err)
	}
}

// start serves a model on a free port and answers its address.
func start(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(fixture.Model(t, name))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(limit); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// BenchmarkHandler is a request's way through the handler, without fasthttp's own reading and writing.
func BenchmarkHandler(b *testing.B) {
	for _, name := range fixture.Names {
		b.Run(name, func(b *testing.B) {
			h := newHandler(fixture.Model(b, name))
			var bodies [][]byte
			for _, row := range fixture.Load(b, name).Rows {
				bodies = append(bodies, []byte(contract.Body(row)))
			}
			var ctx fasthttp.RequestCtx
			ctx.Request.Header.SetMethod(fasthttp.MethodPost)
			ctx.Request.SetRequestURI("/predict")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				ctx.Request.SetBodyRaw(bodies[i%len(bodies)])
				h.serve(&ctx)
			}
		})
	}
}
