package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"esaudit/collector/api"
	"esaudit/collector/cli"
	"esaudit/collector/recording"
)

// aliyun stands for the vendor's command: it answers from files, and writes down
// what it was asked.
const aliyun = `#!/bin/sh
product=$1 operation=$2 region=global page=1 params=
shift 2
echo "$product $operation $*" >>"$STORE/asked"
while [ $# -gt 1 ]; do
	case $1 in
	--region) region=$2 ;;
	--PageNumber | --Page | --page) page=$2 ;;
	--NextToken | --Marker) page=$2 ;;
	--PageSize | --size | --MaxResults | --MaxResult | --MaxItems) ;;
	*) params="$params
${1#--}=$2" ;;
	esac
	shift 2
done
file=$STORE/$product/$operation/$region/$(printf '%s' "$params" | LC_ALL=C sort | tr '\n/' '&_')@$page
[ ! -e "$file.error" ] || { cat "$file.error" >&2; exit 1; }
[ -e "$file" ] || { printf 'ERROR: SDK.ServerError\nErrorCode: NotRecorded\n' >&2; exit 1; }
cat "$file"
`

// curl stands for a server that knows what time it is.
const curl = "#!/bin/sh\nprintf 'HTTP/1.1 200 OK\\r\\nDate: %s\\r\\n\\r\\n' \"$DATE\"\n"

// store writes the answers of a recording as aliyun finds them.
func store(t *testing.T, dir string, answers []api.Answer) {
	t.Helper()
	pages, tokens := map[string]int{}, map[string]string{}
	for _, a := range answers {
		var params []string
		for name, value := range a.Params {
			params = append(params, name+"="+value)
		}
		slices.Sort(params)
		text := ""
		if len(params) > 0 {
			text = "&" + strings.Join(params, "&") + "&"
		}
		region := a.Region
		if region == "" {
			region = "global"
		}
		stem := filepath.Join(dir, a.Product, a.Operation, region, strings.ReplaceAll(text, "/", "_"))
		if text == "" {
			stem += string(filepath.Separator)
		}
		pages[stem]++
		page := fmt.Sprint(pages[stem])
		if token := tokens[stem]; token != "" {
			page = token
		}
		var next struct{ NextToken, Marker string }
		if err := json.Unmarshal(a.Body, &next); err == nil {
			tokens[stem] = next.NextToken + next.Marker
		}
		name, data := stem+"@"+page, a.Body
		if a.Status != 200 {
			name, data = name+".error", []byte("ERROR: SDK.ServerError\nErrorCode: "+codeOf(a)+"\n")
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func codeOf(a api.Answer) string {
	var body struct{ Code string }
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return "Unknown"
	}
	return body.Code
}

// collected runs the script against the answers of a recording, and returns the
// directory it made and what it asked.
func collected(t *testing.T, p recording.Part) (dir, asked string) {
	t.Helper()
	root := t.TempDir()
	store(t, filepath.Join(root, "store"), p.Answers)
	for name, text := range map[string]string{"aliyun": aliyun, "curl": curl} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	script, err := filepath.Abs("../../docs/collect-with-aliyun.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", append([]string{script, filepath.Join(root, "the answers")}, p.Regions...)...)
	cmd.Env = append(os.Environ(), "PATH="+root+string(os.PathListSeparator)+os.Getenv("PATH"), "STORE="+filepath.Join(root, "store"), "DATE="+p.TakenAt.Format(http.TimeFormat))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(root, "store", "asked"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "the answers"), string(data)
}

// The script makes every call of a collection: what it brings home gives the
// snapshot of the account.
func TestScript(t *testing.T) {
	for _, name := range []string{"demo"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := recording.Open(filepath.Join("..", "..", "testdata", "estates", name))
			if err != nil {
				t.Fatal(err)
			}
			dir, _ := collected(t, r.Parts[0])
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer root.Close()
			got, err := cli.Open(root.FS())
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range got.Parts[0].Answers {
				if a.Status == -1 {
					t.Errorf("%s.%s %v: %s", a.Product, a.Operation, a.Params, a.Err)
				}
			}
			if a, b := canonical(t, got.Parts), canonical(t, r.Parts[:1]); string(a) != string(b) {
				t.Errorf("another snapshot: %s", firstDifference(a, b))
			}
		})
	}
}
