#!/bin/bash
# badconf: a bad fs.conf is refused by everything that reads it, with file, line, what, and what was expected.
. "$(dirname "$0")/lib.sh"

refused() { # EXPECTED-PATTERN
    local s=0
    "$HOLDFASTD" --conf "$CONF" --foreground >"$T/out" 2>&1 || s=$?
    [ "$s" = 2 ] || { cat "$T/out"; fail "holdfastd: status $s, expected 2"; }
    grep -qE "$1" "$T/out" || { cat "$T/out"; fail "expected a message like $1"; }
    s=0
    hf init >"$T/out" 2>&1 || s=$?
    [ "$s" = 2 ] || fail "init: status $s, expected 2"
    s=0
    "$HOLDFAST" policy check --conf "$CONF" >"$T/out" 2>&1 || s=$?
    [ "$s" = 2 ] || [ "$s" = 1 ] || fail "policy check: status $s"
    grep -qE "$1" "$T/out" || { cat "$T/out"; fail "policy check says something else"; }
    ! is_served "$WORK" || fail "mounted all the same"
}

test_unknown_key() { MOUNT_KEYS="persnal = Private/**"; write_conf; refused 'fs\.conf:[0-9]+: .*persnal.*personal'; }
test_unknown_section() { MORE=$'[mounts "x"]\npath = /x'; write_conf; refused 'fs\.conf:[0-9]+: '; }
test_bad_duration() { MOUNT_KEYS="interval = 7 yeers"; write_conf; refused 'fs\.conf:[0-9]+: interval: "7 yeers": expected a duration'; }
test_relative_path() { STORE=store; write_conf; refused 'fs\.conf:[0-9]+: store'; }
test_same_key_twice() { MOUNT_KEYS="rep = bob"; write_conf; refused 'fs\.conf:[0-9]+: rep'; }
test_missing_key() { write_conf; sed -i '/^rep = /d' "$CONF"; refused 'fs\.conf.*rep'; }
test_nested_mounts() { MORE=$'[mount "two"]\npath = '"$T"$'/work/below\nrep = alice\nemail = a@b'; write_conf; refused 'fs\.conf:[0-9]+: '; }
test_not_yet_enforced() { MOUNT_KEYS='notice = /etc/holdfast/notice.txt'; write_conf; refused 'fs\.conf:[0-9]+: '; }
test_no_value() { write_conf; echo garbage >>"$CONF"; refused 'fs\.conf:[0-9]+: '; }
test_no_file() { write_conf; rm "$CONF"; local s=0; "$HOLDFASTD" --conf "$CONF" --foreground >"$T/out" 2>&1 || s=$?; [ $s = 2 ] || [ $s = 3 ] || fail "status $s"; grep -q fs.conf "$T/out"; }

test_missing_folder() {
    write_conf
    hf init >/dev/null
    rmdir "$WORK"
    local s=0
    "$HOLDFASTD" --conf "$CONF" --foreground >"$T/out" 2>&1 || s=$?
    [ $s != 0 ] && grep -qF "$WORK" "$T/out" || { cat "$T/out"; fail "status $s"; }
}

test_sample_of_the_design_is_clear() { # fs.conf.example is what an admin starts from
    local s=0
    "$HOLDFAST" policy check --conf "$ROOT/fs.conf.example" >"$T/out" 2>&1 || s=$?
    [ "$s" = 0 ] || { cat "$T/out"; fail "fs.conf.example: status $s"; }
}

theme_main "$@"
