package main

import (
	"context"
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"esaudit/ci"
	"esaudit/report/planned"
)

//go:embed esaudit.yaml
var startingConfig []byte

// startFile is a file that init writes, by its slash-separated path.
type startFile struct {
	name string
	data []byte
	why  string
}

func (a *app) initCommand() *cobra.Command {
	engine := choice{value: "github", allowed: []string{"github", "gitlab", "none"}}
	var dir string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a starting configuration, the RAM policy and a CI workflow",
		Long: `init writes what a first hour needs: esaudit.yaml, with every declaration
explained; esaudit-policy.json, the least RAM policy that a collection needs; and
a workflow that audits every day. It overwrites nothing.`,
		Example: `  esaudit init
  esaudit init --ci gitlab --dir infrastructure`,
		Args: arguments(0),
		RunE: a.command(func(context.Context, *cobra.Command, []string) error { return a.start(engine.value, dir) }),
	}
	cmd.Flags().Var(&engine, "ci", "`ENGINE` of the workflow: github, gitlab, none")
	cmd.Flags().StringVar(&dir, "dir", ".", "write into `DIR`")
	return cmd
}

func (a *app) start(engine, dir string) error {
	policy, err := document(collectPolicy(false))
	if err != nil {
		return err
	}
	files := []startFile{
		{"esaudit.yaml", startingConfig, "declare what no call can tell: proxies, own networks, partners"},
		{"esaudit-policy.json", policy, "make a policy of it in RAM, and attach it to the role that audits"},
	}
	switch engine {
	case "github":
		files = append(files, startFile{".github/esaudit.sh", ci.Read("esaudit.sh"), "what the workflow runs"},
			startFile{".github/workflows/esaudit.yml", ci.Read("github/esaudit.yml"), "a daily audit; its head says what to set once"})
	case "gitlab":
		files = append(files, startFile{".gitlab/esaudit.sh", ci.Read("esaudit.sh"), "what the job runs"},
			startFile{".gitlab/esaudit.yml", ci.Read("gitlab/esaudit.yml"), "a scheduled audit; its head says what to set once"})
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return usagef("init: %s is no directory; name another one (--dir)", dir)
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return usagef("init: %w", err)
			}
			return usagef("init: %s is there already; nothing was written: move it away, or name another directory (--dir)", path)
		}
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return usagef("init: %w", err)
		}
		if err := a.write(destination{"starting file", path}, f.data); err != nil {
			return err
		}
		a.note("init: wrote %s: %s", path, f.why)
	}
	for _, next := range []string{
		`aliyun ram CreatePolicy --PolicyName esaudit --PolicyDocument "$(cat ` + planned.Quote(filepath.Join(dir, "esaudit-policy.json")) + `)"`,
		`aliyun ram AttachPolicyToUser --PolicyType Custom --PolicyName esaudit --UserName NAME (or AttachPolicyToRole --RoleName NAME)`,
		"esaudit doctor, which says what is missing, then esaudit audit",
	} {
		a.note("init: next: %s", next)
	}
	return nil
}
