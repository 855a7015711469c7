// Package memory finds out how much memory this process may use before the
// machine swaps or the kernel ends it, and how much it uses.
//
// It reads what Linux says (proc(5), cgroups(7), the kernel's documents on
// control groups, versions 1 and 2) and the limit that Go's runtime has
// (GOMEMLIMIT). Elsewhere only that limit is known.
package memory

import (
	"bytes"
	"cmp"
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
)

// Room is how much memory a process may use in all. The zero Room is unknown.
type Room struct {
	Bytes int64
	By    string // what limits it, for people
}

// Known reports whether anything is known to limit the process.
func (r Room) Known() bool { return r.By != "" }

// GoLimit is the name of the limit of Go's runtime.
const GoLimit = "GOMEMLIMIT"

// Limit returns the limit that Go's runtime has now, in bytes;
// math.MaxInt64 for none.
func Limit() int64 { return debug.SetMemoryLimit(-1) }

// Used returns how much memory Go's runtime holds, in bytes: what its limit is
// compared with.
func Used() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// Living returns how much of the heap lived when garbage was collected last, in
// bytes; 0 before the first time.
func Living() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// Find returns the least of what the system's files and Go's limit allow a
// process that uses so many bytes now.
func Find(system fs.FS, limit, used int64) Room {
	var r Room
	take := func(bytes int64, by string) {
		if bytes >= 0 && (!r.Known() || bytes < r.Bytes) {
			r = Room{bytes, by}
		}
	}
	if free := field(system, "proc/meminfo", "MemAvailable:"); free >= 0 {
		take(used+free<<10, "available memory")
	}
	for _, dir := range groups(system) {
		most := cmp.Or(number(system, path.Join(dir, "memory.max")), number(system, path.Join(dir, "memory.limit_in_bytes")))
		if high := number(system, path.Join(dir, "memory.high")); high > 0 && (most == 0 || high < most) {
			most = high // above it, a process is slowed down until it gives memory back
		}
		now := max(number(system, path.Join(dir, "memory.current")), number(system, path.Join(dir, "memory.usage_in_bytes")))
		if most > 0 && most < math.MaxInt64>>1 {
			var cached int64 // of files: what is read again and again is given back, too, when there is need
			for _, which := range []string{"inactive_file", "active_file"} {
				stat := path.Join(dir, "memory.stat")
				cached += max(0, field(system, stat, which), field(system, stat, "total_"+which)) // version 1 has all groups below in totals
			}
			take(min(most, used+max(0, most-now+cached)), "the memory limit of the control group")
		}
	}
	if limit < math.MaxInt64 {
		take(limit, GoLimit)
	}
	return r
}

// groups returns the directories of the process's control groups and all above.
func groups(system fs.FS) []string {
	data, err := fs.ReadFile(system, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 || parts[1] != "" && parts[1] != "memory" {
			continue
		}
		top := path.Join("sys/fs/cgroup", parts[1])
		for dir := path.Join("/", parts[2]); ; dir = path.Dir(dir) {
			out = append(out, path.Join(top, dir))
			if dir == "/" {
				break
			}
		}
	}
	return out
}

// number reads a file that holds one number; 0 for none.
func number(system fs.FS, name string) int64 {
	data, err := fs.ReadFile(system, name)
	if err != nil {
		return 0
	}
	return whole(string(bytes.TrimSpace(data)))
}

// whole reads a whole number; 0 for what is none ("max", for one).
func whole(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// field reads a number by the name in front of it; -1 for none.
func field(system fs.FS, file, name string) int64 {
	data, err := fs.ReadFile(system, file)
	if err != nil {
		return -1
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			if n, err := strconv.ParseInt(words[1], 10, 64); err == nil {
				return n
			}
		}
	}
	return -1
}
