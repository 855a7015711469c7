package estate

func storiesOfSettings() []Story {
	open := one(Public(), Whitelist(PublicES, "default", "203.0.113.0/28"), ldapRealm("10.10.2.12:636"),
		Yml("reindex.remote.whitelist", []string{"*:*"}), Yml("http.cors.enabled", "true"), Yml("http.cors.allow-origin", "*"),
		Yml("http.cors.allow-credentials", "true"), Yml("xpack.security.authc.anonymous.roles", "monitoring"), Yml("xpack.security.audit.enabled", "false"),
		Yml("action.auto_create_index", "+*"), Yml("action.destructive_requires_name", "False"), Yml("script.allowed_types", "both"),
		Yml("xpack.security.authc.realms.ldap.corp.bind_password", "[redacted]"))
	open.e.Cluster("es-cn-logging0001", []*VSwitch{open.h, open.i}, Named("logging"), Yml("xpack.watcher.enabled", "true"),
		Yml("xpack.security.audit.logfile.events.emit_request_body", "true"), Yml("xpack.notification.email.account.ops.smtp.host", "smtp.example.com"),
		Field("enableKibanaPublicNetwork", true), Field("ikHotDicts", []Body{{"name": "words.dic", "fileSize": 4096, "sourceType": "OSS", "type": "MAIN"}}))

	old := ground(home)
	old.cluster = old.e.Cluster("es-cn-story000001", []*VSwitch{old.h, old.i}, Named("story"), Original(), Version("5.6.16"), Field("instanceCategory", "community"),
		Public(), Whitelist(PublicES, "default", "203.0.113.0/28"), Yml("xpack.watcher.enabled", "true"))

	across := one(reindexFrom("es-cn-archive00001.elasticsearch.aliyuncs.com:9200"))
	across.e.Cluster("es-cn-archive00001", []*VSwitch{across.h, across.i}, Named("archive"), Original())
	across.e.Cluster("es-cn-source000001", []*VSwitch{across.h}, Named("source"), Original())
	across.e.Cluster("es-cn-reader000001", []*VSwitch{across.h}, Named("reader"), Original(), reindexFrom("es-cn-source000001.elasticsearch.aliyuncs.com:9200"))

	return []Story{
		tell("xpk-open-settings", `Two clusters. The first was opened for a demonstration and stayed so: reindex from *:*, cross-origin requests with
credentials from everywhere, a role for whoever does not log in, no audit log, indexes created and deleted by patterns,
the directory's password in the settings. The second logs the bodies of requests, mails through SMTP, has Watcher on,
Kibana in the internet without single sign-on and a dictionary in a public bucket.

esaudit should say: on the first ES-XPK-001, 002, 003, 004, 006, 007 and 011 fail, and no output shows the password; on the
second ES-XPK-005 fails. Optional: ES-XPK-012 on the first; 008, 010, 015 and 016 on the second.
Why it matters: each of these was one line in a text field, and nobody reads that text field again.
`, open.e),
		tell("xpk-old-cluster", `A cluster of 2019 in two zones, version 5.6.16 of the community edition, with public access and Watcher on.

esaudit should say: ES-XPK-009 fails, high: Watcher works on some nodes only. ES-XPK-013 fails, high, and ES-XPK-014,
critical: there is no login at all. ES-XPK-004 does not apply.
Why it matters: what cannot be upgraded in place is what stays longest.
`, old.e),
		tell("xpk-across-architectures", `A cloud-native cluster reindexes from the domain of an archive of 2019. Two more clusters of 2019 stand in one
vSwitch, and one reindexes from the other's domain.

esaudit should say: ES-XPK-017 fails on the first, high; it passes between the two.
Why it matters: both are "a cluster's domain in the whitelist"; one works, the other waits for a time-out.
`, across.e),
	}
}
