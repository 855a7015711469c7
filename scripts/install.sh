#!/bin/sh
# Installs what is missing of commands, by the packages of Debian and Ubuntu that
# hold them: install.sh COMMAND[=PACKAGE[,PACKAGE]]...
set -eu
missing=
for word in "$@"; do
	command -v "${word%%=*}" >/dev/null || missing="$missing $(echo "${word#*=}" | tr , ' ')"
done
[ -n "$missing" ] || exit 0
as=env
[ "$(id -u)" = 0 ] || as="sudo env" # sudo hands no environment on
$as apt-get update -q
# shellcheck disable=SC2086 # words
$as DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
