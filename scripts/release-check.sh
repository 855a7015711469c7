#!/bin/sh
# Makes a snapshot of a release as GoReleaser does, into dist/, and compares its
# binary with the one that dist.sh makes of the same version.
#
#   release-check.sh        for this platform; the sources of others are type-checked
#   release-check.sh whole  for every platform
set -eu
PATH=$PWD/bin:$PATH
export PATH
goreleaser check
system=$(go env GOHOSTOS) arch=$(go env GOHOSTARCH)
config=.goreleaser.yaml
if [ "${1-}" != whole ]; then
	config=bin/goreleaser.yaml
	sed "s/^\( *goos:\).*/\1 [$system]/; s/^\( *goarch:\).*/\1 [$arch]/" .goreleaser.yaml >$config
fi
goreleaser release --snapshot --clean --config $config
version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' dist/metadata.json)
VERSION=$version scripts/dist.sh binary "$system/$arch" dist/again
made=$(find dist -path "dist/esaudit_${system}_$arch*/esaudit")
cmp "$made" dist/again
(cd dist && sha256sum --quiet -c SHA256SUMS)
count=$(wc -l <dist/SHA256SUMS)
rm -r dist
# shellcheck disable=SC2046 # words
[ "${1-}" = whole ] || go run ./internal/platforms ./cmd/esaudit $(scripts/dist.sh platforms)
echo "release: GoReleaser's snapshot of $version has $count files, and its binary is the one that make dist makes"
