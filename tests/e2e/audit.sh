#!/bin/bash
# audit: what open rules decided is on record: sealed, signed, gapless through kills, and shown to those whom it is about.
. "$(dirname "$0")/lib.sh"
need python3

leads() { # COUNT
    local i
    for i in $(seq "$1"); do echo "Ann Hill$i,Firm $i GmbH,ann.$i@firm$i.example,+49 30 55501$((100 + i))"; done
}

# A list of prospects in the mount: cp may not read it, head is logged, nobody else is spoken of.
serve_list() {
    write_conf
    printf '[guard]\nmode = enforce\n' >>"$CONF"
    printf '[class "prospect-list"]\nmime = text/csv\ncontacts = 5\n' >"$T/policy.d/10-class.policy"
    cat >"$T/policy.d/50-open.policy" <<'END'
[open "copiers"]
class = prospect-list
app = cp
action = block
say = Prospect lists stay here.
[open "heads"]
class = prospect-list
app = head
action = log
END
    hf init >/dev/null
    start_daemon
    leads 10 >"$T/list.csv"
    rep dd if="$T/list.csv" of="$WORK/list.csv" status=none
    hf sync
}
copy() { ! rep cp "$WORK/list.csv" "$T/home/copy.csv" 2>/dev/null || fail "the copy was not blocked"; }
peek() { rep head -1 "$WORK/list.csv" >/dev/null; }

# look PYTHON: evaluated with `e`, the events that `holdfast audit --json` on standard input told, oldest first, and w(e, key).
look() {
    python3 -c 'import json, sys
e = [json.loads(line) for line in sys.stdin][::-1]
w = lambda x, key: x["unmapped"].get(key)
seqs = [x["metadata"]["sequence"] for x in e]
opens = [x for x in e if w(x, "event") == "open"]
print('"$1"')'
}
told() { hf audit --json | look "$1"; }
expect_told() { # PYTHON VALUE
    local got; got=$(told "$1")
    [ "$got" = "$2" ] || { hf audit | head -20; fail "$1: $got, expected $2"; }
}
expect_sound_log() { # sealed to the end, gapless, signed
    hf sync
    expect_told 'seqs == list(range(1, len(seqs) + 1)) and not [x for x in e if w(x, "sealed") is False]' True
    local c
    for c in $(git_record rev-list refs/heads/audit/lt-1); do
        git_record verify-commit "$c" 2>/dev/null || fail "seal $c is not signed"
    done
    [ "$(git_record log -1 --format="$(field Seq)" audit/lt-1 | sed 's/.*-//')" = "$(told 'len(seqs)')" ] || fail "the newest seal's number"
    git_record fsck --full --strict >"$T/fsck" 2>&1 || { cat "$T/fsck"; fail "git fsck"; }
}
has() { hf audit --json | look "$1" | grep -qx "$2"; }

test_block_and_log() {
    serve_list
    copy; peek; rep cat "$WORK/list.csv" >/dev/null # of cat no rule speaks
    expect_told 'len(opens)' 2
    expect_told '[w(x, "sealed") for x in opens]' '[False, False]'
    hf audit | grep -q '\* .*block .*cp .*prospect-list .*list.csv .*open/copiers' || fail "the table: $(hf audit)"
    hf sync
    expect_told '[w(x, "sealed") for x in opens]' '[None, None]'
    expect_told '[(x["class_uid"], x["disposition"], w(x, "rule")) for x in opens]' \
        "[(2006, 'Blocked', 'open/copiers'), (2006, 'Logged', 'open/heads')]"
    expect_told '[x["actor"]["user"]["uid"] for x in opens]' "['$REP_UID', '$REP_UID']"
    expect_told 'opens[0]["actor"]["process"]["file"]["path"]' "$(readlink -f "$(command -v cp)")"
    expect_told 'opens[0]["message"]' 'Prospect lists stay here.'
    expect_told 'w(opens[0], "version")' 1
    # the rules that decided: by their tree, and by the commit that holds them
    local commit; commit=$(told 'opens[0]["policy"]["version"]')
    git_record cat-file -e "$commit:50-open.policy" || fail "no such policy: $commit"
    [ "$(git_record rev-parse "$commit^{tree}")" = "$(told 'opens[0]["policy"]["uid"]')" ] || fail "another tree than decided"
    expect_told '[w(x, "note") for x in e if w(x, "event") == "session" and not w(x, "mount")]' "['start']"
    # each seal names the tips of the device's other branches
    git_record log -1 --format="$(field Tip)" audit/lt-1 | grep -q 'refs/heads/rep/alice/lt-1/' || fail "no tips"
    expect_sound_log
    cd "$T"; stop_daemon
    git_record log -1 --format="$(field Session)" audit/lt-1 | grep -q stopped || fail "the stop is not sealed"
}

test_filters_and_clones() {
    serve_list
    copy; peek
    rep mkdir "$WORK/Sub"; rep dd if="$T/list.csv" of="$WORK/Sub/a b.csv" status=none; hf sync
    sleep 1.1
    local now; now=$(date -u +%FT%TZ)
    rep head -1 "$WORK/Sub/a b.csv" >/dev/null
    [ "$(hf audit --rule heads | wc -l)" = 2 ] || fail "by rule: $(hf audit --rule heads)"
    [ "$(hf audit --rule open/copiers | wc -l)" = 1 ] || fail "by rule and pack"
    [ "$(hf audit --since "$now" | wc -l)" = 1 ] || fail "since"
    [ "$(hf audit --until "$now" --class prospect-list | wc -l)" = 2 ] || fail "until"
    [ "$(hf audit -n 2 | wc -l)" = 2 ] || fail "number"
    [ "$(hf audit -n 0 | wc -l)" = 0 ] || fail "none"
    [ "$(hf audit "$WORK/Sub" | wc -l)" = 1 ] || fail "a folder: $(hf audit "$WORK/Sub")"
    [ "$(hf audit "$WORK/list.csv" | wc -l)" = 2 ] || fail "a file"
    [ "$(hf audit --class nonsense | wc -l)" = 0 ] || fail "a class that is none"
    [ "$(hf audit --device other | wc -l)" = 0 ] || fail "a device that is none"
    local s=0; hf audit --since never 2>"$T/err" || s=$?
    [ $s = 2 ] && grep -q 'expected a time' "$T/err" || fail "a bad time: $s $(cat "$T/err")"
    hf sync
    git clone -q --mirror "$REPO" "$T/office.git"
    "$HOLDFAST" audit --repo "$T/office.git" --rule heads >"$T/out" || fail "audit of a clone"
    [ "$(wc -l <"$T/out")" = 2 ] || fail "a clone says: $(cat "$T/out")"
    diff <("$HOLDFAST" audit --repo "$T/office.git" --json) <(hf audit --json) || fail "the clone and the daemon differ"
    s=0; "$HOLDFAST" audit --repo "$T/office.git" --follow 2>"$T/err" || s=$?
    [ $s = 2 ] || fail "--follow of a clone: $s $(cat "$T/err")"
    cd "$T"; stop_daemon
    s=0; rep "$HOLDFAST" audit --conf "$CONF" >"$T/out" 2>&1 || s=$?
    [ $s = 3 ] || fail "no daemon, no right to the repository: $s"
    hf audit --rule heads | wc -l | grep -qx 2 || fail "root without a daemon"
}

test_a_rep_sees_their_own() {
    serve_list
    copy
    rep "$HOLDFAST" audit --conf "$CONF" >"$T/out" || fail "the rep may not ask"
    grep -q 'block.*list.csv' "$T/out" || fail "the rep sees: $(cat "$T/out")"
    ! grep -q 'the daemon' "$T/out" || fail "the rep sees what is not of their mount"
    local s=0; as 4711 "$HOLDFAST" audit --conf "$CONF" >"$T/out" 2>&1 || s=$?
    [ $s != 0 ] && ! grep -q list.csv "$T/out" || fail "a stranger sees: $(cat "$T/out")"
    s=0; rep "$HOLDFAST" audit --conf "$CONF" --rep bob >"$T/out" 2>&1 || s=$?
    [ $s != 0 ] || fail "the rep may ask about another"
    cd "$T"; stop_daemon
}

test_follow() {
    serve_list
    timeout 60 "$HOLDFAST" audit --conf "$CONF" --follow -n 0 --json >"$T/followed" &
    local pid=$! i
    sleep 1
    for i in 1 2 3; do peek; hf sync; done
    three_told() { [ "$(grep -c open/heads "$T/followed")" = 3 ]; }
    await 15 three_told || fail "followed: $(cat "$T/followed")"
    kill "$pid"; wait "$pid" || true
    [ "$(look 'len(set(seqs)), seqs[::-1] == sorted(seqs)' <"$T/followed")" = '3 True' ] || fail "twice, or in disorder: $(cat "$T/followed")"
    cd "$T"; stop_daemon
}

# Opens go on while the keeper is killed again and again, and the mount child, too: each is in the log once.
limit_test_kills=180
test_kills() {
    serve_list
    local i
    for i in $(seq 12); do
        peek; peek; copy
        (timeout 20 "$HOLDFAST" sync --conf "$CONF" >/dev/null 2>&1 || true) &
        sleep "0.0$((i % 5))"
        kill_one keeper
        peek
        [ $((i % 4)) != 0 ] || kill_one mount
        peek
        wait_keeper() { child keeper; }
        await 20 wait_keeper || fail "no keeper"
    done
    wait_settled() { hf sync; }
    await 60 wait_settled || fail "sync"
    expect_told 'len(opens)' 60
    expect_told '[w(x, "journal") for x in e if w(x, "mount")] == list(range(1, len([x for x in e if w(x, "mount")]) + 1))' True
    expect_sound_log
    cd "$T"; stop_daemon
}

# Everything dies at once: that it did is in the log, and what was decided before.
test_power_and_gap() {
    serve_list
    peek
    kill -KILL "$DAEMON"; wait "$DAEMON" 2>/dev/null || true
    umount -l "$WORK" 2>/dev/null || true
    sleep 1
    start_daemon
    hf sync
    expect_told 'len(opens)' 1
    expect_told '[w(x, "note") for x in e if w(x, "event") == "session" and not w(x, "mount")]' "['start', 'start']"
    expect_told 'len([x for x in e if w(x, "event") == "gap" and "orderly stop" in w(x, "note")])' 1
    expect_sound_log
    cd "$T"; stop_daemon
    start_daemon
    expect_told 'len([x for x in e if w(x, "event") == "gap"])' 1
    cd "$T"; stop_daemon
}

theme_main "$@"
