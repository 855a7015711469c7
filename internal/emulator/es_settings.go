package emulator

import (
	"bytes"
	"strings"
)

const describeSnapshots = "elasticsearch.DescribeSnapshotSetting"

// restarting is how many times longer a restart takes than another change.
const restarting = 3

// updateSnapshots changes the automatic backup.
func updateSnapshots(e *edit) (object, *refusal) {
	var want struct {
		Enable bool   `json:"enable"`
		Regex  string `json:"quartzRegex"`
	}
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	if _, bad := e.cluster(); bad != nil {
		return nil, bad
	}
	enable := []byte("false")
	if want.Enable {
		enable = []byte("true")
	}
	n := e.each(describeSnapshots, about("instanceid", e.call.params["InstanceId"]), func(o object) object {
		o = o.with("Result."+spelled(o.get("Result"), "Enable"), enable)
		if want.Regex != "" {
			o = o.with("Result."+spelled(o.get("Result"), "QuartzRegex"), quote(want.Regex))
		}
		return o
	})
	if n == 0 {
		return nil, notRecorded("")
	}
	return result(object{{"quartzRegex", quote(want.Regex)}, {"enable", enable}}.bytes()), nil
}

// spelled is how an object writes a name: the vendor's samples differ in case.
func spelled(value []byte, name string) string {
	o, _ := parseObject(value) // no object: it has no such member
	for _, m := range o {
		if strings.EqualFold(m.name, name) {
			return m.name
		}
	}
	return name
}

// updateSettings replaces the settings of elasticsearch.yml, and restarts the
// cluster. What is not sent is gone: clients send the whole map.
func updateSettings(e *edit) (object, *refusal) {
	body, err := parseObject(e.call.body)
	if err != nil || !e.call.json {
		return nil, badRequest("InvalidParameter", "The body is not the JSON object that this operation takes.")
	}
	if strategy := e.call.param("updateStrategy"); strategy != "" && strategy != "blue_green" && strategy != "normal" {
		return nil, invalid("updateStrategy", "blue_green or normal")
	}
	given, err := parseObject(body.get("esConfig"))
	if err != nil {
		return nil, invalid("esConfig", "an object of settings")
	}
	var want object
	for _, m := range given {
		if m.value[0] == '{' || m.value[0] == '[' || m.value[0] == 'n' {
			return nil, invalid("esConfig", "values are texts, numbers and switches")
		}
		want = append(want, member{m.name, quote(scalar(m.value))})
	}
	instance, bad := e.cluster()
	if bad != nil {
		return nil, bad
	}
	old, _ := parseObject(instance.get("esConfig")) // absent: no settings
	if sameSettings(old, want) {
		return nil, badRequest("MustChangeOneResource", "At least one setting must change.")
	}
	next := instance.with("esConfig", want.bytes())
	e.update(instance, next, e.world.reads*restarting)
	return result(next.bytes()), nil
}

func sameSettings(a, b object) bool {
	if len(a) != len(b) {
		return false
	}
	for _, m := range a {
		if other := b.member(m.name); other == nil || !bytes.Equal(quote(scalar(m.value)), other) {
			return false
		}
	}
	return true
}

// member returns a member by its name, which may hold dots.
func (o object) member(name string) []byte {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}
