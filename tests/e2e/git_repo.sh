#!/bin/bash
# git_repo: a git repository inside the mount works, and is versioned like anything else.
. "$(dirname "$0")/lib.sh"

test_git_inside() {
    serve
    cd "$WORK"
    local g="rep env GIT_CONFIG_GLOBAL=/dev/null git -c user.name=a -c user.email=a@b -c init.defaultBranch=main"
    $g init -q proj
    cd proj
    local i
    for i in $(seq 20); do
        rep sh -c "echo $i >f$i; echo line $i >>all"
        $g add -A
        $g commit -q -m "commit $i"
    done
    $g checkout -q -b side HEAD~10
    rep sh -c 'echo side >side'
    $g add -A
    $g commit -q -m side
    $g checkout -q main
    $g merge -q -m merge side
    $g gc -q
    $g fsck --full --strict
    [ "$($g rev-list --count HEAD)" = 22 ] || fail "commits are missing"
    [ -z "$($g status --porcelain)" ] || fail "git status is not clean"
    hf sync
    expect_sound_record
    $g clone -q . "../copy"
    # twenty commits, and both checkouts wrote it again; a checkout's file that lives for a few milliseconds may pass for scratch
    local n; n=$(versions proj/all | wc -l)
    [ "$n" = 22 ] || fail "proj/all: $n versions, expected 22"
}

theme_main "$@"
