#!/bin/bash
# posix: each scenario of posix.c has to see on the mount what it sees on the native directory below it. Then random operations.
. "$(dirname "$0")/lib.sh"
POSIX=$BUILD/e2e/posix

run_scenarios() { # DIR
    local name
    for name in $("$POSIX" --list); do
        mkdir -p "$1/$name"
        chmod 777 "$1/$name"
        echo "== $name"
        (cd "$1/$name" && timeout 20 "$POSIX" "$name" 2>&1) || echo "status $?"
    done
}

compare_with_native() {
    mkdir "$T/native"
    run_scenarios "$T/native" >"$T/expected"
    run_scenarios "$WORK" >"$T/seen"
    diff -U4 "$T/expected" "$T/seen" || fail "the mount (+) is not as the native directory (-)"
    say "$(grep -c . "$T/expected") lines agree"
    hf sync
    expect_sound_record
}

test_over_the_folder_itself() { serve; compare_with_native; }
test_separate_store() { STORE=$T/store; serve; compare_with_native; }

# The same names and handles as seen after the mount child was replaced.
test_after_a_replacement() {
    serve
    kill -KILL "$(child mount)"
    await 5 stat "$WORK/."
    compare_with_native
}

test_random_operations() {
    serve
    mkdir "$T/plain" "$WORK/fsx"
    timeout $((100 * SLOW)) "$BUILD/e2e/fsx" "$WORK/fsx" "$T/plain" "${FSX_OPERATIONS:-40000}" ${FSX_SEED:+"$FSX_SEED"}
    hf sync
    expect_sound_record
    # what the record holds of it is what lies there (fsx leaves no unreadable names: all regular files and symlinks)
    expect_tip_equals "$WORK"
}
limit_test_random_operations=180

test_random_operations_while_the_mount_child_dies() {
    serve
    mkdir "$T/plain" "$WORK/fsx"
    timeout 100 "$BUILD/e2e/fsx" "$WORK/fsx" "$T/plain" "${FSX_OPERATIONS:-40000}" ${FSX_SEED:+"$FSX_SEED"} &
    local fsx=$! i pid
    for i in $(seq 15); do
        sleep 0.3
        kill -0 $fsx 2>/dev/null || break
        pid=$(child mount) && kill -KILL "$pid" || true
    done
    wait $fsx
    hf sync
    expect_sound_record
}
limit_test_random_operations_while_the_mount_child_dies=180

theme_main "$@"
