package estate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

// Story is an estate under a name, with what it is about.
type Story struct {
	Name     string
	Text     string    // Markdown: what stands there, what esaudit says, why it matters
	Accounts []*Estate // several are a directory of recordings
}

// Stories lists the estates of testdata/estates, by name.
func Stories() []Story {
	all := slices.Concat(storiesOfWholes(), storiesOfRules(), storiesOfNetworkRules(), storiesOfBalancers(), storiesOfPaths(), storiesOfRecordings())
	slices.SortFunc(all, func(a, b Story) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return all
}

// Files gives the files of the story's directory by slash-separated path.
func (s Story) Files() map[string][]byte {
	files := map[string][]byte{"story.md": []byte("# " + s.Name + "\n\n" + s.Text)}
	for _, e := range s.Accounts {
		dir := ""
		if len(s.Accounts) > 1 {
			dir = e.account
		}
		head, calls := Encode(e.Part())
		files[path.Join(dir, "recording.json")], files[path.Join(dir, "calls.jsonl")] = head, calls
	}
	return files
}

// Encode gives a recording's two files, recording.json and calls.jsonl
// (CONTRACT 3), with fields in a fixed order.
func Encode(p recording.Part) (head, calls []byte) {
	head = append(encode(struct {
		Schema  string   `json:"schema"`
		Account string   `json:"account"`
		TakenAt string   `json:"takenAt"`
		Regions []string `json:"regions"`
	}{recording.Schema, p.Account, p.TakenAt.UTC().Format(time.RFC3339), p.Regions}), '\n')
	var buf bytes.Buffer
	for _, a := range p.Answers {
		buf.Write(encode(lineOf(a)))
		buf.WriteByte('\n')
	}
	return head, buf.Bytes()
}

type line struct {
	Region    string            `json:"region"`
	Product   string            `json:"product"`
	Operation string            `json:"operation"`
	Params    map[string]string `json:"params"`
	Status    int               `json:"status"`
	Body      json.RawMessage   `json:"body"`
	BodyText  string            `json:"bodyText,omitempty"`
	Error     string            `json:"error,omitempty"`
}

func lineOf(a api.Answer) line {
	body := json.RawMessage(a.Body)
	if body == nil {
		body = json.RawMessage("null")
	}
	return line{a.Region, a.Product, a.Operation, a.Params, a.Status, body, a.Text, a.Err}
}

// The account and instant of the stories.
const home = "1234567890123456"

func noon() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }

const hangzhou = "cn-hangzhou"

func zone(letter string) string { return hangzhou + "-" + letter }

// ldapRealm points an LDAP realm of a cluster at a host and port.
func ldapRealm(hostPort string) ClusterOption {
	return func(c *Cluster) {
		for key, value := range map[string]string{
			"order": "2", "url": "ldaps://" + hostPort, "bind_dn": "cn=elastic,ou=services,dc=example,dc=com",
			"user_search.base_dn": "ou=people,dc=example,dc=com", "unmapped_groups_as_roles": "false",
		} {
			c.yml["xpack.security.authc.realms.ldap.corp."+key] = value
		}
	}
}

func reindexFrom(hostPort string) ClusterOption {
	return Yml("reindex.remote.whitelist", fmt.Sprintf("[%q]", hostPort))
}
