// Package cache keeps answers between runs in a folder, and believes only what it
// wrote itself.
//
// # What it answers
//
// What an earlier run kept under a name: answers by their keys, each 32 bytes that
// stand for everything the answer rests on.
//
// # What it assumes
//
// The secret is known to those alone who may decide what a report says. Whoever
// can write to the folder and does not know it can delete answers and bring back
// old ones under the name they were kept under, which are right for their keys; he
// can make up none.
//
// # Limits
//
// A name has one file, which is written whole: of two runs at the same time, the
// answers of the one that ends last are kept.
package cache

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"golang.org/x/sync/errgroup"
)

// Key stands for everything that an answer rests on, or for a name.
type Key = [sha256.Size]byte

// Store is a folder of answers. Several processes may use it at once.
type Store struct {
	dir    string
	secret []byte
	limit  int64
}

// Limit is how large the files of a folder are together, in bytes. What is larger
// by itself is not kept.
const Limit = 1 << 30

// magic begins a file: another one begins those of another version.
const magic = "esaudit.cache/v2\n"

const suffix = ".esaudit-cache"

// Open makes a folder ready, for its owner alone. Files that other secrets have
// signed are not believed. Those that were written longest ago are dropped when all
// together are larger than limit bytes.
func Open(dir string, secret []byte, limit int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	return &Store{dir, secret, limit}, nil
}

// Load returns what is kept under a name; nothing when nothing is. An error says
// why what stands there is not believed.
func (s *Store) Load(name Key) (map[Key]string, error) {
	file := s.file(name)
	text, err := s.read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read cache: %w", err)
	}
	answers, err := s.open(name, text)
	if err != nil {
		return nil, fmt.Errorf("read cache: %s: %w", file, err)
	}
	return answers, nil
}

// read reads a regular file that is not larger than any that was kept.
func (s *Store) read(file string) (string, error) {
	info, err := os.Lstat(file)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > s.limit {
		return "", fmt.Errorf("%s: no file of the cache", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	b.Grow(int(info.Size()))
	_, err = io.Copy(&b, io.LimitReader(f, s.limit))
	return b.String(), err
}

func (s *Store) open(name Key, text string) (map[Key]string, error) {
	if !strings.HasPrefix(text, magic) {
		return nil, errors.New("no file of this version of the cache")
	}
	sum, body := text[len(magic):], ""
	if len(sum) < sha256.Size {
		return nil, errors.New("it ends in the middle")
	}
	sum, body = sum[:sha256.Size], sum[sha256.Size:]
	if !hmac.Equal([]byte(sum), s.sign(name, strings.NewReader(body), len(body))) {
		return nil, errors.New("it was changed, or signed with another key")
	}
	answers := map[Key]string{}
	for len(body) > 0 {
		if len(body) < sha256.Size+8 {
			return nil, errors.New("it ends in the middle")
		}
		key, size := Key([]byte(body[:sha256.Size])), binary.LittleEndian.Uint64([]byte(body[sha256.Size:sha256.Size+8]))
		if body = body[sha256.Size+8:]; size > uint64(len(body)) {
			return nil, errors.New("it ends in the middle")
		}
		answers[key], body = body[:size], body[size:]
	}
	return answers, nil
}

// Answers are what is kept under one name, in the form in which it is kept: each is
// written in its place.
type Answers struct{ text []byte }

// Beside is how many bytes stand beside each answer.
const Beside = sha256.Size + 8

// NewAnswers makes room for about so many bytes.
func NewAnswers(size int) *Answers { return &Answers{make([]byte, head, head+size)} }

// head is how many bytes stand in front of the first answer.
const head = len(magic) + sha256.Size

// Add adds an answer under a key that no other one has: what write appends. There is none
// when that returns nil.
func (a *Answers) Add(key Key, write func([]byte) []byte) {
	size := len(a.text) + len(key)
	if text := write(binary.LittleEndian.AppendUint64(append(a.text, key[:]...), 0)); text != nil {
		binary.LittleEndian.PutUint64(text[size:], uint64(len(text)-size-8))
		a.text = text
	}
}

// Text adds an answer that is there.
func (a *Answers) Text(key Key, answer string) {
	a.Add(key, func(b []byte) []byte { return append(b, answer...) })
}

// Save keeps answers under a name, in place of those that are kept there.
func (s *Store) Save(name Key, answers *Answers) error {
	if int64(len(answers.text)) > s.limit {
		return nil
	}
	copy(answers.text, magic)
	copy(answers.text[len(magic):], s.sign(name, bytes.NewReader(answers.text[head:]), len(answers.text)-head))
	if err := maybe.WriteFile(s.file(name), answers.text, 0o600); err != nil {
		return fmt.Errorf("write cache: %w", err)
	}
	return s.trim()
}

// trim drops the files that were written longest ago, while there are too many.
func (s *Store) trim() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("trim cache: %w", err)
	}
	var files []fs.FileInfo
	total := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && own(info.Name()) {
			files = append(files, info)
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for len(files) > 1 && total > s.limit {
		if err := os.Remove(filepath.Join(s.dir, files[0].Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("trim cache: %w", err)
		}
		total -= files[0].Size()
		files = files[1:]
	}
	return nil
}

// own reports whether a file is the cache's: one that is kept, or one that a run began
// which was stopped.
func own(name string) bool {
	return strings.HasSuffix(name, suffix) || strings.HasPrefix(name, ".") && strings.Contains(name, suffix)
}

// signedAtOnce is how much of what is kept is digested by one goroutine at a time, in bytes.
const signedAtOnce = 1 << 20

// sign signs the digests of the pieces of what is kept, of so many bytes.
func (s *Store) sign(name Key, body io.ReaderAt, size int) []byte {
	sums := make([][sha256.Size]byte, (size+signedAtOnce-1)/signedAtOnce)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range sums {
		group.Go(func() error {
			h := sha256.New()
			_, err := io.Copy(h, io.NewSectionReader(body, int64(i)*signedAtOnce, signedAtOnce))
			h.Sum(sums[i][:0])
			return err
		})
	}
	_ = group.Wait() // what is in memory is read to its end
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(magic))
	h.Write(name[:])
	for _, sum := range sums {
		h.Write(sum[:])
	}
	return h.Sum(nil)
}

// Derive returns a secret for one purpose, of which the store's cannot be told.
func (s *Store) Derive(purpose string) []byte {
	h := hmac.New(sha256.New, s.secret)
	_, _ = io.WriteString(h, "secret for "+purpose) // a hash takes everything
	return h.Sum(nil)
}

func (s *Store) file(name Key) string {
	return filepath.Join(s.dir, hex.EncodeToString(name[:])+suffix)
}
