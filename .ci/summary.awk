# Summarises the output of `go test -v`: how many tests, and how many cases the
# randomized ones tried. Ends with 1 when something failed.
/^--- PASS/ { passed++ }
/^--- FAIL/ { failed[++failures] = $3 }
/^ +--- PASS/ { cases++ }
/^--- SKIP/ { skipped++ }
/^FAIL/ { broken = 1 }
/^ok/ { packages++ }
/\[rapid\] OK, passed/ { properties++; for (i = 1; i <= NF; i++) if ($i == "passed") random += $(i + 1) }
/^=== RUN +Fuzz[A-Za-z0-9_]+$/ { targets++ }
/^=== RUN +Fuzz[A-Za-z0-9_]+\// { seeds++ }
END {
	printf "%d packages, %d tests with %d cases passed, %d failed, %d skipped\n", packages, passed, cases, failures, skipped
	printf "randomized: %d properties with %d cases; %d fuzz targets with %d seeds\n", properties, random, targets, seeds
	printf "%d passed, %d failed, %d skipped\n", passed, failures, skipped
	for (i = 1; i <= failures; i++) print "failed: " failed[i]
	if (broken || failures || !packages) exit 1
}
