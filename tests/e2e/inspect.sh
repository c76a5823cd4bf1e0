#!/bin/bash
# inspect: what a saved file is, by its content, is in the record with the rule that said so; advice on a draft comes with it.
. "$(dirname "$0")/lib.sh"

PACKS=$ROOT/policy/packs
serve_with_packs() {
    mkdir -p "$T/policy.d"
    cp "$PACKS"/*.policy "$T/policy.d/"
    serve
}
last() { git_record log -1 --format="$(field "$1")" "$(tip)"; } # TRAILER: of the newest version
leads() { # COUNT: a list of so many leads
    echo "company;contact;mail;phone;owner"
    local i
    for i in $(seq "$1"); do echo "Firm $i GmbH;Ann Hill$i;ann.$i@firm$i.example;+49 30 55501$((100 + i));me"; done
}
draft() {
    printf 'Big news from our team!\n\nOur platform brings you guaranteed returns and zero risk.\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n'
}

test_class_records_rule_and_policy() {
    serve_with_packs
    leads 12 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/whatever.csv"
    hf sync
    [ "$(last Class)" = prospect-list ] || fail "class: $(last Class)"
    [ "$(last Records)" = "12 +12 -0" ] || fail "records: $(last Records)"
    [[ $(last Rule) == sales-intelligence/prospect-list* ]] || fail "rule: $(last Rule)"
    local policy; policy=$(last Policy)
    [ "$policy" = "$(git_record rev-parse refs/heads/policy/lt-1)" ] || fail "policy: $policy"
    git_record verify-commit "$policy" 2>/dev/null || fail "the policy's commit is not signed"
    mkdir "$T/was"
    git_record archive "$policy" | tar -x -C "$T/was"
    diff -r "$T/was" "$T/policy.d" || fail "the policy on record is not the one in force"
    expect_sound_record
}

test_advice_on_a_draft() {
    serve_with_packs
    rep mkdir "$WORK/Posts"
    draft >"$T/draft.md"
    rep cp "$T/draft.md" "$WORK/Posts/launch.md"
    hf sync
    [ "$(last Class)" = post-draft ] || fail "class: $(last Class)"
    [[ $(last Finding) == *error*3:* ]] || fail "finding: $(last Finding)"
    local s=0
    rep "$HOLDFAST" check --conf "$CONF" "$WORK/Posts/launch.md" >"$T/said" || s=$?
    [ $s = 1 ] && grep -qE 'launch.md:3:[0-9]+: error: .*\[.*/.*\]' "$T/said" || fail "check: $s $(cat "$T/said")"
    s=0; rep "$HOLDFAST" check --conf "$CONF" --json "$WORK/Posts/launch.md" >"$T/json" || s=$?
    [ $s = 1 ] && grep -q '"level":"error","line":3' "$T/json" && grep -q '"class":"post-draft"' "$T/json" || fail "check --json: $s $(cat "$T/json")"
}

test_explain_any_file_without_a_daemon() {
    write_conf
    mkdir -p "$T/policy.d"; cp "$PACKS"/*.policy "$T/policy.d/"
    leads 30 >"$T/list.csv"
    chmod 644 "$T/list.csv"
    rep "$HOLDFAST" policy explain --policy "$PACKS" "$T/list.csv" >"$T/said" || fail "explain: $?"
    grep -q 'list.csv: prospect-list' "$T/said" && grep -q '30 contacts' "$T/said" || fail "$(cat "$T/said")"
    echo 'int main(void) { return 0; } /* ann@firm.example */' >"$T/main.c"
    "$HOLDFAST" policy explain --policy "$PACKS" "$T/main.c" >"$T/said"
    grep -q 'main.c: unclassified' "$T/said" || fail "source code has a class: $(head -3 "$T/said")"
}

# All or nothing: rules that are not in order change nothing, and say so; good ones hold from the next save on.
test_reload() {
    serve_with_packs
    leads 12 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/a.csv"
    hf sync
    local before; before=$(last Policy)
    printf '[class "everything"]\nmime = *\nno-such-key = 1\n' >"$T/policy.d/00-mine.policy"
    local s=0
    "$HOLDFAST" policy reload --conf "$CONF" 2>"$T/err" || s=$?
    [ $s = 2 ] && grep -q '00-mine.policy:3' "$T/err" || fail "a bad rule is taken: $s $(cat "$T/err")"
    kill -HUP "$DAEMON"
    status_complains() { ! hf status >"$T/status" && grep -q '00-mine.policy' "$T/status"; }
    await 10 status_complains || fail "status does not say that rules were refused: $(cat "$T/status")"
    rep cp "$T/list.csv" "$WORK/b.csv"
    hf sync
    [ "$(last Policy)" = "$before" ] && [ "$(last Class)" = prospect-list ] || fail "a bad reload changed something"
    printf '[class "everything"]\nmime = *\n' >"$T/policy.d/00-mine.policy"
    rm "$T"/policy.d/[1-9]*.policy
    "$HOLDFAST" policy reload --conf "$CONF" || fail "a good rule is refused"
    named() { rep cp "$T/list.csv" "$WORK/c.$RANDOM.csv"; hf sync 2>/dev/null && [ "$(last Class)" = everything ]; }
    await 20 named || fail "the new rule does not hold: $(last Class)"
    [ "$(last Policy)" != "$before" ] && [ "$(git_record rev-list --count refs/heads/policy/lt-1)" = 2 ] || fail "the new policy is not on record"
    hf status || fail "status still complains"
    expect_sound_record
}

# What a file says of itself is no trailer, no log line and no order to a terminal.
prospects() {
    echo "company,contact,mail"
    local name i=0
    for name in "Veltrona AG" "Brandauer Logistik GmbH" "Kestrel Foods Ltd" "Okonjo Metals" "Halden Shipping AS" "Tarrago SL"; do
        i=$((i + 1)); echo "$name,Lea Quist$i,lea.quist$i@firm$i.example"
    done
}
story() { # of somebody
    printf 'Three things I learned this week about loading a ship.\n\nFirst, ask the people who do it: the crew at %s showed me theirs.\n\n' "$1"
    printf 'Second, write it down. Third, do it again tomorrow, and see what is left of it.\n\nWhat would you add?\n\n#logistics #shipping #learning\n'
}
# What the inspector compares with follows the record by a few seconds, so what was saved too early is saved again.
advised() { # RULE NAME FILE: the file, saved under the name, gets this advice
    rep cp "$3" "$WORK/Posts/$2"; hf sync 2>/dev/null && [ "$(last Class)" = post-draft ] && [[ $(last Finding) == *"$1"* ]]
}

test_a_draft_that_names_a_prospect() {
    serve_with_packs
    prospects >"$T/list.csv"; story Veltrona >"$T/named.md"; story "the depot" >"$T/other.md"
    rep mkdir "$WORK/Posts"
    rep cp "$T/list.csv" "$WORK/list.csv"
    hf sync
    await 30 advised social-posts/names-a-prospect named.md "$T/named.md" || fail "finding: $(last Finding)"
    rep cp "$T/other.md" "$WORK/Posts/other.md"; hf sync
    [[ $(last Finding) != *names-a-prospect* ]] || fail "nobody is named: $(last Finding)"
    rep "$HOLDFAST" policy explain --conf "$CONF" "$WORK/Posts/named.md" >"$T/said" || fail "explain: $?"
    grep -q 'not known *prospects' "$T/said" || fail "explain tells what it cannot know: $(cat "$T/said")"
    expect_sound_record
}

test_a_draft_said_twice_before() {
    serve_with_packs
    story "the depot" >"$T/a.md"; { echo "Monday again, and it rains."; cat "$T/a.md"; } >"$T/b.md"; { cat "$T/a.md"; echo "#monday"; } >"$T/c.md"
    rep mkdir "$WORK/Posts"
    for name in a b; do rep cp "$T/$name.md" "$WORK/Posts/$name.md"; done
    hf sync
    [[ $(last Finding) != *megaphone* ]] || fail "said once before: $(last Finding)"
    await 30 advised social-posts/megaphone c.md "$T/c.md" || fail "finding: $(last Finding)"
    expect_sound_record
}

test_content_forges_nothing() {
    serve_with_packs
    printf 'name,email,phone\n"x\nClass: none\nRule: mine","evil@example.com\nPolicy: none","+1 555 0100\033[2J"\n' >"$T/f.csv"
    for i in 1 2 3 4 5 6; do printf '"Eve %s\033]0;owned\007","eve%s@example.com","+1 202 555 010%s"\n' $i $i $i >>"$T/f.csv"; done
    rep cp "$T/f.csv" "$WORK/f.csv"
    hf sync
    [ "$(git_record log -1 --format=%B "$(tip)" | grep -cE '^(Class|Rule|Policy):')" = 3 ] || fail "$(git_record log -1 --format=%B "$(tip)")"
    { "$HOLDFAST" policy explain --policy "$PACKS" "$T/f.csv"; hf log "$WORK/f.csv"; cat "$T/daemon.log"; } >"$T/said" 2>&1
    ! LC_ALL=C grep -q $'[\001-\010\013-\037]' "$T/said" || fail "control bytes came through"
}

# A bomb, a broken file and an encrypted one: versioned all the same, and said so.
test_hostile_files() {
    serve_with_packs
    head -c 200m /dev/zero | gzip -9 | gzip -9 >"$T/bomb.gz"
    head -c 3000 /dev/urandom >"$T/broken.xlsx"
    { printf 'a,b\n'; head -c 30m /dev/zero | tr '\0' x; } >"$T/line.csv"
    for f in bomb.gz broken.xlsx line.csv; do rep cp "$T/$f" "$WORK/$f"; done
    hf sync
    for f in bomb.gz broken.xlsx line.csv; do
        expect_versions "$f" 1
        cmp -s "$T/$f" <(git_record show "$(tip):work/$f") || fail "$f is not what was saved"
    done
    [ -n "$(child inspector)" ] || fail "no inspector runs"
    expect_sound_record
}

# A pattern that a text can keep busy for ever is no way to silence its rule.
test_a_rule_given_up_is_told() {
    mkdir "$T/slow"
    printf '[class "x"]\nis = text\n[finding "slow"]\nclass = x\npattern = word (a+)+c\nsay = s\n' >"$T/slow/a.policy"
    printf 'word %040db and c.\nThen word aac here.\n' 0 | tr 0 a >"$T/slow.txt"
    "$HOLDFAST" check --policy "$T/slow" "$T/slow.txt" >"$T/said" || fail "a suggestion is no error"
    grep -q 'suggestion: This rule was given up .*\[a/slow\]' "$T/said" || { cat "$T/said"; fail "nobody is told"; }
    "$HOLDFAST" policy explain --policy "$T/slow" "$T/slow.txt" | grep -F '[a/slow]' >/dev/null || fail "nor by explain"
}

theme_main "$@"
