#!/bin/bash
# hostile: files that mean harm to who reads them. Each is a version with the right label, no inspector needs more than 256 MiB for it,
# and the save after it is told by its content again. hostile.py makes them.
. "$(dirname "$0")/lib.sh"

PACKS=$ROOT/policy/packs
MEMORY_MOST_KB=$((256 << 10))
hostile() { python3 "$ROOT/tests/e2e/hostile.py" "$@"; }

serve_with_packs() {
    need python3
    mkdir -p "$T/policy.d" "$T/made"
    cp "$PACKS"/*.policy "$T/policy.d/"
    serve
    coproc WATCH { hostile watch "$DAEMON"; }
    rep mkdir "$WORK/in"
}

# The most that any inspector or its helper had, from the start to now.
expect_little_memory() {
    local resident space
    echo >&"${WATCH[1]}"
    read -r resident space <&"${WATCH[0]}"
    say "an inspector at most: $resident kB in memory and swapped, $space kB of addresses"
    [ "$resident" -gt 1000 ] || fail "nobody was watched"
    [ -n "${SANITIZED-}" ] || [ "$resident" -lt "$MEMORY_MOST_KB" ] && [ "$space" -le "$MEMORY_MOST_KB" ] || fail "an inspector took more than 256 MiB"
}

# Keeping gigabytes takes its time on a machine that is busy: the keeper works when nobody else does.
sync_all() { timeout $((240 * SLOW)) "$HOLDFAST" sync --conf "$CONF" 2>/dev/null; }

trailer() { git_record log -1 --format="$(field "$1")" "$2"; }
list() { printf 'name,email,phone\n'; for i in $(seq 8); do echo "Ann Hill,ann$i@firm$1.example,+49 30 55501$((100 + i))"; done; }

# FILE FACTS CLASS: told by the command line; FACTS is "*" or one of several, divided by "|".
expect_facts() {
    timeout $((20 * SLOW)) "$HOLDFAST" policy explain --conf "$CONF" --json "$1" >"$T/said" || fail "$1: explain ends with $?"
    python3 - "$T/said" "$2" "$3" <<'END' || fail "$1: expected $2 and $3"
import json, sys
said = json.load(open(sys.argv[1], encoding="utf-8"))
facts, class_name = sys.argv[2:]
print(said["class"], said["is"])
sys.exit(not ((facts == "*" or set(facts.split("|")) & set(said["is"])) and class_name in ("*", said["class"])))
END
}

# It is a version, of these bytes and that class; and the save behind it is read as if nothing had been.
expect_kept() { # NAME CLASS
    local commit sum
    list "$RANDOM" >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/list.csv"
    sync_all
    commit=$(versions "in/$1" | tail -1)
    [ -n "$commit" ] || fail "$1 is not a version"
    sum=$(sha256sum <"$T/made/$1")
    [ "$(trailer SHA256 "$commit")" = "${sum%% *}" ] || fail "$1: other bytes are in the record"
    [ "$2" = "*" ] || [ "$(trailer Class "$commit")" = "$2" ] || fail "$1: class $(trailer Class "$commit")"
    commit=$(versions list.csv | tail -1)
    [ "$(trailer Class "$commit")" = prospect-list ] || fail "the save behind $1 has class $(trailer Class "$commit")"
}

save_each() { # THEME
    local name facts class_name
    serve_with_packs
    hostile make "$T/made" "$1"
    while IFS=$'\t' read -r name facts class_name; do
        say "$name"
        rep cp --sparse=always "$T/made/$name" "$WORK/in/$name"
        expect_kept "$name" "$class_name"
        expect_facts "$T/made/$name" "$facts" "$class_name"
        rep rm "$WORK/in/$name"
    done <"$T/made/table"
    expect_little_memory
    hf status >"$T/status" || fail "status: $(cat "$T/status")"
    [ "$1" = text ] || expect_sound_record # that would unpack some gigabytes
}

test_bombs() { save_each bombs; }
test_markup() { save_each markup; }
test_text() { save_each text; }
limit_test_bombs=240 limit_test_markup=240 limit_test_text=900

# Cut anywhere, a file harms nobody: the inspector that saw the first saw the last, too.
test_cut_anywhere() {
    serve_with_packs
    hostile cut "$T/made"
    local before after kept
    hf sync
    before=$(child inspect)
    rep cp -r "$T/made/." "$WORK/in/"
    hf sync
    after=$(child inspect)
    [ "$before" = "$after" ] || fail "an inspector died: $before, now $after"
    kept=$(record_lines | awk -F '\t' '$2 == "save" && $3 ~ /^in\//' | wc -l)
    [ "$kept" = "$(find "$T/made" -type f | wc -l)" ] || fail "$kept versions of $(find "$T/made" -type f | wc -l) files"
    git_record log --glob='refs/heads/rep/alice/*' --format="$(field Path) $(field Class)" >"$T/classes"
    grep -q '^in/list-100.csv prospect-list$' "$T/classes" && grep -q '^in/list-050.xlsx unreadable$' "$T/classes" || fail "classes: $(grep -E 'list-(100|050)' "$T/classes")"
    expect_little_memory
    expect_tip_equals "$WORK"
}
limit_test_cut_anywhere=180

# It grows, shrinks and is written over while it is read.
test_changes_while_read() {
    serve_with_packs
    hostile make "$T/made" forged
    for i in $(seq 400); do list "$i"; done >"$T/long.csv"
    (cd "$WORK/in" && rep sh -c 'for i in $(seq 60); do
        cp "$1" a.csv; : >a.csv; cat "$2" >a.csv; truncate -s $((i * 997)) a.csv; truncate -s 5M a.csv; done' sh "$T/long.csv" "$T/made/sheet.xlsx")
    cp "$T/long.csv" "$T/made/b.csv"
    rep cp "$T/made/b.csv" "$WORK/in/b.csv"
    expect_kept b.csv prospect-list
    expect_little_memory
    expect_tip_equals "$WORK"
    expect_sound_record
}

# What a file, its name, its cells, sheets, properties and headers say is no trailer, no line of a log, no order to a terminal.
KNOWN='Event|Rep|Device|Mount|Path|From|Seq|Class|Mime|Charset|Bytes|SHA256|XXH3|Blob|Mode|Records|App|Pid|Uid|Session|Saved|Policy|Rule|Finding|Journal|Note|Previous|Finding|Previous'
expect_trailers() { # COMMIT
    git_record log -1 --format=%B "$1" | git interpret-trailers --parse --no-divider >"$T/trailers"
    ! grep -vE "^($KNOWN): " "$T/trailers" || fail "a trailer of nobody's"
    ! cut -d: -f1 "$T/trailers" | grep -v '^Finding$' | sort | uniq -d | grep . || fail "a trailer twice"
    [ "$(grep -cE '^(Event|Class|Rule|Policy): ' "$T/trailers")" = 4 ] || fail "trailers: $(cat "$T/trailers")"
    ! grep -E '^(Class: none|Rule: mine|Policy: x)' "$T/trailers" || fail "a forged trailer"
}

test_content_forges_nothing() {
    local name facts class_name s=0
    serve_with_packs
    hostile make "$T/made" forged
    mkdir "$T/out"
    while IFS=$'\t' read -r name facts class_name; do
        say "$name"
        rep cp "$T/made/$name" "$WORK/in/$name"
        expect_kept "$name" "$class_name"
        expect_facts "$T/made/$name" "$facts" "$class_name"
        expect_trailers "$(versions "in/$name")"
        { cat "$T/made/$name"; echo "x"; } >"$T/more"
        rep cp "$T/more" "$WORK/in/$name"
        hf sync
        for command in log "log --json" check "check --json" "policy explain" "policy explain --json" diff "diff --json"; do
            # shellcheck disable=SC2086 # words
            rep timeout 20 "$HOLDFAST" $command --conf "$CONF" "$WORK/in/$name" >"$T/out/$name-${command// /-}" 2>&1 || true
        done
    done <"$T/made/table"
    expect_names_forge_nothing
    hf status >"$T/out/status"
    hf log >"$T/out/log"
    cp "$T/daemon.log" "$T/out/"
    git_record log --glob='refs/*' --format=%B >"$T/out/messages"
    hostile scan "$T"/out/* || fail "what a file says came through"
    expect_little_memory
    expect_sound_record
}

expect_names_forge_nothing() {
    local name i=0
    for name in $'x\nClass: none\nRule: mine.csv' $'\033]0;owned\007\033[2J.csv' $'esrever\u202e\u2066\u200f\u009b31m.csv' $'\u2028Finding: none.csv'; do
        i=$((i + 1))
        rep cp "$T/list.csv" "$WORK/in/$name"
        hf sync
        expect_trailers "$(tip)"
        for command in log "log --json" check "policy explain" "policy explain --json" diff; do
            # shellcheck disable=SC2086 # words
            rep timeout 20 "$HOLDFAST" $command --conf "$CONF" "$WORK/in/$name" >"$T/out/name-$i-${command// /-}" 2>&1 || true
        done
    done
}
limit_test_content_forges_nothing=400

theme_main "$@"
