#!/bin/sh
# What a release is made of, into dist/: the same bytes for the same commit,
# wherever it is built.
#
#   dist.sh                      everything
#   dist.sh binary OS/ARCH FILE  one binary
#   dist.sh platforms            what a release is for
#
# VERSION and SOURCE_DATE_EPOCH come from git unless the environment has them.
set -eu
export LC_ALL=C TZ=UTC CGO_ENABLED=0

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0 # the last that needs no module of packages for Windows
sbom=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
platforms="linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64"

version() {
	git describe --tags --match 'v[0-9]*' --dirty 2>/dev/null | sed 's/^v//' | grep . ||
		echo "0.1.0-dev.$(git rev-parse --short=12 HEAD)"
}
VERSION=${VERSION:-$(version)}
export VERSION

# binary OS/ARCH FILE
binary() {
	GOOS=${1%/*} GOARCH=${1#*/} go build -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$VERSION" -o "$2" ./cmd/esaudit
}

if [ "${1-}" = binary ]; then
	binary "$2" "$3"
	exit
fi
if [ "${1-}" = platforms ]; then
	echo "$platforms"
	exit
fi

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
rm -rf dist
mkdir -p dist/share/completions

for platform in $platforms; do
	name=esaudit_${VERSION}_${platform%/*}_${platform#*/}
	case $platform in windows/*) name=$name.exe ;; esac
	echo "binary $name"
	binary "$platform" "dist/$name"
done

binary "$(go env GOHOSTOS)/$(go env GOHOSTARCH)" dist/share/esaudit
for shell in bash fish powershell zsh; do
	dist/share/esaudit completion $shell > dist/share/completions/esaudit.$shell
done
dist/share/esaudit man dist/share/man
rm dist/share/esaudit

for arch in amd64 arm64; do
	cp "dist/esaudit_${VERSION}_linux_$arch" dist/share/esaudit
	for format in deb rpm; do
		ARCH=$arch go run "$nfpm" package --config packaging/nfpm.yaml --packager $format --target dist
	done
	rm dist/share/esaudit
done

go run "$sbom" app -json -noserial -licenses -main cmd/esaudit -output "dist/esaudit_$VERSION.cdx.json" .
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C dist -cf - share | gzip -n > "dist/esaudit_${VERSION}_share.tar.gz"
rm -r dist/share
(cd dist && sha256sum -- * > SHA256SUMS)
cat dist/SHA256SUMS
