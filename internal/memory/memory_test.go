package memory_test

import (
	"math"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"esaudit/internal/memory"
)

const none = math.MaxInt64

func TestFind(t *testing.T) {
	const gib = int64(1) << 30
	meminfo := "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:    8388608 kB\n"
	for name, c := range map[string]struct {
		files map[string]string
		limit int64
		want  memory.Room
	}{
		"nothing known":       {nil, none, memory.Room{}},
		"the runtime's alone": {nil, gib, memory.Room{Bytes: gib, By: "GOMEMLIMIT"}},
		"the machine's":       {map[string]string{"proc/meminfo": meminfo}, none, memory.Room{Bytes: 9 * gib, By: "available memory"}},
		"the least":           {map[string]string{"proc/meminfo": meminfo}, 2 * gib, memory.Room{Bytes: 2 * gib, By: "GOMEMLIMIT"}},
		"a group of version 2": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "4294967296\n",
			"sys/fs/cgroup/a/memory.current": "3221225472\n", "sys/fs/cgroup/a/memory.stat": "anon 5\ninactive_file 1073741824\n",
		}, none, memory.Room{Bytes: 3 * gib, By: "the memory limit of the control group"}},
		"a group that has read a file twice": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "4294967296\n",
			"sys/fs/cgroup/a/memory.current": "4294967296\n", "sys/fs/cgroup/a/memory.stat": "inactive_file 1073741824\nactive_file 1073741824\n",
		}, none, memory.Room{Bytes: 3 * gib, By: "the memory limit of the control group"}},
		"a group that is slowed down": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "4294967296\n", "sys/fs/cgroup/a/memory.high": "2147483648\n", "sys/fs/cgroup/a/memory.current": "1073741824\n",
		}, none, memory.Room{Bytes: 2 * gib, By: "the memory limit of the control group"}},
		"a group that is slowed down only": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n", "sys/fs/cgroup/a/memory.high": "2147483648\n",
		}, none, memory.Room{Bytes: 2 * gib, By: "the memory limit of the control group"}},
		"a group that is ended before": {map[string]string{
			"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "2147483648\n", "sys/fs/cgroup/a/memory.high": "4294967296\n",
		}, none, memory.Room{Bytes: 2 * gib, By: "the memory limit of the control group"}},
		"a group of version 1, seen from inside": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "4:memory:/docker/1\n0::/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "2147483648\n",
			"sys/fs/cgroup/memory/memory.usage_in_bytes": "1073741824\n",
		}, none, memory.Room{Bytes: 2 * gib, By: "the memory limit of the control group"}},
		"a group of version 1 whose files a group below has read": {map[string]string{
			"proc/self/cgroup": "4:memory:/a/b\n", "sys/fs/cgroup/memory/a/memory.limit_in_bytes": "4294967296\n", "sys/fs/cgroup/memory/a/memory.usage_in_bytes": "4294967296\n",
			"sys/fs/cgroup/memory/a/memory.stat": "inactive_file 0\nactive_file 0\ntotal_inactive_file 1073741824\ntotal_active_file 1073741824\n",
		}, none, memory.Room{Bytes: 3 * gib, By: "the memory limit of the control group"}},
		"no limit in version 1": {map[string]string{
			"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, none, memory.Room{}},
		"a full group": {map[string]string{
			"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "4294967296\n", "sys/fs/cgroup/memory.current": "5294967296\n",
		}, none, memory.Room{Bytes: gib, By: "the memory limit of the control group"}},
		"nonsense": {map[string]string{"proc/meminfo": "MemAvailable: lots\n", "proc/self/cgroup": "0\n::\n"}, none, memory.Room{}},
	} {
		system := fstest.MapFS{}
		for file, text := range c.files {
			system[file] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := memory.Find(system, c.limit, gib); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestUsed(t *testing.T) {
	debug.FreeOSMemory() // what was given back by others would be taken again
	before := memory.Used()
	held := make([]byte, 64<<20)
	for i := range held {
		held[i] = 1
	}
	if after := memory.Used(); after < before+50<<20 || before <= 0 {
		t.Errorf("%d, and %d with 64 MiB more", before, after)
	}
	_ = held[len(held)-1]
}
