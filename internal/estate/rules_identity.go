package estate

// partner is an account of somebody else.
const partner = "2345678901234567"

// collects is the policy of an identity that reads what a collection needs.
const collects = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:ListInstance","elasticsearch:DescribeInstance",` +
	`"elasticsearch:ListAllNode","elasticsearch:ListVpcEndpoints","elasticsearch:GetKeystores","slb:Describe*","nlb:List*","nlb:Get*",` +
	`"privatelink:List*","privatelink:Get*","vpc:Describe*","ecs:Describe*","ram:List*","ram:Get*"],"Resource":"*"}]}`

// Trust policies.
const (
	trustsOwn     = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` + home + `:root"]}}]}`
	trustsMFA     = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` + home + `:root"]},"Condition":{"Bool":{"acs:MFAPresent":"true"}}}]}`
	trustsPartner = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::` + partner + `:root"]}}]}`
	trustsOIDC    = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Federated":["acs:ram::` + home + `:oidc-provider/ci"]},` +
		`"Condition":{"StringEquals":{"oidc:aud":"deploy"}}}]}`
	trustsOps = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ops.elasticsearch.aliyuncs.com"]}}]}`
)

func storiesOfIdentities() []Story {
	return []Story{tell("ram-people", `One cluster, and the people and programs of its account:

- User `+"`mei`"+`: AliyunElasticsearchFullAccess; logs in to the console with a password alone.
- User `+"`ana`"+`: in the group operators, whose policy allows elasticsearch:Modify* on every instance; MFA.
- User `+"`kim`"+`: reads, through the group readers; MFA; no key.
- User `+"`lee`"+`: AliyunElasticsearchFullAccess within the resource group rg-search; an access key of 2023, used yesterday.
- User `+"`pat`"+`: may change the whitelists of one cluster by name, from the office's addresses; an inactive old key.
- User `+"`esaudit`"+`: made the recording; may read what a collection needs; a young key.
- Group leavers: AdministratorAccess, no users.
- Role breakglass: AdministratorAccess; assumed with a second factor only.
- Role ci-deploy: changes one cluster by name; assumed through OIDC only.
- Role migration: AliyunElasticsearchFullAccess; trusts 2345678901234567, an account that nobody declares.
- Role AliyunServiceRoleForElasticsearchOps: the vendor's, for elastic scaling.

esaudit should say: ES-RAM-001 fails for mei, ana, lee, the group leavers and the roles breakglass and migration;
ES-RAM-002 for leavers, not for breakglass; ES-RAM-004 for mei; ES-RAM-005 for lee; of the optional rules,
ES-RAM-003 for mei, ana, lee, leavers and migration, and ES-RAM-007 for migration. The service-linked role is not judged.
Why it matters: a whitelist is as tight as the list of those who may open it.
`, people()),
		tell("ram-careless", `One cluster, and an account that looks careful:

- User `+"`uma`"+`: a policy with elasticsearch:UpdatePublicWhiteIps on one cluster, which is the name of an API and of no action.
- User `+"`esaudit`"+`: made the recording; AliyunElasticsearchReadOnlyAccess, which reads the logs of searches too.
- A trail of all regions and events, disabled.

esaudit should say, asked for the optional rules: ES-RAM-006 fails for uma, info; ES-RAM-008 fails for the account, medium;
ES-RAM-009 fails for esaudit, low. None of the others fails.
Why it matters: each of them is somebody's proof that care was taken.
`, careless())}
}

func careless() *Estate {
	e := one().e
	e.User("uma").Attach(e.Policy("Custom", "es-one-cluster", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:UpdatePublicWhiteIps"],`+
		`"Resource":"acs:elasticsearch:*:`+home+`:instances/es-cn-story000001"}]}`))
	e.User("esaudit").Key("LTAI5tStoryCollect000001", "Active", "2026-10-20T00:00:00Z", "2026-11-22T00:00:00Z").
		Attach(e.SystemPolicy("AliyunElasticsearchReadOnlyAccess"))
	e.Trail("audit", With("Status", "Disable"))
	return e
}

func people() *Estate {
	e := one(Public(), Whitelist(PublicES, "default", "203.0.113.0/24")).e
	full, reads, all := e.SystemPolicy("AliyunElasticsearchFullAccess"), e.SystemPolicy("AliyunElasticsearchReadOnlyAccess"), e.SystemPolicy("AdministratorAccess")
	modifies := e.Policy("Custom", "es-operators", `{"Version":"1","Statement":[{"Effect":"Allow","Action":"elasticsearch:Modify*","Resource":"acs:elasticsearch:*:*:instances/*"}]}`)
	opens := e.Policy("Custom", "es-whitelists", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:ModifyWhiteIps","elasticsearch:DescribeInstance"],`+
		`"Resource":"acs:elasticsearch:*:`+home+`:instances/es-cn-story000001","Condition":{"IpAddress":{"acs:SourceIp":["203.0.113.0/24"]}}}]}`)
	deploys := e.Policy("Custom", "es-deploy", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["elasticsearch:UpdateInstanceSettings","elasticsearch:RestartInstance"],`+
		`"Resource":"acs:elasticsearch:*:`+home+`:instances/es-cn-story000001"}]}`)
	scales := e.Policy("System", "AliyunServiceRolePolicyForElasticsearchOps", `{"Version":"1","Statement":[{"Effect":"Allow",`+
		`"Action":["elasticsearch:ModifyWhiteIps","elasticsearch:TriggerNetwork","elasticsearch:UpdateInstance"],"Resource":"*"}]}`)

	e.User("mei").Console(false, "2026-11-20T08:15:00Z").Attach(full)
	ana := e.User("ana").Console(true, "2026-11-20T09:00:00Z")
	kim := e.User("kim").Console(true, "2026-11-21T10:00:00Z")
	e.User("lee").Key("LTAI5tStoryLee0000000001", "Active", "2023-02-11T03:00:00Z", "2026-11-21T12:00:00Z").AttachIn("rg-search", full)
	e.User("pat").Key("LTAI5tStoryPat0000000001", "Inactive", "2022-01-01T00:00:00Z", "2022-06-01T00:00:00Z").Attach(opens)
	e.User("esaudit").Key("LTAI5tStoryCollect000001", "Active", "2026-10-20T00:00:00Z", "2026-11-22T00:00:00Z").
		Attach(e.Policy("Custom", "esaudit-collect", collects))
	e.Group("operators", ana).Attach(modifies)
	e.Group("readers", kim).Attach(reads)
	e.Group("leavers").Attach(all)
	e.Role("breakglass", trustsMFA).Attach(all)
	e.Role("ci-deploy", trustsOIDC).Attach(deploys)
	e.Role("migration", trustsPartner).Attach(full)
	e.Role("AliyunServiceRoleForElasticsearchOps", trustsOps).Attach(scales)
	e.Trail("audit")
	return e
}
