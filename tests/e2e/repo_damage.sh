#!/bin/bash
# repo_damage: what a crash or a bad disk leaves in a repository is repaired where that loses nothing, or refused with what to do.
. "$(dirname "$0")/lib.sh"

with_history() {
    serve
    local i
    for i in 1 2 3; do
        rep sh -c "echo $i >'$WORK/f'"
        hf sync
    done
    stop_daemon
    REF=$(git_record for-each-ref --format='%(refname)' refs/heads/rep/alice)
}
keeper_owns() { chown --reference="$REPO" "$@"; }

goes_on() {
    start_daemon
    rep sh -c "echo after >'$WORK/f'"
    expect_versions f 4
    expect_text f 1 1
    expect_sound_record
}

# Refused: the daemon or status says so in words, saves are still taken, and nothing is written over.
refuses() {
    "$HOLDFASTD" --conf "$CONF" --foreground >>"$T/daemon.log" 2>&1 &
    DAEMON=$!
    await 15 grep -qaE "$1" "$T/daemon.log" || { hf status || true; fail "no word about the damage"; }
    if kill -0 "$DAEMON" 2>/dev/null && is_served "$WORK"; then
        rep sh -c "echo while damaged >'$WORK/g'" || fail "a save failed because the repository is damaged"
    fi
    grep -aE "$1" "$T/daemon.log" | tail -1
}

test_stale_locks() {
    with_history
    : >"$REPO/$REF.lock"; : >"$REPO/packed-refs.lock"; : >"$REPO/HEAD.lock"; : >"$REPO/config.lock"
    keeper_owns "$REPO/$REF.lock" "$REPO"/*.lock
    goes_on
}

test_unfinished_pack() {
    with_history
    head -c 5000 /dev/urandom >"$REPO/objects/pack/tmp_pack_Xyz123"
    head -c 5000 /dev/urandom >"$REPO/objects/pack/pack-0123456789012345678901234567890123456789.pack"
    keeper_owns "$REPO"/objects/pack/*
    start_daemon
    rep sh -c "echo after >'$WORK/f'"
    expect_versions f 4
    git_record fsck --full --strict >/dev/null 2>&1 || fail "fsck"
}

test_missing_head() {
    with_history
    rm -f "$REPO/HEAD"
    goes_on
}

test_torn_pack() {
    with_history
    local pack; pack=$(ls -t "$REPO"/objects/pack/*.pack | head -1)
    chmod u+w "$pack"
    truncate -s -30 "$pack"
    printf 'garbage' | dd of="$pack" bs=1 seek=20 conv=notrunc status=none
    refuses 'company\.git|repository|pack'
}

test_ref_to_nothing() {
    with_history
    git_record for-each-ref
    echo 1234567890123456789012345678901234567890 >"$REPO/$REF"
    keeper_owns "$REPO/$REF"
    refuses 'refs/heads/rep|missing|1234567890'
}

test_missing_ref() {
    with_history
    rm -f "$REPO/$REF" "$REPO/packed-refs"
    "$HOLDFASTD" --conf "$CONF" --foreground >>"$T/daemon.log" 2>&1 &
    DAEMON=$!
    await 20 is_served "$WORK" || { tail -3 "$T/daemon.log"; say "refused to serve"; return 0; }
    rep sh -c "echo after >'$WORK/f'"
    sleep 3
    # either refused (trouble in status) or begun anew; in both cases status or the record says that something was lost
    hf status >"$T/status" 2>&1 || true
    grep -qiE 'missing|gap|lost|branch|ref' "$T/status" "$T/daemon.log" || record_lines | grep -qE 'gap|unattended|recovered' ||
        fail "a lost branch goes unmentioned"
}

theme_main "$@"
