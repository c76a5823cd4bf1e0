#!/bin/bash
# unattended: what changes while nothing is mounted is found, and said to be so.
. "$(dirname "$0")/lib.sh"

event_of() { record_lines | awk -F '\t' -v p="$1" '$3 == p {e = $2} END {print e}'; }
found() { hf sync; [ "$(event_of "$1")" = "$2" ]; }

test_changes_while_stopped() {
    serve
    cd "$WORK"
    rep sh -c 'mkdir d; echo 1 >d/changed; echo 1 >d/gone; echo 1 >same; echo 1 >touched; echo 1 >moved'
    hf sync
    cd "$T"
    stop_daemon
    sleep 1.1
    rep sh -c "cd '$WORK' && echo 2 >d/changed && rm d/gone && echo new >new && touch touched && mv moved elsewhere && ln -s x link"
    start_daemon
    await 20 found d/changed unattended || { record_lines; fail "d/changed"; }
    await 10 found new unattended || fail "new: $(event_of new)"
    await 10 found link unattended || fail "link: $(event_of link)"
    await 10 found d/gone unattended || fail "d/gone: $(event_of d/gone)"
    ! git_record cat-file -e "$(tip):work/d/gone" 2>/dev/null || fail "d/gone is still in the tree"
    sleep 1
    hf sync
    [ "$(versions same | wc -l)$(versions touched | wc -l)" = 11 ] || fail "what did not change has a new version"
    expect_tip_equals "$WORK"
    expect_sound_record
}

test_folder_with_old_files() {
    write_conf
    rep sh -c "mkdir '$WORK/old'; for i in 1 2 3 4 5; do echo \$i >'$WORK/old/'\$i; done"
    hf init >/dev/null
    start_daemon
    await 20 found old/5 unattended || { record_lines; fail "old files are not versioned"; }
    expect_tip_equals "$WORK"
}

test_many_files() {
    write_conf
    rep sh -c "cd '$WORK'; for d in \$(seq 50); do mkdir d\$d; for f in \$(seq 100); do echo \$d \$f >d\$d/f\$f; done; done"
    hf init >/dev/null
    local start=$SECONDS
    start_daemon
    say "served after $((SECONDS - start)) s"
    rep sh -c "echo quick >'$WORK/quick'"
    hf sync
    expect_versions quick 1 # a scan does not hold up a save
    await 60 found d50/f100 unattended || true
    await 60 test "$(git_record ls-tree -r "$(tip)" | wc -l)" -ge 5000 || true
    sleep 2
    expect_tip_equals "$WORK"
    stop_daemon
    local before; before=$(git_record rev-list --count --glob="refs/heads/rep/*")
    start_daemon
    sleep 3
    hf sync
    [ $(($(git_record rev-list --count --glob="refs/heads/rep/*") - before)) -le 1 ] || fail "a restart versioned unchanged files again"
}
limit_test_many_files=200

theme_main "$@"
