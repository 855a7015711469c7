#!/bin/sh
# Gives the module another home: module.sh example.com/team/esaudit
set -eu
cd "$(dirname "$0")/.."
new=${1-}
case $new in
'' | *[!A-Za-z0-9._~/-]* | /* | */ | *//*) echo "module.sh: no module path: '$new'; usage: make module PATH=example.com/team/esaudit" >&2; exit 2 ;;
esac
old=$(sed -n 's/^module //p' go.mod)
# go.mod, and those of modules below it, which require and replace this one
find . -name go.mod -not -path './.git/*' -not -path '*/node_modules/*' | while read -r file; do
	sed -E "s#^(module|[[:space:]]*|require|replace)([[:space:]]*)$old(/[^[:space:]]*)?(\$|[[:space:]])#\1\2$new\3\4#" "$file" > "$file.new" && mv "$file.new" "$file"
done
find . -name '*.go' -not -path './.git/*' | while read -r file; do
	# imports stand alone on their line, or behind the word import
	sed -E "s#^(([[:space:]]*|import )([A-Za-z_.][A-Za-z0-9_]* )?)\"$old/([A-Za-z0-9_/]+)\"\$#\\1\"$new/\\4\"#; s#^const module = \"$old/\"#const module = \"$new/\"#" "$file" > "$file.new"
	if cmp -s "$file" "$file.new"; then rm "$file.new"; else cat "$file.new" > "$file" && rm "$file.new"; fi
done
echo "the module is $new now (it was $old); gofmt -w . sorts the imports"
