package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/emulator"
	"esaudit/internal/estate"
)

// serveWord is the first word with which this program serves an estate whose rates
// are limited, until its input ends: an API that is another program does not share
// the memory and the garbage of who asks it.
const serveWord = "-serve"

// served is what a server says at its end.
type served struct {
	Refused   int
	Processor time.Duration
}

// server is a process that serves an estate.
type server struct {
	url string
	env map[string]string // the credentials that it accepts

	cmd  *exec.Cmd
	in   io.Closer
	told *bufio.Reader
}

func startServer(clusters int, seed uint64) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(self, serveWord, strconv.Itoa(clusters), strconv.FormatUint(seed, 10))}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.told = bufio.NewReader(out)
	first, err := s.told.ReadString('\n')
	words := strings.Fields(first)
	if err != nil || len(words) != 3 {
		return nil, fmt.Errorf("the server does not say where it is: %q %w", first, s.stop(&served{}))
	}
	s.url, s.env = words[0], map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": words[1], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": words[2]}
	return s, nil
}

// stop ends the server, and keeps what it says.
func (s *server) stop(at *served) error {
	s.in.Close()
	told := json.NewDecoder(s.told).Decode(at)
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return told
}

// runServer is the process that serves.
func runServer(words []string, in io.Reader, out, errs io.Writer) int {
	if err := serve(words, in, out); err != nil {
		fmt.Fprintln(errs, "bench: serve:", err)
		return 1
	}
	return 0
}

func serve(words []string, in io.Reader, out io.Writer) error {
	if len(words) != 2 {
		return fmt.Errorf("%q: clusters and a seed are needed", words)
	}
	clusters, err := strconv.Atoi(words[0])
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(words[1], 10, 64)
	if err != nil {
		return err
	}
	faults, err := limitedRates()
	if err != nil {
		return err
	}
	var refused atomic.Int64
	s, err := emulator.New([]recording.Part{estate.Large(clusters, seed).Part()}, emulator.Options{Faults: faults, After: func(r emulator.Request) bool {
		if strings.HasPrefix(r.Code, "Throttling") {
			refused.Add(1)
		}
		return true
	}})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	l, err := emulator.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		stop()
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	fmt.Fprintf(out, "http://%s %s %s\n", l.Addr(), s.Key().ID, s.Key().Secret)
	used := processorTime()
	_, err = io.Copy(io.Discard, in)
	stop()
	<-ended
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(served{int(refused.Load()), processorTime() - used})
}

// limitedRates is an API that answers after a while, and limits each operation.
func limitedRates() (emulator.Faults, error) {
	spec := []string{"latency=" + latency.String()}
	for _, c := range collector.Reads() {
		spec = append(spec, fmt.Sprintf("limit=%v/1s+fixed:%s.%s", allowed(c.Product, c.Operation).Calls, c.Product, c.Operation))
	}
	return emulator.ParseFaults(strings.Join(spec, ","))
}
