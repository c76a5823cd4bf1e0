#!/bin/bash
# full: store, spool, repository: each on a small file system of its own that fills up. The application hears ENOSPC or waits, status has a
# line, and all goes on by itself when there is room again.
. "$(dirname "$0")/lib.sh"

small() { # DIR SIZE
    mkdir -p "$1"
    mount -t tmpfs -o "size=$2,mode=755" tmpfs "$1"
}
has_trouble() { ! hf status >"$T/status" 2>&1 || grep -qiE 'space|full|room' "$T/status"; }

test_store() {
    STORE=$T/small/store
    small "$T/small" 40m
    serve
    rep sh -c "echo first >'$WORK/first'"
    local out; out=$(rep "$TOOL" fill "$WORK/big")
    [[ $out == ENOSPC* ]] || fail "a full store says: $out"
    rep sh -c "echo changed >'$WORK/first'" || say "no room for a small change either"
    rep rm "$WORK/big"
    rep sh -c "echo second >'$WORK/second'"
    hf sync
    expect_text first 1 first
    expect_versions second 1
    expect_sound_record
}

test_repository() {
    REPO=$T/small/company.git
    small "$T/small" 30m
    serve
    rep sh -c "echo first >'$WORK/first'"
    hf sync
    head -c 40m /dev/zero >"$T/small/ballast" 2>/dev/null || true
    rep "$TOOL" burst "$WORK/f" 200 >/dev/null || fail "a save failed because the repository is full"
    rep "$TOOL" fill "$WORK/big" 3 >/dev/null
    await 20 has_trouble || fail "status says nothing: $(cat "$T/status")"
    cat "$T/status"
    timeout 10 "$HOLDFAST" sync --conf "$CONF" 2>"$T/err" || true
    grep -qE 'waiting for work: [0-9]+ saves not in the record yet; .*(space|full|room)' "$T/err" || fail "sync does not say what it waits for: $(cat "$T/err")"
    rm "$T/small/ballast"
    timeout 60 "$HOLDFAST" sync --conf "$CONF" || fail "does not recover when there is room"
    expect_versions f 200
    expect_text f 200 "save 200"
    expect_sound_record
    hf status >"$T/status"
    ! grep -qiE 'no space|is full' "$T/status" || { cat "$T/status"; fail "status still complains"; }
}

test_spool() {
    SPOOL=$T/small/spool
    small "$T/small" 40m
    serve
    rep sh -c "head -c 3000000 /dev/urandom >'$WORK/base'"
    hf sync
    kill -STOP "$(child keeper)"
    head -c 60m /dev/zero >"$T/small/ballast" 2>/dev/null || true
    # saves go on while they can; those that cannot be covered wait or fail with ENOSPC, and none of those acknowledged is lost
    : >"$T/ledger"
    chmod 666 "$T/ledger"
    rep mkdir "$WORK/s"
    rep "$TOOL" saver "$WORK/s" 5 10 "$T/ledger" tolerant &
    local saver=$!
    sleep 3
    await 10 has_trouble || say "status: $(cat "$T/status")"
    rm "$T/small/ballast"
    kill -CONT "$(child keeper)"
    wait $saver
    timeout 60 "$HOLDFAST" sync --conf "$CONF"
    expect_ledger "$T/ledger"
    expect_sound_record
    rep sh -c "echo last >'$WORK/last'"
    expect_versions last 1
}

test_spool_limit_slows() {
    STATE_KEYS="limit = 16M"
    serve
    kill -STOP "$(child keeper)"
    : >"$T/ledger"
    chmod 666 "$T/ledger"
    rep mkdir "$WORK/s"
    rep "$TOOL" saver "$WORK/s" 6 12 "$T/ledger" &
    local saver=$!
    sleep 6
    say "spool $(du -sk "$SPOOL" | cut -f1) KiB at a limit of 16384 KiB"
    [ "$(du -sk "$SPOOL" | cut -f1)" -le 40000 ] || fail "the spool outgrew its limit"
    kill -CONT "$(child keeper)"
    wait $saver || fail "an application saw an error"
    timeout 60 "$HOLDFAST" sync --conf "$CONF"
    expect_ledger "$T/ledger"
}

theme_main "$@"
