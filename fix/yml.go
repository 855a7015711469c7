package fix

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"esaudit/change"
	"esaudit/collector/recording"
	"esaudit/finding"
	"esaudit/snapshot"
)

// keys are the edits of one cluster's elasticsearch.yml: one call, one restart.
type keys struct {
	cluster snapshot.Object
	set     map[string]string
	unset   []string
	why     []Why
}

// redacted stands for a secret in a snapshot.
const redacted = "[redacted]"

func (p *planner) keysOf(o snapshot.Object) *keys {
	if p.yml[o.ID] == nil {
		p.yml[o.ID] = &keys{cluster: o, set: map[string]string{}}
	}
	return p.yml[o.ID]
}

// settings corrects keys of elasticsearch.yml that a finding names.
func (p *planner) settings(f finding.Finding, w wish) {
	o, ok := p.find(snapshot.Cluster, f.Subject.ID)
	if !ok || o.Attr("esConfig").Kind() != snapshot.Map {
		p.byHand(w, p.console(f)...)
		return
	}
	set, unset := settingsFor(f, o.Attr("esConfig"))
	if len(set)+len(unset) == 0 {
		p.byHand(w, p.console(f)...)
		return
	}
	k := p.keysOf(o)
	maps.Copy(k.set, set)
	k.unset = append(k.unset, unset...)
	k.why = append(k.why, w.why)
}

// settingsFor says which keys mend a finding, by the rule that found it.
func settingsFor(f finding.Finding, settings *snapshot.Node) (set map[string]string, unset []string) {
	set = map[string]string{}
	switch f.Rule {
	case "ES-XPK-002":
		for _, key := range settings.Keys() {
			if key == "http.cors.allow-origin" {
				unset = append(unset, key)
			}
		}
	case "ES-XPK-003":
		for _, key := range settings.Keys() {
			if key == "xpack.security.authc.anonymous.roles" {
				unset = append(unset, key)
			}
		}
	case "ES-XPK-004":
		if on, _ := settings.Get("xpack.security.audit.enabled").Bool(); !on && settings.Get("xpack.security.audit.enabled").Text() != "true" {
			set["xpack.security.audit.enabled"] = "true"
		}
	case "ES-XPK-005":
		for _, e := range f.Evidence {
			if key := settingAt(e.Pointer); strings.HasSuffix(key, "emit_request_body") {
				set[key] = "false"
			}
		}
	case "ES-XPK-006":
		set["action.auto_create_index"] = "false"
	case "ES-XPK-007":
		set["action.destructive_requires_name"] = "true"
	case "ES-XPK-001":
		for _, e := range f.Evidence {
			if key := settingAt(e.Pointer); key != "" {
				if text, ok := exact(settings.Get(key)); ok {
					set[key] = text
				}
			}
		}
	}
	return set, unset
}

// settingAt is the key of elasticsearch.yml that a pointer leads into.
func settingAt(pointer string) string {
	_, rest, ok := strings.Cut(pointer, "/attributes/esConfig/")
	if !ok {
		return ""
	}
	key, _, _ := strings.Cut(rest, "/")
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(key)
}

// exact is a list of hosts without its patterns, as one text.
func exact(n *snapshot.Node) (string, bool) {
	text, ok := n.Str()
	if !ok || strings.ContainsAny(text, `"'`) {
		return "", false
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "["), "]")
	var out []string
	for _, host := range strings.Split(bare, ",") {
		if host = strings.TrimSpace(host); host != "" && !strings.Contains(host, "*") {
			out = append(out, host)
		}
	}
	if len(out) == 0 {
		return "[]", true
	}
	return strings.Join(out, ","), true
}

// wishSetting plans a key of elasticsearch.yml; no value removes it.
func (p *planner) wishSetting(w wish, cluster, key string, value *string) error {
	o, there := p.find(snapshot.Cluster, cluster)
	switch {
	case !there:
		return fmt.Errorf("no cluster %q", cluster)
	case o.Attr("esConfig").Kind() != snapshot.Map:
		return fmt.Errorf("the settings of %s were not read", cluster)
	case value == nil && !slices.Contains(o.Attr("esConfig").Keys(), key):
		return fmt.Errorf("%s has no key %q", cluster, key)
	}
	if value != nil {
		switch {
		case key == "" || strings.ContainsFunc(key+*value, unicode.IsControl):
			return fmt.Errorf("%q is no key and value of elasticsearch.yml", key+"="+*value)
		case secret(key, *value):
			w.why.Message = "set " + o.ID + ".esConfig." + key
			p.byHand(w, fmt.Sprintf("%s is a secret, which stands in no plan: put it into the keystore of %s instead of elasticsearch.yml, or set it in the console.", key, o.ID), "API: elasticsearch:UpdateKeystores")
			return nil
		}
	}
	k := p.keysOf(o)
	if value == nil {
		k.unset = append(k.unset, key)
	} else {
		k.set[key] = *value
	}
	k.why = append(k.why, w.why)
	return nil
}

// secret reports whether a key of elasticsearch.yml, or its value, is what a
// snapshot keeps redacted.
func secret(key, value string) bool {
	n := snapshot.NewObject(map[string]*snapshot.Node{key: snapshot.NewString(value)})
	return !recording.Redact(n).Equal(n)
}

// editSettings adds one action for each cluster whose elasticsearch.yml changes.
func (p *planner) editSettings() {
	for _, id := range slices.Sorted(maps.Keys(p.yml)) {
		k := p.yml[id]
		a := p.settingsAction(k)
		for _, why := range k.why {
			p.add(a, why)
		}
	}
}

func (p *planner) settingsAction(k *keys) Action {
	settings := k.cluster.Attr("esConfig")
	slices.Sort(k.unset)
	k.unset = slices.Compact(k.unset)
	after := map[string]*snapshot.Node{}
	for key, n := range settings.Fields() {
		after[key] = n.Clone(nil)
	}
	back := Live{Into: "esConfig", Set: map[string]string{}}
	var edits []change.Edit
	secret := false
	note := func(key string) {
		switch old := settings.Get(key); {
		case !slices.Contains(settings.Keys(), key):
			back.Unset = append(back.Unset, key)
		default:
			secret = secret || strings.Contains(old.Text(), redacted) || old.Kind() == snapshot.Array || old.Kind() == snapshot.Map
			back.Set[key] = old.Text()
		}
	}
	for _, key := range k.unset {
		note(key)
		delete(after, key)
		edits = append(edits, change.RemovePart("yml", k.cluster.ID, key))
	}
	for _, key := range slices.Sorted(maps.Keys(k.set)) {
		note(key)
		if old := settings.Get(key); old.Kind() == snapshot.Array || old.Kind() == snapshot.Map {
			edits = append(edits, change.RemovePart("yml", k.cluster.ID, key))
		}
		after[key] = snapshot.NewString(k.set[key])
		edits = append(edits, change.SetField(k.cluster.ID, "esConfig."+key, k.set[key]))
	}
	call := func(live Live) Call {
		return Call{Region: k.cluster.Region, Product: "elasticsearch", Operation: "UpdateInstanceSettings",
			Params: map[string]string{"InstanceId": k.cluster.ID, "updateStrategy": "blue_green"}, Live: &live}
	}
	a := Action{
		Kind: "edit-settings", Title: fmt.Sprintf("Edit elasticsearch.yml of %s: %s", k.cluster.ID, k.summary()), Subject: p.clusterSubject(k.cluster),
		Cluster: k.cluster.ID, Edits: texts(edits), Value: describe(k.cluster, "Result", "esConfig"), Before: raw(settings),
		After: json.RawMessage(snapshot.NewObject(after).AppendCompact(nil)), Call: call(Live{Into: "esConfig", Set: k.set, Unset: k.unset}),
		Ready: active(k.cluster), Restarts: true, Addresses: true,
	}
	a.Value.Secret = true
	if secret {
		a.NotUndoable = "a value that it replaces is a secret or a list, which is stored nowhere"
	} else {
		inverse := call(back)
		a.Inverse = &inverse
	}
	a.seal()
	return a
}

func (k *keys) summary() string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(k.set)) {
		out = append(out, key+" = "+k.set[key])
	}
	for _, key := range k.unset {
		out = append(out, "no "+key)
	}
	return strings.Join(out, ", ")
}
