package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"esaudit/collector/recording"
	"esaudit/collector/terraform"
	"esaudit/snapshot"
)

// estate is where the picture comes from, read.
type estate struct {
	snapshot *snapshot.Snapshot
	file     string // the snapshot file as it was named; "" for everything else
	plan     string // the Terraform plan that it is, or that is laid over it
	origins  *origins
}

// isEmpty says what is wrong with an estate or a plan of which there is no text.
const isEmpty = "it is empty: was it written to the end?"

// liveEstate is the ESTATE that is collected: the accounts that are asked.
const liveEstate = "live"

// kinds says what an ESTATE can be.
const kinds = "an ESTATE is live, demo, the directory of a recording, a snapshot (.json, .json.gz, .json.zst), or a Terraform plan (`terraform show -json`)"

// load reads the ESTATE that args name, or collects it. What cannot be read is
// the user's to mend.
func (a *app) load(ctx context.Context, args []string, l *liveFlags) (estate, error) {
	name := liveEstate
	if len(args) > 0 {
		name = args[0]
	}
	if name != liveEstate && l != nil {
		if flag := a.asking(l); flag != "" {
			return estate{}, usagef("open estate: %s is for live accounts; %s is read as it is", flag, name)
		}
	}
	var e estate
	var err error
	switch name {
	case liveEstate:
		r, failed := a.collectLive(ctx, l)
		if failed != nil {
			return estate{}, failed
		}
		e, err = estateOf(name, r)
	case "demo":
		r, failed := a.collectDemo(ctx)
		if failed != nil {
			return estate{}, failed
		}
		e, err = estateOf(name, r)
	default:
		a.largePages(name)
		e, err = open(name, a.known)
	}
	if err != nil {
		return estate{}, usage(err)
	}
	if name != liveEstate && l != nil {
		if region := a.outside(l, e.snapshot); region != "" {
			return estate{}, usagef("open estate: --region is for live accounts; %s has %s too and is read as it is", name, region)
		}
	}
	return e, ctx.Err()
}

// open finds out from its content what kind of estate a file or a directory is. known is
// what is known of texts of snapshots; nil for nothing.
func open(name string, known *snapshot.Known) (estate, error) {
	switch name {
	case "":
		return estate{}, errors.New("open estate: its name is empty; " + kinds)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return estate{}, fmt.Errorf("open estate: %s is not there; %s", name, kinds)
	case err != nil:
		return estate{}, fmt.Errorf("open estate: %w", err)
	case info.IsDir():
		if err := fitsAs("recording", recording.Size(name), toAssemble(), "read"); err != nil {
			return estate{}, err
		}
		r, err := recording.Open(name)
		return assemble(name, r, err)
	}
	e, err := readEstate(name, known)
	if err != nil {
		return estate{}, fmt.Errorf("open estate %s: %w", name, err)
	}
	return e, nil
}

func assemble(name string, r *recording.Recording, err error) (estate, error) {
	if err != nil {
		return estate{}, err
	}
	return estateOf(name, r)
}

// readSnapshot reads a snapshot's file.
func readSnapshot(name string) (*snapshot.Snapshot, error) {
	e, err := readEstate(name, nil)
	if err == nil && e.plan != "" {
		err = errors.New("a Terraform plan; a snapshot is wanted here")
	}
	return e.snapshot, err
}

func readEstate(name string, known *snapshot.Known) (estate, error) {
	source, err := readSource(name, known)
	if err != nil {
		return estate{}, err
	}
	s, err := source.Snapshot()
	if err == nil {
		return estate{snapshot: s, file: name}, nil
	}
	data := []byte(source.Text())
	if root, err := snapshot.ParseJSON(data); err == nil && terraform.IsPlan(root) {
		return readTerraform(name, data)
	}
	if mistake := mistakenFor(data); mistake != "" {
		return estate{}, errors.New(mistake)
	}
	return estate{}, err
}

// readSource reads the text of a file, which may be compressed.
func readSource(name string, known *snapshot.Known) (*snapshot.Source, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in, what, err := expand(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var source *snapshot.Source
	info, _ := file.Stat() // nil: it is read as if nothing was known of it
	if info != nil && info.Mode().IsRegular() && what == "" {
		source, err = readRegular(file, info.Size(), known)
	} else if tight(expected(info)) {
		source, err = known.ReadPacked(&fitting{in: in}, 0)
	} else {
		source, err = known.ReadSource(&fitting{in: in}, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("%s%w", what, cutShort(err))
	}
	return source, nil
}

// pressed is about how many bytes of text a byte of a compressed snapshot is at most.
const pressed = 40

// expected is about how long the text of a compressed file may be, and that of what is no
// file, such as a pipe: of that nobody knows, and it may be as long as a text is kept.
func expected(info os.FileInfo) int64 {
	if info == nil || !info.Mode().IsRegular() {
		return snapshot.KeptText
	}
	return min(info.Size()*pressed, snapshot.KeptText)
}

// cutShort says in words that a file is not whole.
func cutShort(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends in the middle")
	}
	return err
}

// readRegular reads a text of so many bytes, which is not compressed.
func readRegular(file io.ReaderAt, size int64, known *snapshot.Known) (*snapshot.Source, error) {
	if err := fits(size, toRead(), "read"); err != nil {
		return nil, err
	}
	if tight(size) {
		return known.ReadPacked(&fitting{in: io.NewSectionReader(file, 0, math.MaxInt64)}, int(min(size, snapshot.MaxSize)))
	}
	return known.ReadAt(&growing{in: file, size: size}, int(min(size, snapshot.MaxSize)))
}

// expand reads a file that may be compressed, or a text with a byte order mark:
// gzip and zstd files begin with marks of their own (RFC 1952, RFC 8878). What is put in front of errors is ""
// for a file that is not.
func expand(file io.Reader) (in io.ReadCloser, what string, err error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", err
	}
	head = head[:n]
	all := io.MultiReader(bytes.NewReader(head), file)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(all)
		if err != nil {
			return nil, "", fmt.Errorf("expand gzip: %w", cutShort(err))
		}
		return z, "expand gzip: ", nil
	case isZstd(head):
		z, err := zstd.NewReader(all, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(1<<27))
		if err != nil {
			return nil, "", fmt.Errorf("expand zstd: %w", cutShort(err))
		}
		return z.IOReadCloser(), "expand zstd: ", nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")), bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		data, err := io.ReadAll(&fitting{in: io.LimitReader(all, snapshot.MaxSize)})
		return io.NopCloser(bytes.NewReader(snapshot.PlainText(data))), "decode text: ", err
	}
	return io.NopCloser(all), "", nil
}

// isZstd reports whether a file begins with a frame of zstd, or with one that is skipped
// (RFC 8878, section 3.1).
func isZstd(head []byte) bool {
	return bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) || len(head) > 0 && head[0]>>4 == 5 && bytes.Equal(head[1:], []byte{0x2a, 0x4d, 0x18})
}

// mistakenFor says what a file that is no snapshot is instead; "" when it looks
// like a snapshot with a mistake in it.
func mistakenFor(data []byte) string {
	first, _, _ := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	if len(first) == 0 {
		return isEmpty
	}
	if call, err := snapshot.ParseJSON(first); err == nil && call.Get("operation").Exists() {
		return "it holds recorded answers; name the directory it stands in"
	}
	if mistake := terraform.MistakenFor(data); mistake != "" {
		return mistake
	}
	if !bytes.HasPrefix(first, []byte("{")) {
		return "unknown kind of estate; " + kinds
	}
	root, err := snapshot.ParseJSON(data)
	if err != nil {
		return ""
	}
	schema := root.Get("schema").Text()
	switch {
	case strings.HasPrefix(schema, "esaudit.recording/"):
		return "it is the head of a recording; name the directory it stands in"
	case strings.HasPrefix(schema, "esaudit.") && !strings.HasPrefix(schema, "esaudit.snapshot/"):
		return fmt.Sprintf("it is no estate but %s; name the snapshot that was made from", schema)
	case schema == "":
		return "unknown kind of estate; " + kinds
	}
	return ""
}

// uri is the path of a snapshot file below the working directory, with slashes;
// "" when there is none.
func (e estate) uri() string {
	if e.file == "" {
		return ""
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return ""
	}
	path, err := filepath.Abs(e.file)
	if err != nil {
		return ""
	}
	relative, err := filepath.Rel(here, path)
	if err != nil || !filepath.IsLocal(relative) {
		return ""
	}
	return filepath.ToSlash(relative)
}
