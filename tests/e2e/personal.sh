#!/bin/bash
# personal: what lies under a personal path is never versioned nor read; what the admin ignores is counted.
. "$(dirname "$0")/lib.sh"

test_personal_paths() {
    MOUNT_KEYS=$'personal = Private/**, *.secret\nignore = *.iso'
    serve
    cd "$WORK"
    rep sh -c 'mkdir Private Open; echo mine >Private/diary; echo mine >Open/x.secret; echo work >Open/list; echo disk >Open/big.iso'
    rep sh -c 'echo more >>Private/diary; mkdir Private/deep; echo a >Private/deep/b'
    hf sync
    [ "$(record_lines | cut -f3 | grep -cE 'Private|secret|iso')" = 0 ] || fail "a personal or ignored path is in the record"
    expect_versions Open/list 1
    [ -z "$(find "$SPOOL" -type f -path '*clone*' -exec grep -l mine {} +)" ] || fail "personal bytes in the spool"
    # moving out of the personal folder makes it work; moving in ends it
    rep mv Private/diary Open/diary
    hf sync
    [ "$(git_record show "$(tip):work/Open/diary" | head -1)" = mine ] || fail "moved out, not versioned"
    rep mv Open/diary Private/diary
    hf sync
    ! git_record cat-file -e "$(tip):work/Open/diary" 2>/dev/null || fail "moved in, still in the tree"
    hf status --json | grep -qE '"ignored": *[1-9]' || fail "status does not count what ignore skips"
}

# What was saved before a folder became personal is company work, kept or not.
test_unkept_saves_of_a_folder_that_becomes_personal() {
    MOUNT_KEYS="personal = Private/**"
    serve
    cd "$WORK"
    rep mkdir Private Open
    hf sync
    kill -STOP "$(child keeper)"
    rep sh -c 'mkdir Open/dir; echo plan >Open/dir/list'
    rep mv Open/dir Private/dir
    rep sh -c 'echo mine >Private/dir/list'
    kill -CONT "$(child keeper)"
    expect_versions Open/dir/list 1
    expect_text Open/dir/list 1 plan
    ! git_record cat-file -e "$(tip):work/Open/dir" 2>/dev/null || fail "moved in, still in the tree"
}

test_personal_after_a_restart() {
    MOUNT_KEYS="personal = Private/**"
    serve
    rep sh -c "mkdir '$WORK/Private'; echo mine >'$WORK/Private/a'; echo work >'$WORK/b'"
    stop_daemon
    rep sh -c "echo mine2 >'$WORK/Private/c'"
    start_daemon
    sleep 1
    hf sync
    [ "$(record_lines | cut -f3 | grep -c Private)" = 0 ] || fail "reconcile read a personal path"
}

theme_main "$@"
