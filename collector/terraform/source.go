package terraform

import (
	"io/fs"
	slash "path"
	"strings"
)

// Place is where something is written: a file below the root that sources were
// read from, with slashes, and its 1-based line.
type Place struct {
	File string
	Line int
}

// Sources finds resource blocks in the .tf and .tf.json files of a configuration
// and of the modules it calls from its own directory tree.
type Sources struct {
	blocks map[block][]written // first what overrides the others
	read   int                 // directories
}

// written is a block in a file.
type written struct {
	file string
	body body
	line int
}

// body is what a resource block holds. lineOf is where an attribute, given by its
// names from the outside in, has a value; line when it is not there.
type body interface {
	lineOf(names []string, value string, line int) int
}

// declaration is a block of a file: a resource with its type and name, or a
// module with its name and where it is from.
type declaration struct {
	labels []string
	body   body
	line   int
	source string
}

// Bounds of what is read as a source file: bytes, nested brackets, modules in
// modules, and directories.
const (
	maxSource      = 1 << 18
	maxNesting     = 200
	maxModules     = 16
	maxDirectories = 2000
)

// ReadSources reads the .tf and .tf.json files (OpenTofu's .tofu too) of the
// directory dir of a file system. Files that do not parse are left out: a place is
// a convenience.
func ReadSources(root fs.FS, dir string) *Sources {
	s := &Sources{blocks: map[block][]written{}}
	s.module(root, slash.Clean(dir), "", maxModules)
	return s
}

// Empty reports whether no resource was found.
func (s *Sources) Empty() bool { return s == nil || len(s.blocks) == 0 }

func (s *Sources) module(root fs.FS, dir, names string, depth int) {
	if s.read++; depth == 0 || s.read > maxDirectories || !fs.ValidPath(dir) {
		return
	}
	files, err := fs.ReadDir(root, dir)
	if err != nil {
		return
	}
	for _, file := range files {
		name := slash.Join(dir, file.Name())
		if over, ok := strings.CutSuffix(strings.TrimSuffix(name, ".json"), ".tf"); ok {
			if _, err := fs.Stat(root, over+".tofu"+strings.TrimPrefix(name, over+".tf")); err == nil {
				continue // OpenTofu reads the other one
			}
		}
		for _, d := range declarations(root, name) {
			switch {
			case len(d.labels) == 2:
				s.add(block{names, d.labels[0], d.labels[1]}, written{name, d.body, d.line})
			case strings.HasPrefix(d.source, "./") || strings.HasPrefix(d.source, "../"):
				s.module(root, slash.Join(dir, d.source), inner(names, d.labels[0]), depth-1)
			}
		}
	}
}

// add adds a block. One of an override file is merged over the others; of several
// such files the last one counts.
func (s *Sources) add(b block, w written) {
	stem := strings.TrimSuffix(slash.Base(w.file), ".json")
	stem = strings.TrimSuffix(stem, slash.Ext(stem))
	if stem == "override" || strings.HasSuffix(stem, "_override") {
		s.blocks[b] = append([]written{w}, s.blocks[b]...)
	} else {
		s.blocks[b] = append(s.blocks[b], w)
	}
}

// declarations are those of a file; none of one that is no source, is too large
// or does not parse.
func declarations(root fs.FS, name string) []declaration {
	var read func(data []byte, name string) []declaration
	switch {
	case strings.HasSuffix(name, ".tf"), strings.HasSuffix(name, ".tofu"):
		read = declaredInHCL
	case strings.HasSuffix(name, ".tf.json"), strings.HasSuffix(name, ".tofu.json"):
		read = declaredInJSON
	default:
		return nil
	}
	info, err := fs.Stat(root, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil
	}
	data, err := fs.ReadFile(root, name)
	if err != nil || tooDeep(data) {
		return nil
	}
	return read(data, name)
}

// Place returns where the value at a pointer is written: the element that has
// the value, else the attribute, else the block. ok is false when no resource
// says it, or its block is in no file.
func (s *Sources) Place(of *Origins, pointer string) (p Place, ok bool) {
	origin, ok := of.Of(pointer)
	if !ok || s == nil {
		return Place{}, false
	}
	blocks := s.blocks[origin.block]
	if len(blocks) == 0 {
		return Place{}, false
	}
	value := of.root.Resolve(pointer).Text()
	for _, w := range blocks {
		if line := w.body.lineOf(strings.Split(origin.Attribute, "."), value, 0); line > 0 {
			return Place{w.file, line}, true
		}
	}
	last := blocks[len(blocks)-1]
	return Place{last.file, last.line}, true
}

// tooDeep bounds how deep the parser goes.
func tooDeep(data []byte) bool {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '(', '[', '{':
			depth++
			most = max(most, depth)
		case ')', ']', '}':
			depth--
		}
	}
	return most > maxNesting
}
