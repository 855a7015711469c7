#!/bin/sh
# Collects a share of an organisation's accounts, for jobs that run side by side:
#
#   fanout.sh ROLES INDEX JOBS DIRECTORY
#
# ROLES is a file with the ARN of a role on each line; of JOBS jobs this is number
# INDEX, from 0. Each account becomes DIRECTORY/NUMBER.json.zst, by the line of its
# role. esaudit merge DIRECTORY/*.json.zst --account-role @ROLES -o FILE makes one
# snapshot of them, in which an account whose job left no file is a gap.
# An account that cannot be read is told, and leaves a gap of its own.
set -eu

roles=$1 index=$2 jobs=$3 out=$4
mkdir -p "$out"
number=0
failed=0
while read -r role || [ -n "$role" ]; do
  case $role in
  '' | '#'*) continue ;;
  esac
  if [ $((number % jobs)) -eq "$index" ]; then
    esaudit collect --account-role "$role" --skip-own-account --allow-partial --progress none -o "$out/$number.json.zst" </dev/null || failed=$((failed + 1))
  fi
  number=$((number + 1))
done <"$roles"
if [ "$failed" -gt 0 ]; then
  echo "fanout.sh: $failed accounts were not read" >&2
  exit 4
fi
