#!/bin/sh
# Audits the estate that the environment leads to, and leaves what a job passes on:
#
#   esaudit.sh [DIRECTORY]
#
# DIRECTORY (default esaudit-out) then holds estate.json.zst, report.json,
# report.sarif, report.md and, when there is an earlier snapshot, difference.md.
#   ESTATE             what to audit (default live)
#   ESAUDIT_BASELINE   a report in the repository; only what is new or changed fails
#   ESAUDIT_PREVIOUS   the snapshot of an earlier run, to show what changed since
#   ESAUDIT_...        every other setting of esaudit, such as ESAUDIT_FAIL_ON
# It ends as esaudit does: 0 clean, 3 findings, 4 an incomplete picture.
set -eu

out=${1:-esaudit-out}
estate=${ESTATE:-live}
previous=${ESAUDIT_PREVIOUS:-}
baseline=${ESAUDIT_BASELINE:-}
unset ESAUDIT_BASELINE ESAUDIT_PREVIOUS
mkdir -p "$out"

esaudit collect "$estate" --allow-partial -o "$out/estate.json.zst"

set -- "$out/estate.json.zst" --report "sarif=$out/report.sarif" --report "json=$out/report.json" -f markdown -o "$out/report.md"
if [ -n "$baseline" ] && [ -f "$baseline" ]; then
  set -- "$@" --baseline "$baseline" --new-only
fi
code=0
esaudit audit "$@" || code=$?
case $code in
0 | 3 | 4) ;;
*) exit "$code" ;;
esac

if [ -n "$previous" ] && [ -f "$previous" ]; then
  esaudit diff "$previous" "$out/estate.json.zst" -f markdown -o "$out/difference.md"
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$out/report.md" >>"$GITHUB_STEP_SUMMARY"
  if [ -f "$out/difference.md" ]; then
    cat "$out/difference.md" >>"$GITHUB_STEP_SUMMARY"
  fi
fi
exit "$code"
