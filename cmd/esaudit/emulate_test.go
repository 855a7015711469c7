package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// emulatorProcess is the program itself, emulating.
type emulatorProcess struct {
	cmd        *exec.Cmd
	url        string
	id, secret string
}

// emulate starts the program as esaudit emulate WORD... and waits for its two
// lines.
func emulate(t *testing.T, words ...string) *emulatorProcess {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &emulatorProcess{cmd: &exec.Cmd{Path: path, Args: append([]string{"esaudit", "emulate"}, words...), Stderr: os.Stderr}}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("it says nothing")
	}
	p.url = lines.Text()
	if lines.Scan() {
		p.id, p.secret, _ = strings.Cut(lines.Text(), " ")
	}
	return p
}

// kill ends the process as a power cut does, as far as a process can tell.
func (p *emulatorProcess) kill() {
	_ = p.cmd.Process.Kill() // it may have ended already,
	_ = p.cmd.Wait()         // and then nobody waits for it twice
}

// RoundTrip sends the SDK's requests to the process.
func (p *emulatorProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.Host, out.URL.Host = r.URL.Hostname(), strings.TrimPrefix(p.url, "http://")
	return http.DefaultTransport.RoundTrip(out)
}

// allow adds an address to a new whitelist group, and says whether that was
// answered with success.
func (p *emulatorProcess) allow(id, secret, ip string) (bool, error) {
	config := sdk.NewConfig()
	config.Transport = p
	c, err := sdk.NewClientWithOptions("cn-hangzhou", config, credentials.NewAccessKeyCredential(id, secret))
	if err != nil {
		return false, err
	}
	r := requests.NewCommonRequest()
	r.Method, r.Domain, r.Version, r.ApiName = http.MethodPost, "elasticsearch.cn-hangzhou.aliyuncs.com", "2017-06-13", "ModifyWhiteIps"
	r.PathPattern, r.PathParams = "/openapi/instances/[InstanceId]/actions/modify-white-ips", map[string]string{"InstanceId": "es-cn-orderssearch1"}
	r.SetContentType("application/json")
	r.SetContent(fmt.Appendf(nil, `{"modifyMode":"Append","whiteIpGroup":{"groupName":"default","ips":[%q],"whiteIpType":"PUBLIC_ES"}}`, ip))
	response, err := c.ProcessCommonRequest(r)
	return err == nil && response.GetHttpStatus() == http.StatusOK, err
}

// allowed reports whether the recording in a directory says that an address may
// come in.
func allowed(t *testing.T, dir, ip string) bool {
	t.Helper()
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(r.Parts[0].Answers, func(a api.Answer) bool {
		return a.Operation == "DescribeInstance" && strings.Contains(string(a.Body), `"`+ip+`"`)
	})
}

// The program is killed as it writes, again and again: what it answered has
// happened, whatever it answered the estate can be opened, and the next one goes
// on.
func TestEmulatorKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	must := map[string]bool{} // addresses that have to be there
	between := 0
	for n := range 8 {
		p := emulate(t, "demo", "--state", dir, "--settle", "0", "--read-only-key", "reader:r")
		for ip := range must {
			if !allowed(t, dir, ip) {
				t.Errorf("run %d: %s is not there", n, ip)
			}
		}
		if ok, err := p.allow("reader", "r", "192.0.2.1"); ok || err == nil || !strings.Contains(err.Error(), "elasticsearch:ModifyWhiteIps") {
			t.Errorf("with a key for reading: %v", err)
		}
		sure, maybe := fmt.Sprintf("192.0.2.%d", 100+n), fmt.Sprintf("192.0.2.%d", 200+n)
		if ok, err := p.allow(p.id, p.secret, sure); !ok {
			t.Errorf("run %d: %v", n, err)
		}
		must[sure] = true
		before := stateOf(t, dir)
		done := make(chan bool, 1)
		go func() {
			ok, _ := p.allow(p.id, p.secret, maybe)
			done <- ok
		}()
		for n%2 == 1 && stateOf(t, dir) == before && len(done) == 0 {
			runtime.Gosched() // the write has not begun to happen
		}
		p.kill()
		if answered := <-done; answered || stateOf(t, dir) != before {
			must[maybe] = true
		}
		if must[maybe] && !allowed(t, dir, maybe) {
			between++
		}
	}
	if allowed(t, dir, "192.0.2.1") {
		t.Error("a key for reading has written")
	}
	t.Logf("%d of 16 writes happened, %d of them were not in the recording yet", len(must), between)
}

// stateOf is what is kept beside the recording.
func stateOf(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "emulator.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
