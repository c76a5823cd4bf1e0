#!/bin/bash
# stop: starting and stopping, twice, by force, on top of a dead mount, in the background.
. "$(dirname "$0")/lib.sh"

test_sigterm_keeps_all() {
    serve
    rep "$TOOL" burst "$WORK/f" 500 >/dev/null
    stop_daemon
    [ "$(versions f | wc -l)" = 500 ] || fail "$(versions f | wc -l) of 500 saves are in the record after a clean stop"
    expect_sound_record
    [ ! -e "$RUN/control.sock" ] && [ ! -e "$RUN/holdfastd.pid" ] || fail "files left in the run directory"
    [ "$(cat "$WORK/f")" = "save 500" ] || fail "the folder below does not hold the newest"
}

test_stop_while_busy() {
    serve
    rep "$TOOL" hold "$WORK/open" 6 100 &
    local holder=$!
    sleep 1
    kill -TERM "$DAEMON"
    local s=0
    timeout 40 tail --pid="$DAEMON" -f /dev/null || fail "does not stop while a file is open"
    wait "$DAEMON" || s=$?
    [ $s = 0 ] || fail "status $s"
    wait $holder || true
    ! is_served "$WORK" || fail "still mounted"
}

test_second_daemon_is_refused() {
    serve
    local s=0
    timeout 20 "$HOLDFASTD" --conf "$CONF" --foreground >"$T/second" 2>&1 || s=$?
    [ $s != 0 ] && [ $s != 124 ] || fail "a second daemon: status $s"
    grep -q "$DAEMON" "$T/second" || { cat "$T/second"; fail "does not name the pid"; }
    rep sh -c "echo 1 >'$WORK/f'"
    expect_versions f 1
    stop_daemon
}

test_stale_mount_is_recovered() {
    serve
    rep sh -c "echo 1 >'$WORK/f'"
    # shellcheck disable=SC2046 # pids
    kill -KILL "$DAEMON" $(cat "/proc/$DAEMON/task/$DAEMON/children")
    wait "$DAEMON" || true
    is_served "$WORK" || say "the mount went with its daemon"
    start_daemon
    rep sh -c "echo 2 >'$WORK/f'"
    expect_versions f 2
    [ "$(awk -v p="$WORK" '$5 == p' /proc/self/mountinfo | wc -l)" = 1 ] || fail "mounted more than once"
    stop_daemon
}

test_background() {
    write_conf
    hf init >/dev/null
    timeout 30 "$HOLDFASTD" --conf "$CONF" </dev/null >"$T/daemon.log" 2>&1 || fail "status $?"
    is_served "$WORK" || fail "not mounted when the command returns"
    rep sh -c "echo 1 >'$WORK/f'"
    expect_versions f 1
    local pid; pid=$(cat "$RUN/holdfastd.pid")
    kill -TERM "$pid"
    timeout 40 tail --pid="$pid" -f /dev/null || fail "does not stop"
    ! is_served "$WORK" || fail "still mounted"
}

test_init_twice() {
    write_conf
    hf init >"$T/first"
    sha256sum "$T/device.key" >"$T/sum"
    hf init >"$T/second"
    sha256sum -c --quiet "$T/sum" || fail "the key was replaced"
    [ "$(stat -c %a "$T/device.key")" = 600 ] || fail "the key's mode"
    start_daemon
    stop_daemon
    start_daemon
    stop_daemon
}

# Something is mounted over it: status says so as long as it is so.
test_hidden_by_another_mount() {
    serve
    hf status >/dev/null || fail "trouble at the start: $(hf status)"
    mount -t tmpfs none "$WORK"
    hidden() { ! hf status >"$T/status" && grep -q 'is unmounted or hidden' "$T/status"; }
    well() { hf status >"$T/status"; }
    await 10 hidden || fail "status does not say so: $(cat "$T/status")"
    umount "$WORK"
    await 30 well || fail "status still complains: $(cat "$T/status")"
}

test_umount_by_hand() {
    serve
    rep sh -c "echo 1 >'$WORK/f'"
    umount "$WORK"
    await 10 is_served "$WORK" || fail "not mounted again"
    rep sh -c "echo 2 >'$WORK/f'"
    expect_versions f 2
    stop_daemon
}

theme_main "$@"
