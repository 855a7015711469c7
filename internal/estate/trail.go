package estate

import (
	"slices"
	"time"
)

// happened is an event of ActionTrail, or an action record of a cluster.
type happened struct {
	region, cluster string // cluster: of a record
	body            Body
}

// Event adds an event of ActionTrail: who called an operation, when, on what.
// Params are the request's; edits change further fields of the event.
func (e *Estate) Event(region, at, user, service, operation string, resources []string, params Body, edits ...Set) {
	id := requestID(e.account, request(region, service, operation, "at", at, "user", user), 0)
	b := Body{
		"apiVersion": "2017-06-13", "eventId": id, "eventName": operation, "eventRW": "Write", "eventSource": "es.console.aliyun.com",
		"eventTime": at, "eventType": "ApiCall", "eventVersion": "1", "requestId": id, "serviceName": service, "acsRegion": region,
		"sourceIpAddress": "203.0.113.77", "userAgent": "AliyunConsole", "errorCode": "", "errorMessage": "",
		"userIdentity": Body{
			"type": "ram-user", "principalId": "288153348682784898", "accountId": e.account, "userName": user, "accessKeyId": "LTAI5tStoryOfChange",
			"sessionContext": Body{"attributes": Body{"mfaAuthenticated": "true", "creationDate": at}},
		},
		"requestParameters": params, "referencedResources": Body{"ACS::" + service + "::Instance": resources},
	}
	apply(b, edits)
	e.events = append(e.events, happened{region: region, body: b})
}

// Record adds an action record of a cluster, of the same request as the event
// before it where event is true.
func (e *Estate) Record(c *Cluster, at, user, action string, event bool) {
	began, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	id := requestID(e.account, request(c.vpc.Region, "record", action, "at", at), 0)
	if event {
		id = e.events[len(e.events)-1].body["requestId"].(string)
	}
	e.events = append(e.events, happened{c.vpc.Region, c.ID, Body{
		"actionName": action, "actionParams": Body{}, "actionResultAccessList": []string{}, "instanceId": c.ID, "metaNow": "", "metaOld": "",
		"startTime": began.UnixMilli(), "endTime": began.Add(time.Minute).UnixMilli(), "ownerId": e.account, "process": "100%", "recordDiff": Body{},
		"recordIds": []string{}, "requestId": id, "stateType": "SUCCEEDED", "statusInfo": []Body{}, "userId": user, "userInfo": "", "userType": "USER",
	}})
}

// attributed records what a collection with attribution asks for in a region, if
// the story has any of it.
func (e *Estate) attributed(r *recorder, region string) {
	if len(e.events) == 0 {
		return
	}
	bodies := func(cluster string) []Body {
		var out []Body
		for _, h := range slices.Backward(e.events) {
			if h.region == region && h.cluster == cluster {
				out = append(out, h.body)
			}
		}
		return out
	}
	for _, it := range e.items {
		if it.kind == "elasticsearch.ListInstance" && it.region == region {
			id := it.body()["instanceId"].(string)
			r.list(request(region, "elasticsearch", "ListActionRecords", "InstanceId", id), paging{"Result", whole, 0}, bodies(id), nil)
		}
	}
	from := e.takenAt.AddDate(0, 0, -89).Truncate(24 * time.Hour).Format(time.RFC3339)
	r.list(request(region, "actiontrail", "LookupEvents", "LookupAttribute.1.Key", "EventRW", "LookupAttribute.1.Value", "Write",
		"Direction", "BACKWARD", "StartTime", from), paging{"Events", tokensOnly, 50}, bodies(""), nil)
}

// whoOpened is a cluster that somebody opened, seen by ActionTrail.
func whoOpened() *Estate {
	s := one(Public(), Whitelist(PublicES, "default", "203.0.113.0/24"), Whitelist(PublicES, "tmp", "0.0.0.0/0", "198.51.100.0/24"))
	e, id := s.e, s.cluster.ID
	group := func(mode, name string, ips ...string) Body {
		return Body{"InstanceId": id, "RegionId": hangzhou, "body": string(encode(Body{
			"modifyMode": mode, "whiteIpGroup": Body{"groupName": name, "ips": ips, "whiteIpType": "PUBLIC_ES"},
		}))}
	}
	at := []string{id}
	e.Event(hangzhou, "2026-10-02T06:00:00Z", "mei.lin", "Elasticsearch", "TriggerNetwork", at,
		Body{"InstanceId": id, "body": `{"nodeType":"WORKER","networkType":"PUBLIC","actionType":"OPEN"}`})
	e.Record(s.cluster, "2026-10-02T06:00:01Z", "288153348682784898", "TriggerNetwork", true)
	e.Event(hangzhou, "2026-11-18T09:41:12Z", "wei.chen", "Elasticsearch", "ModifyWhiteIps", at, group("Cover", "tmp", "0.0.0.0/0"))
	e.Event(hangzhou, "2026-11-19T10:00:00Z", "ci-deploy", "Elasticsearch", "ModifyWhiteIps", at, group("Append", "tmp", "198.51.100.0/24"),
		With("userIdentity", Body{"type": "assumed-role", "principalId": "343597926003931:pipeline", "userName": "ci-deploy:pipeline"}))
	e.Event(hangzhou, "2026-11-20T01:00:00Z", "mallory", "Elasticsearch", "ModifyWhiteIps", at, group("Append", "tmp", "0.0.0.0/0"),
		With("errorCode", "Forbidden.RAM"), With("errorMessage", "User not authorized to operate on the specified resource."))
	e.Event(hangzhou, "2026-11-21T03:00:00Z", "mei.lin", "Elasticsearch", "UpdateAdminPassword", at, Body{"InstanceId": id, "body": `{"esAdminPassword":"[redacted]"}`})
	return e
}

func storiesOfChanges() []Story {
	return []Story{tell("who-opened", `A cluster with public access, recorded with who changed what. mei.lin opened its public network, wei.chen wrote
0.0.0.0/0 into group tmp, a pipeline appended another block to it. mallory tried and was refused; somebody set a password.

esaudit should say: ES-NET-001 fails as in net-001-open-group, and that wei.chen wrote the entry and mei.lin turned the
switch; not the pipeline, whose request was later and of another entry, and not mallory.
Why it matters: the first question after "it is open" is "who did that, and may we close it".
`, whoOpened())}
}
