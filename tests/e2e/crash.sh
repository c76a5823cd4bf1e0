#!/bin/bash
# crash: kill -9 of our processes at random moments under load. Every acknowledged save is in the record exactly once, fsck is
# clean, nothing temporary is left. CRASHES is the number of kills a test (1000 in the long run).
. "$(dirname "$0")/lib.sh"
[ "${SANITIZED-}" = tsan ] && CRASHES=${CRASHES:-4} # the keeper is ten times slower then, and the savers are not
CRASHES=${CRASHES:-12}
TEST_LIMIT=$((180 + CRASHES * 4))

savers_end() {
    local pid
    for pid in "${SAVERS[@]}"; do wait "$pid" || { cat "$T/savers"; fail "an application saw an error"; }; done
}

launch() { # SECONDS [tolerant]: two applications that save, each with its ledger
    SAVERS=()
    local i
    for i in 1 2; do
        rep mkdir -p "$WORK/s$i"
        : >"$T/ledger$i"
        chmod 666 "$T/ledger$i"
        rep_exec "$TOOL" saver "$WORK/s$i" "$((i + $$))" "$1" "$T/ledger$i" ${2:+"$2"} >>"$T/savers" 2>&1 &
        SAVERS+=($!)
    done
}

nap() { sleep "0.$(printf %03d $((RANDOM % 600 + 20)))"; }

no_clones() { [ -z "$(find "$SPOOL" -path '*clone*' -type f)" ]; }

settle() {
    await 30 daemon_ready || fail "does not come back"
    timeout $(((100 + CRASHES) * SLOW)) "$HOLDFAST" sync --conf "$CONF"
    expect_ledger "$T/ledger1" "$T/ledger2"
    expect_sound_record
    expect_tip_equals "$WORK"
    await 10 no_clones || { find "$SPOOL" -path '*clone*' -type f; fail "clones left in the spool"; }
}

kill_role() { # ROLE: so many times, while two applications save and must not notice
    serve
    launch $((CRASHES * 40 / 100 + 3))
    local i pid
    for i in $(seq "$CRASHES"); do
        nap
        pid=$(child "$1") && kill -KILL "$pid" || true
    done
    savers_end
    settle
    stop_daemon
}

test_keeper() { kill_role keeper; }
test_mount_child() { kill_role mount; }
test_inspector() { kill_role inspect; }

test_any_of_them() {
    serve
    launch $((CRASHES * 40 / 100 + 3))
    local i pid roles=(keeper mount inspect)
    for i in $(seq "$CRASHES"); do
        nap
        pid=$(child "${roles[RANDOM % 3]}") && kill -KILL "$pid" || true
    done
    savers_end
    settle
}

is_stopped() { awk '{exit !($3 == "T" || $3 == "Z")}' "/proc/$1/stat"; }

# The supervisor and all at once. Applications may see errors here, but what was acknowledged stands.
test_everything_at_once() {
    serve
    local rounds=$((CRASHES / 4 + 1)) i
    launch $((rounds * 3)) tolerant
    for i in $(seq $rounds); do
        nap; nap
        # shellcheck disable=SC2046 # pids
        kill -KILL "$DAEMON" $(cat "/proc/$DAEMON/task/$DAEMON/children")
        wait "$DAEMON" || true
        # what the applications would write to the bare folder below is not ours to keep: they wait
        local pid
        for pid in "${SAVERS[@]}"; do
            kill -STOP "$pid" 2>/dev/null || continue
            await 5 is_stopped "$pid" || fail "an application does not come back from a mount that is dead"
        done
        start_daemon
        for pid in "${SAVERS[@]}"; do kill -CONT "$pid" 2>/dev/null || true; done
    done
    savers_end
    settle
}

# A keeper that never gets to its work: the burst grows the spool on disk, not memory, and all of it is kept at the end.
test_held_back_keeper() {
    serve
    kill -STOP "$(child keeper)"
    launch 8
    savers_end
    say "spool $(du -sk "$SPOOL" | cut -f1) KiB, mount child $(awk '/^VmRSS/{print $2}' "/proc/$(child mount)/status") KiB"
    kill -CONT "$(child keeper)"
    settle
}

test_hung_inspector() {
    serve
    kill -STOP "$(child inspect)"
    rep sh -c "echo 1 >'$WORK/f'"
    timeout 60 "$HOLDFAST" sync --conf "$CONF"
    expect_versions f 1
    git_record show -s --format=%B "$(versions f)" | grep -q '^Class: unreadable' || say "the inspector was replaced before the file was given up"
}

theme_main "$@"
