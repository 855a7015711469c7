package fix

import (
	"errors"
	"io/fs"
	"maps"
	"path"
)

// crashFiles is a file system that loses in a crash what was not synced: the
// contents of files, and what their directory says of them.
type crashFiles struct {
	now, kept map[string]*content
	hit       func() // before and after each operation
}

// content is a file: what was written, and how much of it was synced.
type content struct {
	live   []byte
	synced []byte
}

func newCrashFiles() *crashFiles {
	return &crashFiles{now: map[string]*content{}, kept: map[string]*content{}}
}

// crash loses what was not synced. Luck keeps what the directory says, and some
// of the bytes: a part, 0 to 1.
func (c *crashFiles) crash(luck bool, part float64) {
	if !luck {
		c.now = maps.Clone(c.kept)
	}
	for _, f := range c.now {
		rest := f.live[min(len(f.synced), len(f.live)):]
		f.live = append(append([]byte{}, f.synced...), rest[:int(float64(len(rest))*part)]...)
		f.synced = f.live
	}
	c.kept = maps.Clone(c.now)
}

func (c *crashFiles) touch() {
	if c.hit != nil {
		c.hit()
	}
}

func (c *crashFiles) ReadFile(name string) ([]byte, error) {
	f := c.now[name]
	if f == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return append([]byte{}, f.live...), nil
}

func (c *crashFiles) Create(name string) (File, error) {
	if c.now[name] != nil {
		return nil, fs.ErrExist
	}
	c.touch()
	defer c.touch()
	c.now[name] = &content{}
	return &crashFile{c, c.now[name]}, nil
}

func (c *crashFiles) Append(name string) (File, error) {
	if c.now[name] == nil {
		return nil, fs.ErrNotExist
	}
	return &crashFile{c, c.now[name]}, nil
}

func (c *crashFiles) Rename(old, new string) error {
	if c.now[old] == nil {
		return fs.ErrNotExist
	}
	c.touch()
	defer c.touch()
	c.now[new] = c.now[old]
	delete(c.now, old)
	return nil
}

func (c *crashFiles) Remove(name string) error {
	if c.now[name] == nil {
		return fs.ErrNotExist
	}
	c.touch()
	defer c.touch()
	delete(c.now, name)
	return nil
}

func (c *crashFiles) SyncDir(name string) error {
	if name != "dir" {
		return errors.New("it is not the journal's directory")
	}
	c.touch()
	defer c.touch()
	c.kept = map[string]*content{}
	for file, f := range c.now {
		if path.Dir(file) == name {
			c.kept[file] = f
		}
	}
	return nil
}

type crashFile struct {
	files *crashFiles
	of    *content
}

func (f *crashFile) Write(data []byte) (int, error) {
	f.files.touch()
	defer f.files.touch()
	f.of.live = append(f.of.live, data...)
	return len(data), nil
}

func (f *crashFile) Sync() error {
	f.files.touch()
	defer f.files.touch()
	f.of.synced = append([]byte{}, f.of.live...)
	return nil
}

func (f *crashFile) Close() error { return nil }
