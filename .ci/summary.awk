# Summarises the output of `go test -v`: how many tests, and how many cases the
# randomized ones tried. What was tested twice, with the race detector and without,
# counts once. Ends with 1 when something failed, or when one of the packages
# (./a ./b) of the module was not tested.
function most(kind) {
	if (now[kind] > of[$2, kind]) {
		total[kind] += now[kind] - of[$2, kind]
		of[$2, kind] = now[kind]
	}
	now[kind] = 0
}
/^--- PASS/ { now["tests"]++ }
/^--- FAIL/ { failed[++failures] = $3 }
/^ +--- PASS/ { now["cases"]++ }
/^--- SKIP/ { now["skipped"]++ }
/^FAIL/ { broken = 1 }
/\[rapid\] OK, passed/ { now["properties"]++; for (i = 1; i <= NF; i++) if ($i == "passed") now["random"] += $(i + 1) }
/^=== RUN +Fuzz[A-Za-z0-9_]+$/ { now["targets"]++ }
/^=== RUN +Fuzz[A-Za-z0-9_]+\// { now["seeds"]++ }
/^(ok|FAIL)[ \t]+[^ \t]/ {
	if (!($2 in seen)) tested++
	seen[$2]
	most("tests"); most("cases"); most("skipped"); most("properties"); most("random"); most("targets"); most("seeds")
}
END {
	count = split(packages, names)
	for (i = 1; i <= count; i++) if (!(module substr(names[i], 2) in seen)) failed[++failures] = names[i] ": package not tested"
	printf "%d packages, %d tests with %d cases passed, %d failed, %d skipped\n", tested, total["tests"], total["cases"], failures, total["skipped"]
	printf "randomized: %d properties with %d cases; %d fuzz targets with %d seeds\n", total["properties"], total["random"], total["targets"], total["seeds"]
	printf "%d passed, %d failed, %d skipped\n", total["tests"], failures, total["skipped"]
	for (i = 1; i <= failures; i++) print "failed: " failed[i]
	if (broken || failures || !count) exit 1
}
