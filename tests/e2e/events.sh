#!/bin/bash
# events: who is told what a file is: the file's own attributes, status, and the programs of [events].
. "$(dirname "$0")/lib.sh"
need getfattr

PACKS=$ROOT/policy/packs
with_packs() { mkdir -p "$T/policy.d"; cp "$PACKS"/*.policy "$T/policy.d/"; }
draft() {
    printf 'Big news from our team!\n\nOur platform brings you guaranteed returns and zero risk.\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n'
}
mended() { printf 'Big news from our team!\n\nWe measured what our platform saves: see the report.\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n'; }
leads() {
    echo "company;contact;mail;phone;owner"
    local i
    for i in $(seq "$1"); do echo "Firm $i GmbH;Ann Hill$i;ann.$i@firm$i.example;+49 30 55501$((100 + i));me"; done
}
last() { git_record log -1 --format="$(field "$1")" "$(tip)"; }
attribute() { getfattr --only-values -n "user.holdfast.$1" "$2" 2>/dev/null; }
classes() { hf status --json >"$T/status" || true; python3 -c 'import json,sys; m=json.load(open(sys.argv[1]))["mounts"][0]; print(json.dumps([m["classes"], m["findings"]], sort_keys=True))' "$T/status"; }

# What a version says of a file, getfattr says of the file; what was mended has no advice any more.
test_findings_attribute() {
    with_packs; serve
    draft >"$T/draft.md"
    rep cp "$T/draft.md" "$WORK/launch.md"
    hf sync
    [ "$(attribute class "$WORK/launch.md")" = post-draft ] || fail "class: $(attribute class "$WORK/launch.md")"
    local found; found=$(attribute findings "$WORK/launch.md")
    [[ $found =~ ^error\ [a-z0-9-]+/[a-z0-9-]+\ 3:[0-9]+ ]] || fail "findings: $found; the record: $(last Finding)"
    [[ $(last Finding) == *"${found%%,*}"* ]] || fail "the record says $(last Finding), the file $found"
    ! getfattr -d "$WORK/launch.md" | grep -q holdfast || fail "it is listed: copying tools would carry it along"
    leads 12 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/list.csv"
    hf sync
    attribute findings "$WORK/list.csv" && fail "a list without advice has some"
    mended >"$T/mended.md"
    rep cp "$T/mended.md" "$WORK/launch.md"
    hf sync
    [[ $(attribute findings "$WORK/launch.md") != *error* ]] || fail "mended, and still: $(attribute findings "$WORK/launch.md")"
}

# status counts files as they are now: not versions, not what was replaced, removed, or removed while nothing was mounted.
test_status_counts_by_class() {
    with_packs; serve
    draft >"$T/draft.md"; leads 12 >"$T/list.csv"
    local i
    for i in 1 2 3; do rep cp "$T/list.csv" "$WORK/list$i.csv"; done
    rep cp "$T/draft.md" "$WORK/launch.md"
    echo 'int main(void) { return 0; }' | rep tee "$WORK/main.c" >/dev/null
    for i in 1 2 3; do rep cp "$T/draft.md" "$WORK/launch.md"; hf sync; done
    [[ $(classes) == *'{"post-draft": 1, "prospect-list": 3, "unclassified": 1}, {"error": 1,'* ]] || fail "at first: $(classes)"
    hf status >"$T/said"
    grep -qE '^  classes +prospect-list 3, post-draft 1, unclassified 1$' "$T/said" || fail "$(cat "$T/said")"
    grep -qE '^  findings +1 files with errors' "$T/said" || fail "$(cat "$T/said")"
    rep cp "$T/list.csv" "$WORK/.list1.tmp"; rep mv "$WORK/.list1.tmp" "$WORK/list1.csv" # as an editor saves
    rep rm "$WORK/list2.csv"
    rep mv "$WORK/main.c" "$WORK/prog.c"
    hf sync
    [[ $(classes) == *'{"post-draft": 1, "prospect-list": 2, "unclassified": 1}'* ]] || fail "after a replacement and a removal: $(classes)"
    stop_daemon
    rm "$WORK/list3.csv"
    start_daemon
    counted() { [[ $(classes) == *'{"post-draft": 1, "prospect-list": 1, "unclassified": 1}'* ]]; }
    await 10 counted || fail "after one was removed unmounted: $(classes)"
    kill -KILL "$(child keeper)"
    await 10 counted || fail "after the keeper's death: $(classes)"
    expect_sound_record
}

theme_main "$@"
