package collector

import (
	"esaudit/snapshot"
	"esaudit/trail"
)

// global marks operations of a service without regions.
func global(ops []Op) []Op {
	for i := range ops {
		ops[i].Global = true
	}
	return ops
}

// ram is Ram 2015-05-01.
func ram() []Op {
	user, group, role := of(snapshot.RAMUser, "UserName"), of(snapshot.RAMGroup, "GroupName"), of(snapshot.RAMRole, "RoleName")
	policy := of(snapshot.RAMPolicy, "PolicyType", "PolicyName")
	account := []Subject{{Kind: snapshot.RAMAccount, Object: "=account"}}
	policies := Field{"Policies.Policy", Objects}
	policyKeys := []string{"PolicyType", "PolicyName"}
	return global([]Op{
		{Operation: "ListUsers", Payload: Field{"Users.User", Objects}, Kind: snapshot.RAMUser, ID: []string{"UserName"}},
		{Operation: "GetUser", Subjects: user, Payload: Field{"User", Object}, Own: true, ID: []string{"UserName"}},
		{Operation: "ListGroupsForUser", Subjects: user, Payload: Field{"Groups.Group", Objects},
			Aspect: snapshot.Groups, Keys: []string{"GroupName"}, Needs: []string{"GroupName"}},
		{Operation: "ListPoliciesForUser", Subjects: user, Payload: policies, Aspect: snapshot.Policies, Keys: policyKeys, Needs: policyKeys},
		{Operation: "ListAccessKeys", Subjects: user, Payload: Field{"AccessKeys.AccessKey", Objects},
			Aspect: snapshot.AccessKeys, Keys: []string{"AccessKeyId"}, Needs: []string{"AccessKeyId"}},
		{Operation: "GetAccessKeyLastUsed", Subjects: []Subject{{Kind: snapshot.RAMUser, ID: []string{"UserName", "UserAccessKeyId"}, Object: "UserName"}},
			Payload: Field{"AccessKeyLastUsed", Object}, Aspect: snapshot.AccessKeys, Keys: []string{"AccessKeyId"},
			Stamp: map[string]string{"AccessKeyId": "UserAccessKeyId"}},
		{Operation: "GetLoginProfile", Subjects: user, Payload: Field{"LoginProfile", Object}, Aspect: snapshot.LoginProfile, None: "EntityNotExist.User.LoginProfile"},
		{Operation: "GetUserMFAInfo", Subjects: user, Payload: Field{"MFADevice", Object}, Aspect: snapshot.MFADevice, None: "EntityNotExist.User.MFADevice"},
		{Operation: "ListGroups", Payload: Field{"Groups.Group", Objects}, Kind: snapshot.RAMGroup, ID: []string{"GroupName"}},
		{Operation: "ListUsersForGroup", Subjects: group, Payload: Field{"Users.User", Objects},
			Aspect: snapshot.Users, Keys: []string{"UserName"}, Needs: []string{"UserName"}},
		{Operation: "ListPoliciesForGroup", Subjects: group, Payload: policies, Aspect: snapshot.Policies, Keys: policyKeys, Needs: policyKeys},
		{Operation: "ListRoles", Payload: Field{"Roles.Role", Objects}, Kind: snapshot.RAMRole, ID: []string{"RoleName"}},
		{Operation: "GetRole", Subjects: role, Payload: Field{"Role", Object}, Own: true, ID: []string{"RoleName"}},
		{Operation: "ListPoliciesForRole", Subjects: role, Payload: policies, Aspect: snapshot.Policies, Keys: policyKeys, Needs: policyKeys},
		{Operation: "ListPolicies", Split: Split{"PolicyType", []string{"System", "Custom"}, ""}, Payload: policies,
			Kind: snapshot.RAMPolicy, ID: []string{"PolicyType", "PolicyName"}},
		{Operation: "GetPolicy", Subjects: policy, Payload: Field{"Policy", Object}, Own: true, ID: []string{"PolicyType", "PolicyName"},
			Parts: []Part{{Field: Field{"DefaultPolicyVersion.PolicyDocument", String}, Aspect: snapshot.Document}}},
		{Operation: "GetPolicyVersion", Subjects: policy, Harmless: []string{"VersionId"}, Payload: Field{"PolicyVersion", Object}, Unless: "IsDefaultVersion",
			Parts: []Part{{Field: Field{"PolicyVersion.PolicyDocument", String}, Aspect: snapshot.Document}}, Must: []Field{{"PolicyVersion.PolicyDocument", String}}},
		{Operation: "ListPolicyVersions", Subjects: policy, Payload: Field{"PolicyVersions.PolicyVersion", Objects}},
		{Operation: "ListEntitiesForPolicy", Subjects: policy, Aspect: snapshot.Entities,
			Must: []Field{{"Users.User", Objects}, {"Groups.Group", Objects}, {"Roles.Role", Objects}}},
		{Operation: "GetPasswordPolicy", Subjects: account, Payload: Field{"PasswordPolicy", Object}, Aspect: snapshot.PasswordRule},
	})
}

// resourcemanager is ResourceManager 2020-03-31: attachments of policies, those
// of resource groups included.
func resourcemanager() []Op {
	return global([]Op{{Operation: "ListPolicyAttachments", Payload: Field{"PolicyAttachments.PolicyAttachment", Objects}, Total: "TotalCount",
		Kind: snapshot.PolicyAttachment, ID: []string{"ResourceGroupId", "PrincipalType", "PrincipalName", "PolicyType", "PolicyName"}}})
}

// sts is Sts 2015-04-01: who made the calls.
func sts() []Op {
	return global([]Op{{Operation: "GetCallerIdentity", Subjects: []Subject{{Kind: snapshot.Identity, Object: "=caller"}},
		Must: []Field{{"AccountId", String}}, Own: true}})
}

// actiontrail is 2020-07-06.
func actiontrail() []Op {
	return []Op{
		{Operation: "DescribeTrails", Payload: Field{"TrailList", Objects}, Kind: snapshot.Trail, ID: []string{"Name"}},
		{Operation: "GetTrailStatus", Subjects: of(snapshot.Trail, "Name"), Aspect: snapshot.Status},
		// Events that change something are all that count; any other value of an
		// attribute selects some of them.
		{Operation: "LookupEvents", Harmless: []string{"StartTime", "LookupAttribute.1.Key"}, Split: Split{"LookupAttribute.1.Value", []string{"Write"}, "Write"},
			Payload: Field{"Events", Objects}, Kind: snapshot.Event, ID: []string{"eventId"}, Keep: trail.KeepEvent},
	}
}
