#!/bin/bash
# multi: two mounts, two reps, a separate store; each rep sees only his own.
. "$(dirname "$0")/lib.sh"
BOB=4300

two_reps() {
    STORE=$T/vault/alice
    MORE=$'[mount "bobs"]\npath = '"$T"$'/bob\nstore = '"$T"$'/vault/bob\nrep = bob\nemail = bob@example.com'
    mkdir "$T/bob"
    chown $BOB "$T/bob"
    chmod 700 "$T/bob"
    serve
    rep sh -c "echo alice >'$WORK/mine'"
    as $BOB sh -c "echo bob >'$T/bob/his'"
    hf sync
}

test_each_his_own_branch() {
    two_reps
    [ "$(git_record for-each-ref refs/heads/rep/alice | wc -l)" = 1 ] || fail "alice's branch"
    [ "$(git_record for-each-ref refs/heads/rep/bob | wc -l)" = 1 ] || fail "bob's branch"
    [ "$(record_lines bob | grep -c his)" = 1 ] || fail "bob's save"
    [ "$(record_lines alice | grep -c his)" = 0 ] || fail "bob's save is on alice's branch"
    expect_sound_record
    rep cat "$STORE/mine" 2>/dev/null && fail "a rep reads the store behind the mount" || true
    stop_daemon
}

test_each_sees_his_own() {
    two_reps
    as $BOB "$HOLDFAST" log --conf "$CONF" "$T/bob/his" | grep -q his || fail "bob does not see his own"
    local s=0
    as $BOB "$HOLDFAST" log --conf "$CONF" "$WORK/mine" >"$T/out" 2>&1 || s=$?
    ! grep -q 'save.*mine' "$T/out" || fail "bob sees alice's history"
    s=0
    as $BOB "$HOLDFAST" show --conf "$CONF" "$WORK/mine" >"$T/out" 2>"$T/err" || s=$?
    [ $s != 0 ] && [ ! -s "$T/out" ] || fail "bob reads alice's version"
    as $BOB "$HOLDFAST" log --conf "$CONF" >"$T/out" 2>&1 || true
    ! grep -q mine "$T/out" || fail "bob's log lists alice's file"
    as $BOB "$HOLDFAST" status --conf "$CONF" --json >"$T/out" 2>&1 || true
    hf log --json >"$T/all"
    grep -q his "$T/all" && grep -q mine "$T/all" || fail "root does not see all"
}

test_one_mount_child_dies_alone() {
    two_reps
    local pids; pids=$(child mount)
    [ "$(wc -w <<<"$pids")" = 2 ] || fail "not two mount children"
    kill -KILL "${pids%%$'\n'*}"
    rep sh -c "echo 2 >'$WORK/mine'"
    as $BOB sh -c "echo 2 >'$T/bob/his'"
    hf sync
    [ "$(child mount | grep -cFx -e "${pids##*$'\n'}")" = 1 ] || fail "the other mount's child was replaced too"
    expect_versions mine 2
}

theme_main "$@"
