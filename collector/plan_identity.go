package collector

import "esaudit/snapshot"

// identityCall is the operation that says whose account it is. It needs no
// permission.
const identityCall = "sts.GetCallerIdentity"

func planSTS() []step {
	return stepsOf("sts", atOnce("GetCallerIdentity", whole()))
}

func planRAM() []step {
	users, groups, roles := by("ram.ListUsers", "UserName"), by("ram.ListGroups", "GroupName"), by("ram.ListRoles", "RoleName")
	ofType := func(name string) map[string]string { return map[string]string{"PolicyType": name} }
	policies := []naming{
		by("ram.ListPolicies", "PolicyType", "PolicyName").only(ownOrAttached),
		by("ram.ListPoliciesForUser", "PolicyType", "PolicyName"),
		by("ram.ListPoliciesForGroup", "PolicyType", "PolicyName"),
		by("ram.ListPoliciesForRole", "PolicyType", "PolicyName"),
		by("resourcemanager.ListPolicyAttachments", "PolicyType", "PolicyName"),
	}
	return stepsOf("ram",
		atOnce("ListUsers", markers(1000)),
		atOnce("ListGroups", markers(1000)),
		atOnce("ListRoles", markers(1000)),
		atOnce("ListPolicies", markers(1000), ofType("System"), ofType("Custom")),
		atOnce("GetPasswordPolicy", whole()),
		forEach("GetUser", whole(), users),
		forEach("GetLoginProfile", whole(), users),
		forEach("GetUserMFAInfo", whole(), users),
		forEach("ListAccessKeys", whole(), users),
		forEach("GetAccessKeyLastUsed", whole(), by("ram.ListAccessKeys", "UserName=@UserName", "UserAccessKeyId=AccessKeyId")),
		forEach("ListPoliciesForUser", whole(), users),
		forEach("ListGroupsForUser", whole(), users),
		forEach("ListUsersForGroup", markers(1000), groups),
		forEach("ListPoliciesForGroup", whole(), groups),
		forEach("GetRole", whole(), roles),
		forEach("ListPoliciesForRole", whole(), roles),
		forEach("GetPolicy", whole(), policies...),
		forEach("GetPolicyVersion", whole(),
			by("ram.GetPolicy", "PolicyType=@PolicyType", "PolicyName=@PolicyName", "VersionId=DefaultVersion").only(undocumented)),
		forEach("ListEntitiesForPolicy", whole(), policies...),
	)
}

// ownOrAttached leaves out the policies of the vendor's that nobody has: there
// are more than a thousand, and what is not attached grants nothing.
func ownOrAttached(_ *line, policy *snapshot.Node) bool {
	count, known := policy.Get("AttachmentCount").Int()
	return policy.Get("PolicyType").Text() != "System" || !known || count != 0
}

// undocumented leaves out the policies whose document came with them.
func undocumented(l *line, _ *snapshot.Node) bool {
	return l.body.Get("DefaultPolicyVersion", "PolicyDocument").Text() == ""
}

func planResourceManager() []step {
	return stepsOf("resourcemanager", atOnce("ListPolicyAttachments", numbered(100)))
}

// A trail of several regions is listed in each of them; its own says how it
// fares.
func planActionTrail() []step {
	return stepsOf("actiontrail",
		inEach("DescribeTrails", whole()),
		forEach("GetTrailStatus", whole(), by("actiontrail.DescribeTrails", "Name").only(atHome)),
	)
}

func atHome(l *line, trail *snapshot.Node) bool {
	home := trail.Get("HomeRegion").Text()
	return home == "" || home == l.region
}
