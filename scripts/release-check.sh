#!/bin/sh
# Makes a snapshot of a release as GoReleaser does, into dist/, and compares its
# binary with the one that dist.sh makes of the same version.
set -eu
PATH=$PWD/bin:$PATH
export PATH
goreleaser check
goreleaser release --snapshot --clean
version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' dist/metadata.json)
platform=$(go env GOHOSTOS)/$(go env GOHOSTARCH)
VERSION=$version scripts/dist.sh binary "$platform" dist/again
made=$(find dist -path "dist/esaudit_${platform%/*}_${platform#*/}*/esaudit")
cmp "$made" dist/again
(cd dist && sha256sum --quiet -c SHA256SUMS)
count=$(wc -l <dist/SHA256SUMS)
rm -r dist
echo "release: GoReleaser's snapshot of $version has $count files, and its binary is the one that make dist makes"
