package recording

import (
	"io/fs"
	"os"
	"path"
)

// expanded is about how many bytes of answers a compressed byte becomes.
const expanded = 16

// Size returns about how many bytes of answers the recording in the directory at a path
// holds; 0 where it is none.
func Size(at string) (bytes int64) {
	fsys := os.DirFS(at)
	for _, ext := range extensions() {
		for _, dir := range []string{".", "*"} {
			files, _ := fs.Glob(fsys, path.Join(dir, callsName+ext)) // the pattern is well formed
			for _, name := range files {
				info, err := fs.Stat(fsys, name)
				switch {
				case err != nil:
				case ext == "":
					bytes += info.Size()
				default:
					bytes += info.Size() * expanded
				}
			}
		}
	}
	return bytes
}
