package planned

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"esaudit/fix"
	"esaudit/report/plain"
)

// CLI is the plan as a shell script of the vendor's command line, aliyun.
func CLI(plan *fix.Plan) []byte {
	var b bytes.Buffer
	b.WriteString("#!/bin/sh\n")
	comment(&b, "Corrections for account "+plan.Account+", of the picture taken at "+plan.TakenAt+".")
	comment(&b, "This script compares nothing before it writes; esaudit fix apply does.")
	b.WriteString("set -eu\n")
	for _, a := range plan.Actions {
		b.WriteByte('\n')
		comment(&b, a.ID+" "+a.Title)
		comment(&b, "expects "+value(string(a.Before), a.Digest)+", leaves "+value(string(a.After), a.Leaves))
		if a.Restarts {
			comment(&b, "restarts the cluster")
		}
		if a.Call.Live != nil {
			comment(&b, "needs the live value of "+a.Call.Live.Into+", which is stored nowhere: use esaudit fix apply, or the console")
			continue
		}
		line, ok := command(a.Call)
		if !ok {
			comment(&b, "a word of this call holds control characters: use esaudit fix apply")
			continue
		}
		b.WriteString(line + "\n")
		if a.Ready != nil {
			comment(&b, "then wait until "+a.Ready.Probe.Operation+" says "+strings.Join(a.Ready.Until, " or "))
		}
	}
	manual(&b, plan)
	return b.Bytes()
}

// manual lists in comments what is left to do by hand.
func manual(b *bytes.Buffer, plan *fix.Plan) {
	if len(plan.Manual) == 0 {
		return
	}
	b.WriteByte('\n')
	comment(b, "By hand:")
	for _, m := range plan.Manual {
		comment(b, "- "+strings.TrimSpace(m.Subject.ID+" "+rules(m.Why)))
		for _, step := range m.Steps {
			comment(b, "    "+step)
		}
	}
}

func comment(b *bytes.Buffer, text string) {
	b.WriteString("# " + plain.Text(text, false) + "\n")
}

// Command is a call as words of a shell; "" when it cannot be written as such.
func Command(c fix.Call) string {
	if c.Live != nil || len(c.Answered) > 0 {
		return ""
	}
	words, _ := command(c)
	return words
}

// command is one call as words of a shell; not when one of them would write
// control characters to whoever reads the script.
func command(c fix.Call) (string, bool) {
	words := []string{"aliyun", c.Product, c.Operation, "--region", c.Region}
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		words = append(words, "--"+name, c.Params[name])
	}
	if c.Product != "elasticsearch" {
		words = append(words, "--RegionId", c.Region)
	}
	if len(c.Body) > 0 {
		words = append(words, "--header", "Content-Type=application/json", "--body", string(c.Body))
	}
	for i, w := range words {
		if strings.ContainsFunc(w, plain.Hidden) {
			return "", false
		}
		words[i] = Quote(w)
	}
	return strings.Join(words, " "), true
}

// Quote makes one word of a shell.
func Quote(word string) string {
	safe := word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@,", r)
	})
	if safe {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Terraform is the plan as what has to stand in the configuration of the
// alicloud provider, an action at a time. What the provider has no attribute
// for is said so.
func Terraform(plan *fix.Plan) []byte {
	var b bytes.Buffer
	comment(&b, "Corrections for account "+plan.Account+", of the picture taken at "+plan.TakenAt+".")
	comment(&b, "Merge these values into the resources you have; then plan, read, and apply.")
	for _, a := range plan.Actions {
		b.WriteByte('\n')
		comment(&b, a.ID+" "+a.Title)
		resource, lines := attributes(a)
		if resource == "" {
			comment(&b, "the provider has no attribute for this: "+a.Call.Product+":"+a.Call.Operation)
			continue
		}
		fmt.Fprintf(&b, "resource %s %s {\n", hcl(resource), hcl(label(a.Subject.ID)))
		for _, line := range lines {
			b.WriteString("  " + line + "\n")
		}
		b.WriteString("}\n")
	}
	manual(&b, plan)
	return b.Bytes()
}

// attributes are what an action means for a resource of the provider. Names are
// those of its documentation.
func attributes(a fix.Action) (resource string, lines []string) {
	const instance = "alicloud_elasticsearch_instance"
	switch a.Call.Operation {
	case "TriggerNetwork":
		name := map[string]string{"enablePublic": "enable_public", "enableKibanaPublicNetwork": "enable_kibana_public_network", "enableKibanaPrivateNetwork": "enable_kibana_private_network"}[a.Value.Path[len(a.Value.Path)-1]]
		return instance, []string{name + " = " + string(a.After)}
	case "OpenHttps", "CloseHttps":
		return instance, []string{"protocol = " + string(a.After)}
	case "ModifyWhiteIps":
		return whitelist(a)
	case "UpdateInstanceSettings":
		var lines []string
		for _, key := range slices.Sorted(maps.Keys(a.Call.Live.Set)) {
			lines = append(lines, fmt.Sprintf("setting_config = { %s = %s } # and the others as they are", hcl(key), hcl(a.Call.Live.Set[key])))
		}
		for _, key := range a.Call.Live.Unset {
			lines = append(lines, "# take "+hcl(key)+" out of setting_config")
		}
		return instance, lines
	case "UpdateVpcEndpointServiceAttribute":
		return "alicloud_privatelink_vpc_endpoint_service", []string{"auto_accept_connection = " + string(a.After)}
	case "SetLoadBalancerDeleteProtection":
		return "alicloud_slb_load_balancer", []string{"delete_protection = " + string(a.After)}
	case "RevokeSecurityGroup":
		return "alicloud_security_group_rule", []string{"# delete the rule " + hcl(a.Call.Params["SecurityGroupRuleId.1"])}
	case "RemoveAccessControlListEntry":
		return "alicloud_slb_acl_entry_attachment", []string{"# delete the entry"}
	case "RemoveServersFromServerGroup":
		return "alicloud_nlb_server_group_server_attachment", []string{"# delete the server " + hcl(a.Call.Params["Servers.1.ServerId"])}
	}
	return "", nil
}

// whitelist is a whitelist's default group; the provider knows no other.
func whitelist(a fix.Action) (string, []string) {
	var body struct {
		Group struct{ GroupName, WhiteIPType string } `json:"whiteIpGroup"`
	}
	if json.Unmarshal(a.Call.Body, &body) != nil || body.Group.GroupName != "default" {
		return "", nil
	}
	name := map[string]string{"PUBLIC_ES": "public_whitelist", "PRIVATE_ES": "private_whitelist", "PUBLIC_KIBANA": "kibana_whitelist", "PRIVATE_KIBANA": "kibana_private_whitelist"}[body.Group.WhiteIPType]
	if name == "" {
		return "", nil
	}
	return "alicloud_elasticsearch_instance", []string{name + " = " + string(a.After)}
}

// label is a name of HCL made from an id.
func label(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, "this-"+id)
}

// hcl is a text of HCL.
func hcl(text string) string {
	quoted := fmt.Sprintf("%q", plain.Text(text, false))
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(quoted)
}
