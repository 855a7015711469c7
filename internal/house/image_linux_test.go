package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What the image holds is enough: in an empty root, as its user, without a home,
// a folder for temporary files or a shell, the binary judges an estate. An engine
// for containers is not needed to see that, and no image is downloaded.
func TestImageRuns(t *testing.T) {
	root := t.TempDir()
	inCopy(t, checkout(t), []string{"VERSION=9.8.7-test"}, "sh", "scripts/dist.sh", "binary", "linux/"+goarch(t), filepath.Join(root, "esaudit"))
	inside := func(words ...string) (string, int) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "/esaudit", words...)
		cmd.Dir, cmd.Env = "/", []string{}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
		if os.Getuid() == 0 {
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
		} else { // without root, in a namespace of users
			cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
		}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run()
		if cmd.ProcessState == nil {
			t.Fatalf("start %v: %v", words, err)
		}
		return out.String(), cmd.ProcessState.ExitCode()
	}
	if out, code := inside("version"); code != 0 || !strings.Contains(out, "9.8.7-test") {
		t.Errorf("version ends with %d: %s", code, out)
	}
	if out, code := inside("audit", "demo", "--allow-partial"); code != 3 || !strings.Contains(out, "ES-NET-001") {
		t.Errorf("audit ends with %d: %s", code, out)
	}
}

func goarch(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}
