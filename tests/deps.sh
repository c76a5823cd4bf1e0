#!/bin/sh
# deps: install those of the named Debian packages that are missing; ask nothing.
set -eu
missing=
for package in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "missing:$missing"
    echo "install them as root (Debian: apt-get install$missing), then run this again" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # a list of words
install() { apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1; }
install || { apt-get update -q >"$log" 2>&1 && install; } || { cat "$log"; rm -f "$log"; exit 1; }
rm -f "$log"
