package emulator

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// The reads that show an instance.
const (
	describeInstance = "elasticsearch.DescribeInstance"
	listInstance     = "elasticsearch.ListInstance"
)

// clusterWrites are the operations of Elasticsearch that change an instance, by
// method and what follows /openapi/instances/ID (the SDK's own patterns).
func clusterWrites() map[string]string {
	return map[string]string{
		"POST actions/modify-white-ips":       "ModifyWhiteIps",
		"POST public-white-ips":               "UpdatePublicWhiteIps",
		"PATCH public-white-ips":              "UpdatePublicWhiteIps",
		"POST private-network-white-ips":      "UpdatePrivateNetworkWhiteIps",
		"PATCH private-network-white-ips":     "UpdatePrivateNetworkWhiteIps",
		"POST kibana-white-ips":               "UpdateKibanaWhiteIps",
		"PATCH kibana-white-ips":              "UpdateKibanaWhiteIps",
		"POST actions/network-trigger":        "TriggerNetwork",
		"POST public-network":                 "UpdatePublicNetwork",
		"POST actions/open-https":             "OpenHttps",
		"POST actions/close-https":            "CloseHttps",
		"POST snapshot-setting":               "UpdateSnapshotSetting",
		"POST instance-settings":              "UpdateInstanceSettings",
		"PATCH instance-settings":             "UpdateInstanceSettings",
		"POST vpc-endpoints":                  "CreateVpcEndpoint",
		"DELETE vpc-endpoints":                "DeleteVpcEndpoint",
		"POST actions/enable-kibana-private":  "EnableKibanaPvlNetwork",
		"POST actions/update-kibana-private":  "UpdateKibanaPvlNetwork",
		"POST actions/disable-kibana-private": "DisableKibanaPvlNetwork",
	}
}

func elasticsearchWriters() map[string]writer {
	return map[string]writer{
		"ModifyWhiteIps":               modifyWhiteIPs,
		"UpdatePublicWhiteIps":         updateWhiteIPs("PUBLIC_ES", "publicIpWhitelist"),
		"UpdatePrivateNetworkWhiteIps": updateWhiteIPs("PRIVATE_ES", "privateNetworkIpWhiteList"),
		"UpdateKibanaWhiteIps":         updateWhiteIPs("PUBLIC_KIBANA", "kibanaIPWhitelist"),
		"TriggerNetwork":               triggerNetwork,
		"UpdatePublicNetwork":          updatePublicNetwork,
		"OpenHttps":                    https("HTTPS"),
		"CloseHttps":                   https("HTTP"),
		"UpdateSnapshotSetting":        updateSnapshots,
		"UpdateInstanceSettings":       updateSettings,
		"CreateVpcEndpoint":            createEndpoint,
		"DeleteVpcEndpoint":            deleteEndpoint,
		"EnableKibanaPvlNetwork":       enableKibanaLink,
		"UpdateKibanaPvlNetwork":       updateKibanaLink,
		"DisableKibanaPvlNetwork":      disableKibanaLink,
	}
}

// result is the answer of an Elasticsearch write.
func result(value []byte) object { return object{{"Result", value}} }

// done is the answer of the writes that tell nothing else.
func done() object { return result([]byte("true")) }

// cluster returns the instance that a write names, when it takes writes: it must
// exist and be active (documented for all updates).
func (e *edit) cluster() (object, *refusal) {
	id := e.call.params["InstanceId"]
	instance := e.instance()
	switch status := scalar(instance.get("status")); {
	case instance == nil:
		return nil, badRequest("InstanceNotFound", "The instance is not found.")
	case e.world.wait(e.account.id, id, "status"), status != "active" && status != "":
		return nil, badRequest("InstanceStatusNotSupportCurrentAction", "The cluster is running tasks or in an error status. Try again later.")
	}
	return instance, nil
}

// instance returns the instance that a write names; nil when it is not known.
func (e *edit) instance() object {
	answer := e.first(describeInstance, about("instanceid", e.call.params["InstanceId"]))
	instance, err := parseObject(answer.get("Result"))
	if err != nil {
		return nil
	}
	return instance
}

// decode reads the JSON body of a write. The SDK's typed requests send a form
// with one parameter body, which is not read.
func (e *edit) decode(into any) *refusal {
	if len(bytes.TrimSpace(e.call.body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(e.call.body, into); err != nil || !e.call.json {
		return badRequest("InvalidParameter", "The body is not the JSON object that this operation takes.")
	}
	return nil
}

// update replaces an instance wherever it is shown, with its time of change, and
// makes it activating for some reads. Without a difference nothing happens.
func (e *edit) update(old, next object, reads int) {
	if bytes.Equal(old.bytes(), next.bytes()) {
		return
	}
	id := e.call.params["InstanceId"]
	next = next.with("updatedAt", quote(e.at.UTC().Format("2006-01-02T15:04:05.000Z")))
	e.each(describeInstance, about("instanceid", id), setting("Result", next.bytes()))
	e.items(listInstance, anywhere, has("instanceId", id), func(item object) object { return share(old, next, item) })
	e.activate(reads)
}

// activate makes the cluster activating for some reads.
func (e *edit) activate(reads int) {
	e.pass("instanceId", e.call.params["InstanceId"], "status", quote("activating"), reads, describeInstance, listInstance)
}

// share takes over what changed, as far as the other view of the object has it.
func share(old, next, item object) object {
	paths := []string{groupsPath}
	for _, m := range next {
		if m.name != "networkConfig" {
			paths = append(paths, m.name)
		}
	}
	for _, path := range paths {
		if item.get(path) != nil && !bytes.Equal(old.get(path), next.get(path)) {
			item = item.with(path, next.get(path))
		}
	}
	return item
}

// repeated refuses what is so already.
func repeated() *refusal {
	return badRequest("RepetitionOperationError", "The operation is repeated: the instance is in this state already.")
}

// triggerNetwork opens and closes networks of the cluster and of Kibana.
func triggerNetwork(e *edit) (object, *refusal) {
	var want struct {
		NodeType    string `json:"nodeType"`
		NetworkType string `json:"networkType"`
		ActionType  string `json:"actionType"`
	}
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	instance, bad := e.cluster()
	if bad != nil {
		return nil, bad
	}
	network := want.NodeType + " " + want.NetworkType
	member := map[string]string{
		"WORKER PUBLIC": "enablePublic", "KIBANA PUBLIC": "enableKibanaPublicNetwork", "KIBANA PRIVATE": "enableKibanaPrivateNetwork",
	}[network]
	switch {
	case network == "WORKER PRIVATE":
		return nil, invalid("networkType", "the private network of the cluster is always open")
	case member == "":
		return nil, invalid("nodeType, networkType", "WORKER or KIBANA, PUBLIC or PRIVATE")
	case want.ActionType != "OPEN" && want.ActionType != "CLOSE":
		return nil, invalid("actionType", "OPEN or CLOSE")
	case network == "KIBANA PRIVATE" && cloudNative(instance):
		return nil, invalid("networkType", "the private network of this Kibana is a private link: EnableKibanaPvlNetwork, DisableKibanaPvlNetwork")
	case (scalar(instance.get(member)) == "true") == (want.ActionType == "OPEN"):
		return nil, repeated()
	}
	e.update(instance, e.network(instance, member, want.ActionType == "OPEN"), e.world.reads)
	return done(), nil
}

func cloudNative(instance object) bool { return scalar(instance.get("archType")) == "public" }

// network switches a network. An address that the instance did not have comes
// with opening and goes with closing.
func (e *edit) network(instance object, member string, open bool) object {
	id := e.call.params["InstanceId"]
	addresses := map[string]object{
		"enablePublic":               {{"publicDomain", quote(id + ".public.elasticsearch.aliyuncs.com")}, {"publicPort", []byte("9200")}},
		"enableKibanaPublicNetwork":  {{"kibanaDomain", quote(id + ".kibana.elasticsearch.aliyuncs.com")}, {"kibanaPort", []byte("5601")}},
		"enableKibanaPrivateNetwork": {{"kibanaPrivateDomain", quote(id + "-kibana.internal.elasticsearch.aliyuncs.com")}, {"kibanaPrivatePort", []byte(`"5601"`)}},
	}[member]
	key := strings.Join([]string{e.account.id, id, member}, " ")
	if !open {
		for _, name := range e.world.Added[key] {
			instance = instance.without(name)
		}
		e.added[key] = nil
		return instance.with(member, []byte("false"))
	}
	for _, m := range addresses {
		if instance.get(m.name) == nil {
			instance = instance.with(m.name, m.value)
			e.added[key] = append(e.added[key], m.name)
		}
	}
	return instance.with(member, []byte("true"))
}

func updatePublicNetwork(e *edit) (object, *refusal) {
	var want struct {
		EnablePublic bool `json:"enablePublic"`
	}
	if bad := e.decode(&want); bad != nil {
		return nil, bad
	}
	instance, bad := e.cluster()
	if bad != nil {
		return nil, bad
	}
	next := instance
	if (scalar(instance.get("enablePublic")) == "true") != want.EnablePublic {
		next = e.network(instance, "enablePublic", want.EnablePublic)
	}
	e.update(instance, next, e.world.reads)
	return result(next.bytes()), nil
}

// https switches the protocol of the cluster.
func https(protocol string) writer {
	return func(e *edit) (object, *refusal) {
		instance, bad := e.cluster()
		switch {
		case bad != nil:
			return nil, bad
		case scalar(instance.get("protocol")) == protocol:
			return nil, repeated()
		}
		e.update(instance, instance.with("protocol", quote(protocol)), e.world.reads)
		return done(), nil
	}
}

// instant is the emulator's clock.
func (s *Server) instant(account string) time.Time {
	at := s.accounts[account].takenAt
	if s.world != nil && s.world.resumed.After(at) {
		at = s.world.resumed
	}
	if s.clock == Advance {
		at = at.Add(s.now().Sub(s.began))
	}
	return at.UTC()
}

// forbidden refuses for lack of permission, and names the action. Two actions are
// not named like their operation (the vendor's "RAM authentication").
func forbidden(c *call) *refusal {
	action := map[string]string{"UpdatePublicWhiteIps": "UpdatePublicIps", "UpdateKibanaWhiteIps": "UpdateKibanaIps"}[c.operation]
	action = c.product + ":" + orElse(action, c.operation)
	detail := object{{"AuthAction", quote(action)}, {"NoPermissionType", quote("ImplicitDeny")}}
	return &refusal{status: http.StatusForbidden, code: "Forbidden.RAM", detail: detail.bytes(),
		message: "User not authorized to operate on the specified resource, or this API doesn't support RAM. Action: " + action}
}
