package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"esaudit/collector"
	"esaudit/collector/recording"
	"esaudit/internal/estate"
	"esaudit/snapshot"
)

// Canonical text of a snapshot around its accounts.
const (
	accountsBegin = "{\n  \"accounts\": [\n"
	accountsEnd   = "\n  ],\n  \"schema\": \"" + snapshot.Schema + "\"\n}\n"
)

// scale writes an organisation of several large accounts, one after the other,
// and measures what a question and an audit take: processor time, time, and the
// most memory. A run that is refused says so. Where dir is "", the file is not
// kept.
func scale(out io.Writer, dir string, accounts, clusters int, seed uint64) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "bench"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	program, file := filepath.Join(dir, "esaudit"), filepath.Join(dir, "snapshot.json")
	if err := build(program, "./cmd/esaudit"); err != nil {
		return err
	}
	objects, asked, err := writeAccounts(file, accounts, clusters, seed)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	each := func(bytes float64) string { return fmt.Sprintf("%.2f KB", bytes/float64(objects)/1e3) }
	fmt.Fprintf(out, "%d accounts of %d clusters: %d objects, %.1f MB, %s of text each\n", accounts, clusters, objects, float64(info.Size())/1e6, each(float64(info.Size())))
	for _, words := range [][]string{append([]string{"reach", file}, asked...), {"audit", file, "--quiet", "-f", "json", "-o", filepath.Join(dir, "report.json")}} {
		_, took, err := process(program, words...)
		if err != nil {
			return err
		}
		ended := ""
		if took.Code == 1 || took.Code == 2 {
			ended = fmt.Sprintf("; refused (code %d)", took.Code)
		}
		fmt.Fprintf(out, "%-8s %10s of processors, %10s; %8.1f MB at the peak, %s an object (aim 2.5)%s\n",
			words[0], short(took.Processor), short(took.Elapsed), float64(took.Peak)/1e6, each(float64(took.Peak)), ended)
	}
	return nil
}

// writeAccounts writes a snapshot of several accounts, and returns how many objects
// it has and a question about it.
func writeAccounts(name string, accounts, clusters int, seed uint64) (objects int, asked []string, err error) {
	file, err := os.Create(name)
	if err != nil {
		return 0, nil, err
	}
	w := bufio.NewWriter(file)
	defer func() { err = errors.Join(err, w.Flush(), file.Close()) }()
	if _, err = w.WriteString(accountsBegin); err != nil {
		return 0, nil, err
	}
	for i := range accounts {
		part := estate.LargeIn(fmt.Sprintf("%016d", 1000000000000001+i), clusters, seed+uint64(i)).Part()
		s, err := collector.Assemble([]recording.Part{part})
		if err != nil {
			return 0, nil, err
		}
		a := s.Accounts()[0]
		for _, kind := range snapshot.Kinds() {
			objects += len(a.Objects(kind))
		}
		if asked == nil {
			asked = []string{"--from", "ecs:" + a.Objects(snapshot.ECS)[0].ID, "--to", "es:" + a.Objects(snapshot.Cluster)[0].ID + ":9200"}
		}
		text, begun := bytes.CutPrefix(s.Canonical(), []byte(accountsBegin))
		text, ended := bytes.CutSuffix(text, []byte(accountsEnd))
		if !begun || !ended {
			return 0, nil, errors.New("canonical text does not look like that any more")
		}
		if _, err := w.WriteString(strings.Repeat(",\n", min(i, 1))); err != nil {
			return 0, nil, err
		}
		if _, err := w.Write(text); err != nil {
			return 0, nil, err
		}
	}
	_, err = w.WriteString(accountsEnd)
	return objects, asked, err
}
