package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The reads that show security groups.
const (
	describeRules  = "ecs.DescribeSecurityGroupAttribute"
	describeGroups = "ecs.DescribeSecurityGroups"
)

func ecsWriters() map[string]writer {
	return map[string]writer{"AuthorizeSecurityGroup": authorize, "RevokeSecurityGroup": revoke}
}

// ruleFields are what makes a rule, by the names of the parameters and of the
// members that show them.
func ruleFields() []string {
	return []string{
		"IpProtocol", "PortRange", "SourcePortRange", "SourceCidrIp", "Ipv6SourceCidrIp", "SourceGroupId", "SourcePrefixListId",
		"DestCidrIp", "Ipv6DestCidrIp", "Policy", "Priority", "NicType",
	}
}

// securityGroup checks that the group of a write is known, and returns which
// answers show its incoming rules.
func (e *edit) securityGroup() (where, *refusal) {
	id := e.call.param("SecurityGroupId")
	by := func(q question) bool {
		return about("securitygroupid", id)(q) && !about("direction", "egress")(q)
	}
	switch {
	case id == "":
		return nil, missing("SecurityGroupId")
	case e.first(describeRules, by) == nil:
		return nil, &refusal{status: 404, code: "InvalidSecurityGroupId.NotFound", message: "The specified SecurityGroupId does not exist."}
	}
	return by, nil
}

// rules reads the rules that a write describes: Permissions.N, or the same
// fields without (the older form).
func (c *call) rules() ([]map[string]string, *refusal) {
	var out []map[string]string
	for n := 1; ; n++ {
		rule := c.rule(fmt.Sprintf("Permissions.%d.", n))
		if len(rule) == 0 {
			break
		}
		out = append(out, rule)
	}
	if single := c.rule(""); len(single) > 0 {
		out = append(out, single)
	}
	for _, rule := range out {
		switch {
		case rule["IpProtocol"] == "":
			return nil, missing("IpProtocol")
		case rule["PortRange"] == "":
			return nil, missing("PortRange")
		case rule["SourceCidrIp"] == "" && rule["Ipv6SourceCidrIp"] == "" && rule["SourceGroupId"] == "" && rule["SourcePrefixListId"] == "":
			return nil, missing("SourceCidrIp")
		}
		for name, usual := range map[string]string{"Policy": "accept", "Priority": "1", "NicType": "intranet"} {
			if rule[name] == "" {
				rule[name] = usual
			}
		}
	}
	return out, nil
}

func (c *call) rule(prefix string) map[string]string {
	rule := map[string]string{}
	for _, name := range append(ruleFields(), "Description") {
		if value := c.param(prefix + name); value != "" {
			rule[name] = value
		}
	}
	return rule
}

// isRule reports whether an item is the incoming rule that a write describes.
// Case does not count, as with the vendor.
func isRule(rule map[string]string) func(object) bool {
	return func(item object) bool {
		if strings.EqualFold(scalar(item.get("Direction")), "egress") {
			return false
		}
		return !slices.ContainsFunc(ruleFields(), func(name string) bool {
			return !strings.EqualFold(scalar(item.get(name)), rule[name])
		})
	}
}

// authorize adds incoming rules. One that is there already is no error, and no
// second rule.
func authorize(e *edit) (object, *refusal) {
	by, bad := e.securityGroup()
	if bad != nil {
		return nil, bad
	}
	rules, bad := e.call.rules()
	switch {
	case bad != nil:
		return nil, bad
	case len(rules) == 0:
		return nil, missing("Permissions")
	}
	for n, rule := range rules {
		if e.find(describeRules, by, isRule(rule)) != nil {
			continue
		}
		id := "sgr-" + e.fresh(fmt.Sprint("rule ", n))
		e.add(describeRules, by, 0, shownRule(id, rule, e.at.Format("2006-01-02T15:04:05Z")))
		e.counted(1)
	}
	return nil, nil
}

// shownRule is a rule as DescribeSecurityGroupAttribute shows it.
func shownRule(id string, rule map[string]string, at string) object {
	shown := map[string]string{
		"SecurityGroupRuleId": id, "Direction": "ingress", "CreateTime": at, "Description": rule["Description"],
		"DestGroupId": "", "DestGroupName": "", "DestGroupOwnerAccount": "", "DestPrefixListId": "", "SourceGroupName": "", "SourceGroupOwnerAccount": "",
	}
	for _, name := range ruleFields() {
		shown[name] = rule[name]
	}
	shown["IpProtocol"] = strings.ToUpper(rule["IpProtocol"])
	shown["Policy"] = strings.ToUpper(rule["Policy"][:1]) + strings.ToLower(rule["Policy"][1:])
	var out object
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		out = append(out, member{name, quote(shown[name])})
	}
	return out
}

// revoke takes incoming rules away, by their ids or by what they are. A rule that
// is described and not there is no error (documented); an id is.
func revoke(e *edit) (object, *refusal) {
	by, bad := e.securityGroup()
	if bad != nil {
		return nil, bad
	}
	ids := e.call.numbered("SecurityGroupRuleId")
	rules, bad := e.call.rules()
	switch {
	case bad != nil:
		return nil, bad
	case len(ids) == 0 && len(rules) == 0:
		return nil, missing("SecurityGroupRuleId")
	}
	for _, id := range ids {
		mine := has("SecurityGroupRuleId", id, "Direction", "ingress")
		if e.find(describeRules, by, mine) == nil {
			return nil, badRequest("InvalidSecurityGroupRule.RuleNotExist", "The specified rule does not exist.")
		}
		e.items(describeRules, by, mine, removed)
		e.counted(-1)
	}
	for _, rule := range rules {
		if e.find(describeRules, by, isRule(rule)) != nil {
			e.items(describeRules, by, isRule(rule), removed)
			e.counted(-1)
		}
	}
	return nil, nil
}

// counted corrects the number of rules, where the list of groups tells it.
func (e *edit) counted(by int64) {
	e.items(describeGroups, anywhere, has("SecurityGroupId", e.call.param("SecurityGroupId")), func(item object) object {
		if n, ok := item.count("RuleCount"); ok {
			return item.setCount("RuleCount", n+by)
		}
		return item
	})
}
