#!/bin/bash
# replace: the mount child is killed with -9 forty times; whoever writes, reads, renames, locks, maps or holds unlinked files sees nothing.
. "$(dirname "$0")/lib.sh"
KILLS=${KILLS:-40}
TEST_LIMIT=$((60 + KILLS))

workers() { # KIND...
    local kind
    PIDS=()
    for kind in "$@"; do
        rep "$TOOL" work "$kind" "$WORK" $((KILLS / 4 + 3)) >>"$T/workers" 2>&1 &
        PIDS+=($!)
    done
}

kill_under_load() {
    local i pid slept=0
    sleep 0.3
    for i in $(seq "$KILLS"); do
        pid=$(child mount) && kill -KILL "$pid" && slept=$((slept + 1)) || true
        sleep 0.25
    done
    for pid in "${PIDS[@]}"; do wait "$pid" || { cat "$T/workers"; fail "an application saw an error"; }; done
    cat "$T/workers"
    [ $slept -ge $((KILLS * 9 / 10)) ] || fail "only $slept of $KILLS kills found a mount child"
    expect_tip_equals "$WORK"
    expect_sound_record
    stop_daemon
}

kernel_can_replace() {
    local major minor
    IFS=. read -r major minor _ <<<"$(uname -r)"
    [ "$major" -gt 6 ] || { [ "$major" = 6 ] && [ "$minor" -ge 9 ]; } || skip "kernel $(uname -r) cannot re-send requests (6.9 can)"
}

test_all_kinds() {
    kernel_can_replace
    serve
    workers write read rename unlinked lock list map
    kill_under_load
}

test_open_unlinked_file_survives_many() {
    kernel_can_replace
    serve
    workers unlinked unlinked unlinked unlinked
    kill_under_load
}

test_back_within_200_ms() {
    kernel_can_replace
    serve
    local i start took worst=0
    for i in $(seq 10); do
        rep sh -c "echo $i >'$WORK/f'"
        start=$(date +%s%N)
        kill -KILL "$(child mount)"
        rep sh -c "echo again $i >'$WORK/g$i'"
        took=$((($(date +%s%N) - start) / 1000000))
        [ $took -le $worst ] || worst=$took
        sleep 0.3
    done
    say "worst $worst ms from the kill to a save that is done"
    [ $worst -le $((300 * SLOW)) ] || fail "$worst ms"
}

theme_main "$@"
