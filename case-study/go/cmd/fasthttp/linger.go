package main

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// How much of a refused request is still taken in, so that the client gets to read why.
const (
	lingerBytes = 1 << 20
	lingerTime  = 500 * time.Millisecond
)

// lingering makes connections that can be closed without losing the last answer. A system that closes a socket with
// unread data resets the connection, upon which the client may drop an answer that it has not read yet; net/http sees
// to that by itself, fasthttp does not.
type lingering struct{ net.Listener }

func (l lingering) Accept() (net.Conn, error) {
	connection, err := l.Listener.Accept()
	if tcp, ok := connection.(*net.TCPConn); ok {
		return &lingeringConnection{TCPConn: tcp}, err
	}
	return connection, err
}

type lingeringConnection struct {
	*net.TCPConn
	linger atomic.Bool // atomic, since Shutdown closes idle connections from another goroutine
}

func (c *lingeringConnection) Close() error {
	if c.linger.Swap(false) {
		if c.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
			_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes)
		}
	}
	return c.TCPConn.Close()
}
