# shellcheck shell=bash
# lib: what every end-to-end test needs: a scratch directory, fs.conf, a daemon that is started and always stopped.
#
# A theme is one file that defines test_* functions and ends with `theme_main "$@"`. Each test runs in a process of its own, under
# a time limit, in a fresh $T, as root. It may call: serve, stop_daemon, start_daemon, hf, rep, versions, expect_*, fail, skip.
# A failing command ends the test (set -e). Whatever a test leaves behind (daemon, mounts, files) theme_main removes.
set -eu -o pipefail

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$E2E/../.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
HOLDFAST=$BUILD/holdfast
HOLDFASTD=$BUILD/holdfastd
TOOL=$BUILD/e2e/tool
SCRATCH=${SCRATCH:-/tmp}   # must be reachable for any user: the keeper is not root
TEST_LIMIT=${TEST_LIMIT:-120} # seconds a test, unless limit_<test> is set; SLOW multiplies it (sanitizers)
SLOW=${SLOW:-1}
REP_UID=${REP_UID:-4200}

# The reps and the keeper need not be able to walk to the checkout (/root/holdfast): what they run is copied to where they can.
at_hand() {
    E2E=$T/bin/e2e TOOL=$T/bin/e2e/tool HOLDFAST=$T/bin/holdfast
    mkdir -p "$E2E"
    cp "$BUILD/holdfast" "$T/bin/"
    cp "$BUILD/e2e/tool" "$ROOT/tests/e2e/gitconfig" "$E2E/"
    chmod -R a+rX "$T/bin"
    export GIT_CONFIG_GLOBAL=$E2E/gitconfig
}

export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$E2E/gitconfig LC_ALL=C.UTF-8 TZ=UTC

fail() { echo "FAIL: $*"; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
need() { local c; for c in "$@"; do command -v "$c" >/dev/null || skip "$c is not installed"; done; }
say() { echo "-- $*"; }

# await SECONDS COMMAND...: until it succeeds.
await() {
    local end=$((SECONDS + $1 * SLOW)); shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

# ---- one daemon ----

hf() { local command=$1; shift; timeout $((60 * SLOW)) "$HOLDFAST" "$command" --conf "$CONF" "$@"; }
as() { local uid=$1; shift; setpriv --reuid "$uid" --regid "$uid" --clear-groups env HOME="$T/home" "$@"; }
rep() { as "$REP_UID" "$@"; }
rep_exec() { exec setpriv --reuid "$REP_UID" --regid "$REP_UID" --clear-groups env HOME="$T/home" "$@"; } # `rep_exec X &`: $! is X itself

# fs.conf for the usual test: one rep, one mount. Set before: STORE (a separate store), and more lines for a section in
# COMPANY_KEYS, STATE_KEYS, MOUNT_KEYS; MORE is put at the end.
write_conf() {
    CONF=$T/fs.conf REPO=${REPO:-$T/company.git} SPOOL=${SPOOL:-$T/spool} RUN=$T/run WORK=$T/work
    cat >"$CONF" <<END
[company]
name = Test Company
repository = $REPO
secret = $T/company.secret
${COMPANY_KEYS-}
[device]
name = lt-1
key = $T/device.key
[state]
spool = $SPOOL
index = $T/index
run = $RUN
policy = $T/policy.d
${STATE_KEYS-}
[mount "work"]
path = $WORK
${STORE:+store = $STORE}
rep = alice
email = alice@example.com
${MOUNT_KEYS-}
${MORE-}
END
    mkdir -p "$WORK" "$T/home" "$T/policy.d"
    chown "$REP_UID:$REP_UID" "$WORK" "$T/home"
}

is_served() { awk -v p="$1" '$5 == p && / - fuse.holdfast /{found = 1} END {exit !found}' /proc/self/mountinfo; }
daemon_ready() { is_served "$WORK" && hf status && stat -f "$WORK"; }

start_daemon() {
    "$HOLDFASTD" --conf "$CONF" --foreground >>"$T/daemon.log" 2>&1 &
    DAEMON=$!
    await 20 daemon_ready || fail "the daemon does not serve: $(tail -5 "$T/daemon.log")"
}

serve() { write_conf; hf init >/dev/null; start_daemon; }

# SIGTERM, and its exit status.
stop_daemon() {
    local status=0
    cd "$T" # not in the mount
    kill -TERM "$DAEMON"
    wait "$DAEMON" || status=$?
    sanitizers_quiet
    [ "$status" = 0 ] || fail "holdfastd exits $status after SIGTERM"
    ! is_served "$WORK" || fail "still mounted after a clean stop"
}

# The pids, one a line, of the daemon's children whose process name begins with hf-ROLE: mount, keeper, inspect.
child() {
    local pid pids=''
    for pid in $(cat "/proc/$DAEMON/task/$DAEMON/children"); do
        case $(cat "/proc/$pid/comm" 2>/dev/null) in hf-"$1"*) pids="$pids$pid " ;; esac
    done
    # shellcheck disable=SC2086 # one a line
    [ -n "$pids" ] && printf '%s\n' $pids
}

# one_child ROLE: the one that is called just so, or the first of them; fails if there is none.
one_child() {
    local pid one=''
    for pid in $(child "$1"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "hf-$1" ]; then one=$pid; break; fi
        one=${one:-$pid}
    done
    [ -n "$one" ] && echo "$one"
}
# kill_one ROLE: if there is one just now, and it has not died by itself.
kill_one() { local pid; pid=$(one_child "$1") || return 0; kill -KILL "$pid" 2>/dev/null || true; }

sanitizers_quiet() {
    ! grep -aE -m 1 -A 40 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:' "$T/daemon.log" ||
        fail "a sanitizer complained (daemon.log)"
}

# ---- what the record holds ----

git_record() { git -C "$REPO" "$@"; }
field() { printf '%%(trailers:key=%s,valueonly,separator=)' "$1"; }

# One line a commit, oldest first: Seq, Event, Path, SHA256, From (tabs between).
record_lines() {
    git_record log --reverse --topo-order --glob="refs/heads/rep/${1:-alice}/*" \
        --format="$(field Seq)%x09$(field Event)%x09$(field Path)%x09$(field SHA256)%x09$(field From)"
}

# versions PATH: the commits that hold bytes of this very path, oldest first.
versions() {
    git_record log --reverse --topo-order --glob='refs/heads/rep/alice/*' --format="%H%x09$(field Event)%x09$(field Path)" |
        awk -F '\t' -v p="$1" '$3 == p && $2 ~ /^(save|symlink|recovered|unattended)$/ {print $1}'
}

# expect_versions PATH N: after a sync, exactly so many.
expect_versions() {
    hf sync
    local n; n=$(versions "$1" | wc -l)
    [ "$n" = "$2" ] || { record_lines | tail -30; fail "$1: $n versions, expected $2"; }
}

# expect_text PATH N TEXT: what the Nth version of PATH holds.
expect_text() {
    local commit; commit=$(versions "$1" | sed -n "$2p")
    [ -n "$commit" ] || fail "$1 has no version $2"
    [ "$(git_record show "$commit:work/$1")" = "$3" ] || fail "$1: version $2 holds: $(git_record show "$commit:work/$1" | head -3)"
}

tip() { git_record for-each-ref --sort=-committerdate --count=1 --format='%(objectname)' refs/heads/rep/alice; }

# What stands in the record is what stands in the folder: names, bytes and executable bits.
expect_tip_equals() {
    hf sync
    rm -rf "$T/tip" "$T/seen"; mkdir -p "$T/tip/work"
    [ -z "$(tip)" ] || git_record archive "$(tip)" | tar -x -C "$T/tip" # nothing was ever kept: an empty folder
    cp -a "$1" "$T/seen"
    find "$T/seen" ! -type f ! -type d ! -type l -delete # fifos and the like have no bytes
    find "$T/seen" -mindepth 1 -type d -empty -delete    # git keeps no empty folder
    diff -r --no-dereference "$T/seen" "$T/tip/work" || fail "the record's newest tree is not the folder's"
}

# Sound, signed, gapless: whatever a test did.
nothing_temporary() { ! find "$REPO" \( -name '*.lock' -o -name 'tmp_*' \) ! -name holdfast.lock | grep -q .; }
expect_sound_record() {
    git_record fsck --full --strict 2>"$T/fsck" >&2 || { cat "$T/fsck"; fail "git fsck --full --strict"; }
    ! grep -vE '^(Checking|dangling|notice)' "$T/fsck" || fail "git fsck had something to say"
    local seq
    seq=$(git_record log --reverse --topo-order --glob='refs/heads/rep/alice/*' --format="$(field Seq)" | sort -n)
    [ -z "$seq" ] || [ "$seq" = "$(seq 1 "$(wc -l <<<"$seq")")" ] || fail "Seq has gaps or repeats"
    await 10 nothing_temporary || { find "$REPO" -name '*.lock' -o -name 'tmp_*'; fail "temporary files left in the repository"; } # a scan may go on
}

# Path and SHA-256 of every version. A rename brings the bytes of its old name along: where a batch ended between a temporary
# file's save and its rename, that is the version of the named file.
content_lines() {
    record_lines | awk -F '\t' '
        $2 == "rename" && ($4 == "" || $4 == "none") {$4 = now[$5]}
        $2 != "delete" && $4 != "" && $4 != "none" {now[$3] = $4; print $3 "\t" tolower($4)}'
}

# Each line of a ledger (path, tab, SHA-256) that tool's writers kept stands exactly once among the versions.
expect_ledger() {
    content_lines | sort >"$T/kept"
    sort "$@" >"$T/acknowledged"
    comm -23 "$T/acknowledged" <(uniq "$T/kept") >"$T/lost"
    uniq -d "$T/kept" | comm -12 - "$T/acknowledged" >"$T/double"
    say "$(wc -l <"$T/acknowledged") saves acknowledged, $(wc -l <"$T/kept") versions"
    [ ! -s "$T/lost" ] || { head -5 "$T/lost"; fail "$(wc -l <"$T/lost") acknowledged saves are not in the record"; }
    [ ! -s "$T/double" ] || { head -5 "$T/double"; fail "$(wc -l <"$T/double") saves are in the record twice"; }
}

# ---- running a theme ----

# Undo what a test left: its daemon (by the pid it wrote), then every mount below its directory, then the directory.
clean_scratch() {
    local dir=$1 pid mount
    for pid in $(cat "$dir"/run*/holdfastd.pid "$dir"/pids 2>/dev/null); do
        if grep -qaF "$dir" "/proc/$pid/cmdline" 2>/dev/null; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    sleep 0.1
    awk -v d="$dir/" 'index($5, d) == 1 {print $5}' /proc/self/mountinfo | sort -r | while read -r mount; do
        umount -l "$(printf '%b' "$mount")" 2>/dev/null || true
    done
    rm -rf --one-file-system "$dir"
}

report() { # pass|fail|skip TEST WHY
    echo "$1 $THEME $2 ${3-}" >>"${RESULTS:-/dev/null}"
    printf '%-4s %s: %s%s\n' "$1" "$THEME" "${2#test_}" "${3:+ ($3)}"
}

run_test() {
    local test=$1 limit_name=limit_$1 limit log status=0 started=$SECONDS
    limit=$((${!limit_name:-$TEST_LIMIT} * SLOW))
    T=$(mktemp -d "$SCRATCH/holdfast-$THEME.XXXXXX")
    chmod 755 "$T"
    log=$T.log
    T=$T timeout -k 15 "$limit" bash "$THEME_FILE" --one "$test" >"$log" 2>&1 </dev/null || status=$?
    case $status in
    0) report pass "$test" "$((SECONDS - started)) s" ;;
    77) report skip "$test" "$(sed -n 's/^SKIP: //p' "$log" | tail -1)" ;;
    124 | 137) report fail "$test" "not done after $limit s" ;;
    *) report fail "$test" "status $status" ;;
    esac
    case $status in 0 | 77) ;; *)
        FAILED=1
        sed 's/^/    /' "$log" | tail -40
        [ ! -s "$T/daemon.log" ] || { echo "    -- daemon.log"; sed 's/^/    /' "$T/daemon.log" | tail -25; }
        if [ -n "${KEEP-}" ]; then cp -r "$T/daemon.log" "$log" "$T"/{company.git,spool,lost,kept,acknowledged} "$KEEP/" 2>/dev/null || true; fi ;;
    esac
    clean_scratch "$T"
    rm -f "$log"
}

theme_main() {
    THEME_FILE=$(readlink -f "$0") THEME=$(basename "$0" .sh) FAILED=0
    if [ "${1-}" = --one ]; then
        set -E
        trap 'echo "line $LINENO: $BASH_COMMAND" >&2' ERR
        trap 'kill -KILL ${DAEMON:-} 2>/dev/null || true' EXIT
        cd "$T"
        at_hand
        "$2"
        [ ! -e "$T/daemon.log" ] || sanitizers_quiet
        exit 0
    fi
    [ "$(id -u)" = 0 ] || { echo "end-to-end tests mount file systems: run them as root"; exit 1; }
    local test
    for test in $(sed -n 's/^\(test_[a-z0-9_]*\)() .*/\1/p' "$THEME_FILE"); do
        [ $# = 0 ] || [[ " $* " == *" $test "* || " $* " == *" ${test#test_} "* ]] || continue
        run_test "$test"
    done
    exit $FAILED
}
