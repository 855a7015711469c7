#!/bin/sh
# Corrections from the plan to their undo, on the demo estate: an emulated account
# that takes writes. Everything happens in a temporary folder, on loopback.
set -eu
esaudit=$(cd "$(dirname "$0")/.." && pwd)/bin/esaudit
dir=$(mktemp -d)
cd "$dir"
"$esaudit" emulate demo --state account --settle 1 > emulator.out &
emulator=$!
trap 'kill $emulator 2>/dev/null || true; rm -rf "$dir"' EXIT
tries=0
while [ "$(wc -l < emulator.out)" -lt 2 ]; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { echo "the emulator does not start" >&2; exit 1; }
	sleep 0.05
done
{ read -r url; read -r id secret; } < emulator.out
export ALIBABA_CLOUD_ACCESS_KEY_ID="$id" ALIBABA_CLOUD_ACCESS_KEY_SECRET="$secret"
export ESAUDIT_ENDPOINT="$url" ESAUDIT_PROGRESS=none

step() { printf '\n=== %s\n\n' "$*"; }

step "The account before"
"$esaudit" collect -o before.json --allow-partial
"$esaudit" audit --allow-partial --fail-on none | head -12

step "esaudit fix plan --restarts -o fix.plan"
"$esaudit" fix plan --restarts -o fix.plan

step "esaudit fix apply fix.plan"
"$esaudit" fix apply fix.plan --yes --max-changes 20 --poll 10ms

step "esaudit fix status fix.plan.journal"
"$esaudit" fix status fix.plan.journal

step "An audit of the account now: what is left is for people"
"$esaudit" audit --allow-partial --fail-on none | head -12
step "esaudit fix plan, again: no automatic step is left"
"$esaudit" fix plan --restarts | tail -2

step "esaudit fix undo fix.plan.journal"
"$esaudit" fix undo fix.plan.journal --yes --poll 10ms

step "The first account again, but for the times of its updates"
"$esaudit" collect -o after.json --allow-partial
"$esaudit" diff before.json after.json
