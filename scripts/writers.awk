# Names the tests of a package that reach its flag -update, by the functions that
# they call: those that write files.
FNR == 1 { name = "" }
/^func / {
	name = $0
	sub(/^func (\([^)]*\) )?/, "", name)
	sub(/[^A-Za-z0-9_].*/, "", name)
}
{ sub(/\/\/ .*/, "") }
name == "" { next }
/\*update|Lookup\("update"\)/ { writes[name] }
{
	rest = $0
	while (match(rest, /[A-Za-z0-9_]+\(/)) {
		calls[name, substr(rest, RSTART, RLENGTH - 1)]
		rest = substr(rest, RSTART + RLENGTH)
	}
}
END {
	do {
		more = 0
		for (call in calls) {
			split(call, who, SUBSEP)
			if (who[2] in writes && !(who[1] in writes)) { writes[who[1]]; more = 1 }
		}
	} while (more)
	for (name in writes) if (name ~ /^Test/) print name
}
