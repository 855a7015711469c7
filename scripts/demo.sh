#!/bin/sh
# A first look: an audit of the demo estate, and the questions that follow from it.
set -eu
cd "$(dirname "$0")/.."
step() { printf '\n=== %s\n\n' "$*"; "$@"; }
bin/esaudit audit demo --fail-on none --allow-partial
step bin/esaudit reach demo --from internet:198.51.100.77 --to es:es-cn-orderssearch1:9200
step bin/esaudit cut demo --from internet:198.51.100.77 --to es:es-cn-orderssearch1:9200
step bin/esaudit whatif demo --remove es-cn-orderssearch1/PUBLIC_ES:tmp_migration:0.0.0.0/0
step bin/esaudit diff testdata/estates/p1-office testdata/estates/net-001-open-group
step bin/esaudit audit demo --config scripts/demo.yaml --rule ES-AST-001 --fail-on none --allow-partial
