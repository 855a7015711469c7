#!/bin/sh
# Installs what is missing of commands, by the packages of Debian and Ubuntu that
# hold them: install.sh COMMAND[=PACKAGE[,PACKAGE]]...
set -eu
missing=
for word in "$@"; do
	command -v "${word%%=*}" >/dev/null || missing="$missing $(echo "${word#*=}" | tr , ' ')"
done
[ -n "$missing" ] || exit 0
as=
[ "$(id -u)" = 0 ] || as="sudo env"
export DEBIAN_FRONTEND=noninteractive
$as apt-get update -q
# shellcheck disable=SC2086 # words
$as apt-get install -qy --no-install-recommends $missing
