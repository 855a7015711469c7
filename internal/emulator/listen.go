package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Listen opens a port on the loopback interface: addr is an address and a port,
// 0 for any free one.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: no ADDRESS:PORT such as 127.0.0.1:0", addr)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() || ip.Zone() != "" {
		return nil, fmt.Errorf("listen on %q: not a loopback address (127.0.0.1, [::1] or localhost)", addr)
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	return l, nil
}

// Bounds of a connection. There is none on writing: answers may be slow on
// request.
const (
	headerTime  = 10 * time.Second
	requestTime = 30 * time.Second
	idleTime    = 2 * time.Minute
	maxHeader   = 1 << 17 // bytes; the query of an RPC call is in it
	graceTime   = time.Second
)

// Serve answers on a listener until the context ends; then it lets answers that
// are on their way finish, for a second at most. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    log.New(io.Discard, "", 0), // clients that break off are part of the game
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-done
	if err != nil {
		return fmt.Errorf("serve %s: %w", l.Addr(), err)
	}
	return nil
}

// ErrorHeader names, in an informational answer before a connection breaks, the
// recorded failure: timeout, refused, reset, tls or canceled.
const ErrorHeader = "X-Esaudit-Error"

// breakOff ends a connection without an HTTP answer, after leaving the client
// waiting for a while.
func breakOff(ctx context.Context, w http.ResponseWriter, why string, wait time.Duration) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		pause(ctx, wait)
		panic(http.ErrAbortHandler) // no connection of our own: net/http ends it
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	text := "HTTP/1.1 103 Early Hints\r\n" + ErrorHeader + ": " + why + "\r\n\r\n"
	if why == "tls" {
		text += "\x15\x03\x03\x00\x02\x02\x28" // the alert handshake_failure
	}
	if _, err := io.WriteString(conn, text); err != nil {
		return
	}
	if wait > 0 && conn.SetDeadline(time.Now().Add(wait)) == nil {
		_, _ = io.Copy(io.Discard, conn) // until the client gives up, or the time is over
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, not an end; where it cannot be had, the end must do
	}
}
