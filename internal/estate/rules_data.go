package estate

func storiesOfData() []Story {
	bare := ground(home)
	bare.cluster = bare.e.Cluster("es-cn-story000001", []*VSwitch{bare.h}, Named("story"), Snapshot(false, "0 0 01 ? * * *"), Field("nodeAmount", 12),
		Field("nodeSpec", Body{"spec": "elasticsearch.sn2ne.large", "disk": 200, "diskType": "cloud_essd", "diskEncryption": false, "performanceLevel": "PL1"}),
		Field("dedicateMaster", true), Field("advancedDedicateMaster", false))
	bare.e.Cluster("es-cn-isolated0001", []*VSwitch{bare.h, bare.i}, Named("isolated"), ZoneStatus(zone("i"), "ISOLATION"))
	return []Story{
		tell("dat-unprotected", `Two clusters. The first has no automatic snapshots, disks in clear, one zone, and no dedicated masters for its
twelve data nodes. The second runs in two zones, one of which is isolated.

esaudit should say: ES-DAT-001, 002 and 003 fail on the first, medium; ES-DAT-003, medium, and ES-DAT-005, high, on the second.
Optional: ES-DAT-004 on the first.
Why it matters: nothing is wrong until a disk, a zone or a person fails.
`, bare.e),
	}
}
