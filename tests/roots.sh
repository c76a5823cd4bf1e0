#!/bin/bash
# roots: `make check` and `make demo ONCE=1` from a clone in fresh Debian roots: tests/roots.sh bookworm trixie. Needs root, mmdebstrap
# and the network; the mirror is the one that this machine's apt uses. Everything is mounted in a namespace that ends with it.
# CHECK_TESTS="unit save" runs some of the tests there; without it, all.
set -eu -o pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
OUT=${OUT:-$ROOT/build/roots}
export GIT_CONFIG_GLOBAL=$ROOT/tests/e2e/gitconfig

mirror() { # the site from which this machine gets its own suite
    local codename; codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    apt-get indextargets --format '$(CODENAME) $(SITE)' 2>/dev/null | awk -v c="$codename" '$1 == c {print $2; exit}'
}

# Runs in a mount and process namespace of its own, as the first process there: all ends with it.
inside() { # ROOT-DIRECTORY
    local root=$1
    mount -t proc proc "$root/proc"
    mount -t sysfs sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 ${CI:+CI=$CI} ${CRASHES:+CRASHES=$CRASHES} \
        ${CHECK_TESTS:+CHECK_TESTS="$CHECK_TESTS"} \
        sh -c 'cd /root/holdfast || exit; make check; checked=$?; make demo ONCE=1 && exit $checked'
}
if [ "${1-}" = --inside ]; then inside "$2"; exit; fi

[ "$(id -u)" = 0 ] || { echo "roots: run as root"; exit 1; }
command -v mmdebstrap >/dev/null || { echo "roots: mmdebstrap is not installed"; exit 1; }
mkdir -p "$OUT"
git -C "$ROOT" diff --quiet HEAD 2>/dev/null || echo "roots: what is not committed is not in the clone"
failed=0
for suite in "$@"; do
    root=$(mktemp -d /var/tmp/holdfast-root.XXXXXX)
    chmod 755 "$root"
    status=0
    mmdebstrap --quiet --variant=minbase --include=make,git,ca-certificates "$suite" "$root" "$(mirror)" >"$OUT/$suite.log" 2>&1 &&
        git clone -q "$ROOT" "$root/root/holdfast" &&
        timeout "${ROOT_LIMIT:-1500}" unshare --mount --pid --fork --kill-child --propagation private "$0" --inside "$root" \
            >>"$OUT/$suite.log" 2>&1 || status=$?
    rm -rf --one-file-system "$root"
    if [ $status = 0 ]; then
        echo "pass $suite: $(grep -E '^[0-9]+ passed' "$OUT/$suite.log" | tail -1); demo complete"
    else
        echo "fail $suite (status $status): $OUT/$suite.log"
        tail -25 "$OUT/$suite.log" | sed 's/^/    /'
        failed=1
    fi
done
exit $failed
