#!/bin/bash
# pjdfstest: the public POSIX suite on a directory, compared with the native file system beside it: tests/suites/pjdfstest.sh [THEME-DIR]
#
# PJDFSTEST names a checkout of github.com/pjd/pjdfstest, which is built here out of tree. Without it: a line, and status 77.
# By itself it mounts a Holdfast as the end-to-end tests do; with a directory as argument it judges that one.
. "$(dirname "$0")/../e2e/lib.sh"
SUITE=$BUILD/pjdfstest
JOBS=${JOBS:-2}

build_suite() {
    [ -n "${PJDFSTEST-}" ] && [ -e "$PJDFSTEST/pjdfstest.c" ] || skip "PJDFSTEST does not name a checkout of pjdfstest"
    need prove perl
    [ ! -x "$SUITE/pjdfstest" ] || return 0
    need autoreconf make
    rm -rf "$SUITE"
    mkdir -p "$BUILD"
    cp -r "$PJDFSTEST" "$SUITE"
    (cd "$SUITE" && autoreconf -ifs && ./configure && make) >"$BUILD/pjdfstest.log" 2>&1 || { tail "$BUILD/pjdfstest.log"; fail "pjdfstest does not build"; }
}

# One line a failed check: test file and number. On the standard error: how many were run.
judge() { # DIRECTORY
    mkdir -p "$1"
    (cd "$1" && prove -r -j "$JOBS" "$SUITE/tests" 2>&1) >"$2.log" || true
    grep -E '^Files=' "$2.log" >&2 || true
    awk -v suite="$SUITE/tests/" '
        / \(Wstat:/ {file = $1; sub(suite, "", file)}
        /^  Failed tests?:/ || (more && /^ +[0-9]/) {more = 1; sub(/.*:/, ""); gsub(/,/, " "); n = split($0, w, " ")
            for (i = 1; i <= n; i++) {m = split(w[i], r, "-"); for (k = r[1]; k <= r[m]; k++) print file, k}
            next}
        {more = 0}
        /Non-zero exit|Bad plan|No plan/ {print file, $0}' "$2.log" | sort >"$2"
}

compare() { # DIRECTORY, DIRECTORY BESIDE IT
    say "native:"
    judge "$2/pjdfstest" "$T/native.failed"
    say "mount:"
    judge "$1/pjdfstest" "$T/mount.failed"
    comm -13 "$T/native.failed" "$T/mount.failed" >"$T/worse"
    say "fails native $(wc -l <"$T/native.failed"), on the mount $(wc -l <"$T/mount.failed"), only there $(wc -l <"$T/worse")"
    [ ! -s "$T/worse" ] || { cat "$T/worse"; fail "$(wc -l <"$T/worse") checks fail on the mount and not natively"; }
}

test_pjdfstest() {
    build_suite
    serve
    mkdir "$T/native"
    compare "$WORK" "$T/native"
    stop_daemon
}
limit_test_pjdfstest=900

if [ -n "${1-}" ] && [ -d "$1" ]; then
    T=$(mktemp -d)
    (build_suite; compare "$1" "${2:-$T}")
    status=$?
    rm -rf "$T"
    exit $status
fi
theme_main "$@"
