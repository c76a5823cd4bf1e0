#!/bin/bash
# index: each version says how many contacts came and went; the index is in step with the record whatever happens to the keeper.
. "$(dirname "$0")/lib.sh"

list() { # FIRST LAST: leads of these numbers
    echo "company;contact;mail;phone"
    local i
    for i in $(seq "$1" "$2"); do echo "Firm $i GmbH;Ann Hill$i;ann.$i@firm$i.example;+49 30 55501$((100 + i))"; done
}
save() { list "$2" "$3" >"$T/new"; chmod 644 "$T/new"; rep cp "$T/new" "$WORK/$1"; hf sync; } # PATH FIRST LAST
records() { hf log --json -n 1 "$WORK/$1" >"$T/log" || true; sed -n "s/.*\"records\": *\"\([^\"]*\)\".*/\1/p" "$T/log"; }
expect_records() { [ "$(records "$1")" = "$2" ] || fail "$1: records: $(records "$1"), expected $2; $(hf index --json) $(cat "$T/log")"; }
number() { hf index --json | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"; }
in_step() { hf index --json | grep -q '"in_step": *true'; }

test_records_of_an_edited_list() {
    serve
    await 10 in_step
    save list.csv 1 3; expect_records list.csv "3 +3 -0"
    save list.csv 2 5; expect_records list.csv "4 +2 -1"
    rep mkdir "$WORK/q4"
    rep mv "$WORK/list.csv" "$WORK/q4/leads.csv"
    rep mv "$WORK/q4" "$WORK/q5"
    hf sync
    save q5/leads.csv 2 6; expect_records q5/leads.csv "5 +1 -0"
    rep cp "$WORK/q5/leads.csv" "$WORK/copy.csv"; hf sync; expect_records copy.csv "5 +5 -0"
    echo "just a note" >"$T/note"; rep cp "$T/note" "$WORK/note.txt"; hf sync
    [ -z "$(records note.txt)" ] || fail "a note has records: $(records note.txt)"
    [ "$(number files)" = 3 ] || fail "$(hf index --json)"
    rep "$HOLDFAST" index --conf "$CONF" >"$T/said" 2>&1 && fail "a rep may ask for the index: $(cat "$T/said")"
    expect_sound_record
}

test_a_killed_keeper_and_a_rebuild() {
    serve
    await 10 in_step
    local i before after
    for i in 1 2 3 4 5 6; do
        list "$i" $((i + 4)) >"$T/new"; chmod 644 "$T/new"; rep cp "$T/new" "$WORK/list$((i % 2)).csv"
        [ $((i % 3)) != 0 ] || kill -KILL "$(child keeper)"
    done
    await 20 hf sync
    await 20 in_step || fail "not in step: $(hf index --json)"
    save list1.csv 6 10; expect_records list1.csv "5 +1 -1"
    before=$(hf index --json | sed 's/"bytes": *[0-9]*,*//')
    hf index rebuild >"$T/said" || fail "rebuild: $(cat "$T/said")"
    after=$(hf index --json | sed 's/"bytes": *[0-9]*,*//')
    [ "$before" = "$after" ] || fail "fed: $before; rebuilt: $after"
    save list1.csv 6 11; expect_records list1.csv "6 +1 -0"
}

test_without_a_daemon_and_of_a_clone() {
    serve
    save list.csv 1 4
    stop_daemon
    printf 'damage here' | dd of="$T/index/data.mdb" bs=1 seek=8200 conv=notrunc status=none
    hf index rebuild >"$T/said" || fail "rebuild: $(cat "$T/said")"
    grep -q '^1 versions of 1 files' "$T/said" || fail "$(cat "$T/said")"
    [ "$(stat -c %U "$T/index/data.mdb")" = "$(stat -c %U "$T/index")" ] || fail "the index is not the keeper's"
    git clone -q --mirror "$REPO" "$T/clone"
    chown -R "$REP_UID" "$T/clone"
    rep "$HOLDFAST" index --repo "$T/clone" --json >"$T/said" || fail "clone: $(cat "$T/said")"
    grep -q '"versions": *1' "$T/said" && grep -q '"in_step": *true' "$T/said" || fail "$(cat "$T/said")"
    find "$T/home/.cache/holdfast" -name data.mdb | grep -q . || fail "no index in the cache"
    start_daemon
    save list.csv 1 5; expect_records list.csv "5 +1 -0"
}

# The keeper's own memory, in KiB, as long as the command runs: the most.
most_memory_while() {
    local pid now most=0
    "$@" & local job=$!
    while kill -0 "$job" 2>/dev/null; do
        pid=$(child keeper) || continue
        now=$(awk '/^RssAnon/ {print $2}' "/proc/$pid/status" 2>/dev/null) || continue
        [ "${now:-0}" -le "$most" ] || most=$now
        sleep 0.02
    done
    wait "$job" || fail "$*"
    echo "$most"
}
limit_a_large_list=300
test_a_large_list() {
    local rows=${ROWS:-100000} most
    serve
    await 10 in_step
    awk -v n="$rows" 'BEGIN {print "company,contact,mail,phone"; for (i = 1; i <= n; i++)
        printf "Firm %d GmbH,Ann Hill%d,ann.%d@firm%d.example,+49 30 55%08d\n", i % 5000, i, i, i % 5000, i}' >"$T/big.csv"
    awk 'NR % 1000 != 2' "$T/big.csv" >"$T/less.csv"
    chmod 644 "$T"/*.csv
    rep cp "$T/big.csv" "$WORK/big.csv"
    most=$(most_memory_while hf sync)
    echo "keeper's own memory at a list of $rows contacts: $most KiB; index: $(number bytes) bytes"
    [ -n "${SANITIZED-}" ] || [ "$most" -lt 65536 ] || fail "$most KiB"
    await 60 in_step
    expect_records big.csv "$rows +$rows -0"
    rep cp "$T/less.csv" "$WORK/big.csv"
    most=$(most_memory_while hf sync)
    echo "at its edit: $most KiB"
    [ -n "${SANITIZED-}" ] || [ "$most" -lt 65536 ] || fail "$most KiB"
    expect_records big.csv "$((rows - rows / 1000)) +0 -$((rows / 1000))"
}

theme_main "$@"
