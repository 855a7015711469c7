package fix

import (
	"encoding/json"
	"fmt"
	"strings"

	"esaudit/change"
	"esaudit/finding"
	"esaudit/snapshot"
)

// network is what TriggerNetwork calls a switch of a cluster.
type network struct{ node, net, what, kind string }

func networks() map[string]network {
	return map[string]network{
		"enablePublic":               {"WORKER", "PUBLIC", "public access", "close-public-access"},
		"enableKibanaPublicNetwork":  {"KIBANA", "PUBLIC", "public access to Kibana", "close-kibana-public"},
		"enableKibanaPrivateNetwork": {"KIBANA", "PRIVATE", "private access to Kibana", "close-kibana-private"},
	}
}

// turnOff corrects by turning a switch of a cluster off.
func turnOff(field string) func(*planner, finding.Finding, wish) {
	return func(p *planner, f finding.Finding, w wish) {
		o, ok := p.find(snapshot.Cluster, f.Subject.ID)
		if on, known := o.Attr(field).Bool(); !ok || !known || !on {
			p.byHand(w, p.console(f)...)
			return
		}
		p.add(p.trigger(o, field, false), w.why)
	}
}

// trigger turns a network of a cluster on or off.
func (p *planner) trigger(o snapshot.Object, field string, on bool) Action {
	n := networks()[field]
	verb, undo, value := "CLOSE", "OPEN", "false"
	if on {
		verb, undo, value = undo, verb, "true"
	}
	call := func(action string) Call {
		return Call{Region: o.Region, Product: "elasticsearch", Operation: "TriggerNetwork", Params: map[string]string{"InstanceId": o.ID},
			Body: json.RawMessage(text(map[string]string{"nodeType": n.node, "networkType": n.net, "actionType": action}))}
	}
	inverse := call(undo)
	a := Action{
		Kind: n.kind, Title: fmt.Sprintf("Turn %s of %s %s", n.what, o.ID, map[bool]string{true: "on", false: "off"}[on]),
		Subject: p.clusterSubject(o), Cluster: o.ID, Edits: texts([]change.Edit{change.SetField(o.ID, field, value)}),
		Value: describe(o, "Result", field), Before: raw(o.Attr(field)), After: json.RawMessage(value), Call: call(verb), Inverse: &inverse, Ready: active(o),
	}
	if on {
		a.Kind = "open-network"
	}
	a.seal()
	return a
}

// https turns HTTPS on. The vendor does not say whether nodes restart, so it is
// taken to.
func (p *planner) https(f finding.Finding, w wish) {
	o, ok := p.find(snapshot.Cluster, f.Subject.ID)
	if !ok || o.Attr("protocol").Text() != "HTTP" {
		p.byHand(w, p.console(f)...)
		return
	}
	p.add(p.protocol(o, true), w.why)
}

func (p *planner) protocol(o snapshot.Object, https bool) Action {
	open, shut := "OpenHttps", "CloseHttps"
	value := "HTTPS"
	if !https {
		open, shut, value = shut, open, "HTTP"
	}
	call := func(operation string) Call {
		return Call{Region: o.Region, Product: "elasticsearch", Operation: operation, Params: map[string]string{"InstanceId": o.ID}}
	}
	inverse := call(shut)
	a := Action{
		Kind: "open-https", Title: fmt.Sprintf("Switch %s to %s; all of its clients must do the same", o.ID, value),
		Subject: p.clusterSubject(o), Cluster: o.ID, Edits: texts([]change.Edit{change.SetField(o.ID, "protocol", value)}),
		Value: describe(o, "Result", "protocol"), Before: raw(o.Attr("protocol")), After: json.RawMessage(text(value)),
		Call: call(open), Inverse: &inverse, Ready: active(o), Restarts: true,
	}
	a.seal()
	return a
}

// nightly is the schedule of snapshots that are turned on: every day at 20:00,
// the vendor's own example.
const nightly = "0 0 20 ? * * *"

// snapshots turns automatic snapshots on.
func (p *planner) snapshots(f finding.Finding, w wish) {
	o, ok := p.find(snapshot.Cluster, f.Subject.ID)
	setting := o.Aspect(snapshot.SnapshotSetting)
	if !ok || setting.Get("Enable").Kind() != snapshot.Bool || f.Severity < finding.Medium && f.Status == finding.Fail {
		p.byHand(w, p.console(f)...)
		return
	}
	p.add(p.schedule(o, true, nightly), w.why)
}

func (p *planner) schedule(o snapshot.Object, enable bool, quartz string) Action {
	setting := o.Aspect(snapshot.SnapshotSetting)
	call := func(enable bool, quartz string) Call {
		body := map[string]any{"enable": enable, "quartzRegex": quartz}
		return Call{Region: o.Region, Product: "elasticsearch", Operation: "UpdateSnapshotSetting", Params: map[string]string{"InstanceId": o.ID}, Body: json.RawMessage(text(body))}
	}
	was, _ := setting.Get("Enable").Bool()
	inverse := call(was, setting.Get("QuartzRegex").Text())
	fields := setting.Fields()
	fields["Enable"], fields["QuartzRegex"] = snapshot.NewBool(enable), snapshot.NewString(quartz)
	for name, n := range fields {
		fields[name] = n.Clone(nil)
	}
	edits := []change.Edit{change.SetField(o.ID, "snapshotSetting.Enable", fmt.Sprint(enable)), change.SetField(o.ID, "snapshotSetting.QuartzRegex", text(quartz))}
	a := Action{
		Kind: "enable-snapshots", Title: fmt.Sprintf("Take snapshots of %s automatically, every day at 20:00 UTC+8 (%s)", o.ID, quartz),
		Subject: p.clusterSubject(o), Cluster: o.ID, Edits: texts(edits),
		Value:  Probe{Region: o.Region, Product: "elasticsearch", Operation: "DescribeSnapshotSetting", Params: map[string]string{"InstanceId": o.ID}, Path: []string{"Result"}},
		Before: raw(setting), After: snapshot.NewObject(fields).AppendCompact(nil), Call: call(enable, quartz), Inverse: &inverse,
		Cost: "storage of the snapshots beyond the free quota",
	}
	a.seal()
	return a
}

// wishField plans ID.field=value where there is a call for it.
func (p *planner) wishField(e change.Edit, w wish) error {
	name, value, _ := strings.Cut(e.String(), "=")
	for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
		id, field := name[:i], name[i+1:]
		if o, there := p.find(snapshot.Cluster, id); there {
			w.subject = p.clusterSubject(o)
			return p.wishClusterField(e, w, o, field, value)
		}
		if o, there := p.find(snapshot.EndpointService, id); there && field == "AutoAcceptEnabled" && (value == "true" || value == "false") {
			p.add(p.autoAccept(o, value == "true"), w.why)
			return nil
		}
	}
	p.byHand(w, handmade(e)...)
	return nil
}

func (p *planner) wishClusterField(e change.Edit, w wish, o snapshot.Object, field, value string) error {
	_, isSwitch := networks()[field]
	key, isSetting := strings.CutPrefix(field, "esConfig.")
	switch {
	case isSwitch && (value == "true" || value == "false"):
		if raw(o.Attr(field)) != nil && string(raw(o.Attr(field))) == value {
			return fmt.Errorf("it is %s already", value)
		}
		p.add(p.trigger(o, field, value == "true"), w.why)
	case field == "protocol" && (value == "HTTP" || value == "HTTPS"):
		p.add(p.protocol(o, value == "HTTPS"), w.why)
	case isSetting:
		return p.wishSetting(w, o.ID, key, &value)
	default:
		p.byHand(w, handmade(e)...)
	}
	return nil
}
