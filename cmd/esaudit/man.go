package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual pages that packages hold. Their date is
// SOURCE_DATE_EPOCH, or the beginning of 1970.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write a manual page for each command into a directory",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			epoch, err := strconv.ParseInt(a.getenv("SOURCE_DATE_EPOCH"), 10, 64)
			if err != nil {
				epoch = 0
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			date := time.Unix(epoch, 0).UTC()
			return a.writeManual(cmd.Root(), args[0], doc.GenManHeader{Section: "1", Source: "esaudit " + version, Manual: "esaudit", Date: &date})
		},
	}
}

// writeManual writes the page of a command and of those below it.
func (a *app) writeManual(cmd *cobra.Command, dir string, header doc.GenManHeader) error {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			if err := a.writeManual(c, dir, header); err != nil {
				return err
			}
		}
	}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	header.Title = strings.ToUpper(name)
	cmd.DisableAutoGenTag = true
	var page bytes.Buffer
	if err := doc.GenMan(cmd, &header, &page); err != nil {
		return err
	}
	return a.write(destination{"man", filepath.Join(dir, name+".1")}, page.Bytes())
}
