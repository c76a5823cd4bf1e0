#!/bin/bash
# save: every way in which applications save is one version of the named file, with its history unbroken.
. "$(dirname "$0")/lib.sh"

test_in_place() {
    serve
    cd "$WORK"
    rep sh -c 'printf one >f.txt'
    rep sh -c 'printf two >f.txt'
    rep sh -c 'printf TW | dd of=f.txt conv=notrunc status=none'
    expect_versions f.txt 3
    expect_text f.txt 1 one
    expect_text f.txt 2 two
    expect_text f.txt 3 TWo
    expect_tip_equals "$WORK"
}

# truncate(2), of a name that nobody has open: a save, and it is known whose.
test_truncate_by_name() {
    serve
    cd "$WORK"
    rep sh -c 'echo many words >f'
    rep perl -e 'truncate("f", 4) or die $!'
    expect_versions f 2
    expect_text f 2 many
    git_record show -s --format=%B "$(versions f | tail -1)" | grep -qE '^App: .*perl' || fail "it is not told who did it"
}

test_append() {
    serve
    cd "$WORK"
    rep sh -c 'echo a >log.txt'
    rep sh -c 'echo b | tee -a log.txt'
    rep sh -c 'echo c >>log.txt'
    expect_versions log.txt 3
    expect_text log.txt 3 $'a\nb\nc'
}

test_ten_saves_in_a_row_are_ten_versions() {
    serve
    rep "$TOOL" burst "$WORK/f.txt" 10
    expect_versions f.txt 10
    local i
    for i in 1 2 3 4 5 6 7 8 9 10; do expect_text f.txt $i "save $i"; done
}

# Saved several times under its first name, then renamed: no scratch file, whatever the keeper saw of it until then.
test_new_file_saved_often_then_renamed() {
    serve
    cd "$WORK"
    kill -STOP "$(child keeper)"
    rep sh -c 'for i in 1 2 3 4 5; do echo rev$i >plan.txt; done; mv plan.txt plan-final.txt'
    kill -CONT "$(child keeper)"
    expect_versions plan.txt 5
    local i
    for i in 1 2 3 4 5; do expect_text plan.txt $i rev$i; done
    hf show plan-final.txt | grep -qx rev5 || fail "not found under its new name"
}

test_nothing_changed_is_no_version() {
    serve
    cd "$WORK"
    rep sh -c 'printf one >f.txt'
    expect_versions f.txt 1
    rep sh -c ': >>f.txt; cat f.txt; exec 3<>f.txt; exec 3>&-' # opened for writing, closed unchanged
    expect_versions f.txt 1
}

test_vim() {
    local vim; vim=$(command -v vim || command -v vim.tiny) || skip "vim is not installed"
    serve
    cd "$WORK"
    rep sh -c 'printf "one\n" >note.txt'
    local i
    for i in 1 2 3; do
        rep "$vim" -es -u NONE -i NONE -c "set backupcopy=auto" -c "normal Goline $i" -c wq note.txt </dev/null || true
        sleep 0.3
    done
    rep "$vim" -es -u NONE -i NONE -c "set backup backupcopy=no" -c "normal Gobackup kept" -c wq note.txt </dev/null || true
    expect_versions note.txt 5
    expect_text note.txt 5 $'one\nline 1\nline 2\nline 3\nbackup kept'
    expect_tip_equals "$WORK"
    ! record_lines | cut -f3 | grep -E '\.sw.$|4913' || fail "vim's scratch files are in the record"
}

test_sed_in_place() {
    serve
    cd "$WORK"
    rep sh -c 'printf "one\n" >f.csv'
    rep sed -i s/one/two/ f.csv
    rep sed -i s/two/three/ f.csv
    expect_versions f.csv 3
    expect_text f.csv 3 three
    [ "$(record_lines | cut -f3 | sort -u | grep -c .)" -le 2 ] || fail "sed's temporary names are in the record"
}

test_rename_over_slowly() {
    serve
    cd "$WORK"
    rep sh -c 'printf one >doc'
    hf sync
    rep sh -c 'printf two >doc.tmp; sleep 1.5; mv doc.tmp doc' # the temporary file lives longer than a batch
    hf sync
    [ "$(git_record show "$(tip):work/doc")" = two ] || fail "the new content is not at the name"
    expect_tip_equals "$WORK"
}

test_exchange() {
    serve
    cd "$WORK"
    rep sh -c 'printf one >f; printf two >g'
    rep "$TOOL" rename2 exchange f g
    expect_tip_equals "$WORK"
    rep sh -c 'printf three >f.new'
    rep "$TOOL" rename2 exchange f.new f
    rep rm f.new
    expect_tip_equals "$WORK"
    [ "$(git_record show "$(tip):work/f")" = three ] || fail "f"
}

# What the record does not hold (an empty folder, a file that nobody saved yet) changes places with what it does.
test_exchange_with_nothing() {
    serve
    cd "$WORK"
    rep sh -c 'echo one >f; mkdir empty full; echo two >full/g'
    hf sync
    rep "$TOOL" rename2 exchange f empty
    rep sh -c 'mkdir -p other/deep'
    rep "$TOOL" rename2 exchange full other
    hf sync
    rep mv f empty2
    expect_tip_equals "$WORK"
    [ "$(git_record show "$(tip):work/empty")" = one ] || fail "f did not come to its new name"
    [ "$(git_record show "$(tip):work/other/g")" = two ] || fail "g did not come along with its folder"
}

# A file is renamed again and again while it is written for the first time, and goes: nothing was saved, nothing is lost.
test_renamed_before_the_first_save() {
    serve
    cd "$WORK"
    rep bash -c 'exec 5>a; mv a b; echo 1 >a; echo 2 >&5; exec 5>&-; echo 3 >>b; mv b c; rm c'
    hf sync
    expect_tip_equals "$WORK"
    ! record_lines | cut -f2 | grep -q gap || fail "a gap: $(record_lines | grep gap)"
}

test_mmap() {
    serve
    cd "$WORK"
    rep sh -c 'printf 0123456789 >f'
    rep "$TOOL" mmap f early
    expect_versions f 2
    expect_text f 2 early56789
    rep "$TOOL" mmap f late! late
    sleep 0.3
    stop_daemon # what a mapping changed after the last close is found at the latest here
    start_daemon
    hf sync
    [ "$(git_record show "$(tip):work/f")" = "late!56789" ] || fail "the late change is not in the record: $(git_record show "$(tip):work/f")"
}

test_kept_open() {
    MOUNT_KEYS="interval = 2s"
    serve
    rep "$TOOL" hold "$WORK/base.db" 7 200
    hf sync
    local n; n=$(versions base.db | wc -l)
    { [ "$n" -ge 2 ] && [ "$n" -le 6 ]; } || fail "$n versions of a file kept open for 7 s at an interval of 2 s"
    expect_tip_equals "$WORK"
}

test_cp_rsync_tar() {
    need rsync
    serve
    local from=$T/from i
    mkdir -p "$from/deep/er"
    for i in $(seq 200); do echo "file $i" >"$from/deep/f$i.txt"; done
    head -c 3000000 /dev/urandom >"$from/deep/er/big.bin"
    ln -s big.bin "$from/deep/er/link"
    chmod 755 "$from/deep/f1.txt"
    chown -R "$REP_UID" "$from"
    cd "$WORK"
    rep rsync -a "$from/" synced
    rep sh -c "tar -C '$from' -cf - . | tar -xf - -C '$WORK'"
    rep cp -a "$from" copied
    expect_tip_equals "$WORK"
    expect_versions synced/deep/f7.txt 1
    expect_versions synced/deep/er/big.bin 1
    rep sh -c 'echo more >>synced/deep/f7.txt'
    rep sh -c "echo other >'$from/deep/f8.txt'"
    rep rsync -a "$from/" synced
    expect_versions synced/deep/f8.txt 2
    expect_sound_record
}

test_delete_and_rename() {
    serve
    cd "$WORK"
    rep sh -c 'mkdir -p a/b; printf 1 >a/b/f; printf 2 >g'
    hf sync
    rep mv a c
    rep rm g
    rep sh -c 'printf 3 >c/b/f'
    hf sync
    expect_tip_equals "$WORK"
    [ "$(record_lines | awk -F '\t' '$2 == "rename"' | wc -l)" = 1 ] || fail "a folder's rename is one event"
    [ "$(record_lines | awk -F '\t' '$2 == "delete" && $3 == "g"' | wc -l)" = 1 ] || fail "no delete event"
    rep rm -r c
    expect_tip_equals "$WORK"
}

test_chmod_and_symlink() {
    serve
    cd "$WORK"
    rep sh -c 'printf 1 >run.sh'
    hf sync
    rep chmod 755 run.sh
    rep ln -s run.sh link
    hf sync
    [ "$(git_record ls-tree "$(tip)" work/run.sh | cut -c1-6)" = 100755 ] || fail "the executable bit"
    [ "$(git_record ls-tree "$(tip)" work/link | cut -c1-6)" = 120000 ] || fail "the symlink"
    rep ln -sfn elsewhere link
    expect_tip_equals "$WORK"
}

# A file with two names, changed by one of them: the other's history follows.
test_hard_links() {
    serve
    cd "$WORK"
    rep sh -c 'echo 1 >a; ln a b'
    hf sync
    rep sh -c 'echo 2 >a; chmod 700 a'
    others_follow() { [ "$(git_record show "$(tip):work/b")" = 2 ] && [ "$(git_record ls-tree "$(tip)" work/ | grep -c ^100755)" = 2 ]; }
    await 20 others_follow || fail "b: $(git_record show "$(tip):work/b"), $(git_record ls-tree "$(tip)" work/)"
    expect_tip_equals "$WORK"
}

test_scratch_that_vanishes() {
    serve
    cd "$WORK"
    rep sh -c 'for i in 1 2 3 4 5; do echo $i >scratch$i; rm scratch$i; done; echo kept >kept'
    hf sync
    [ -z "$(record_lines | cut -f3 | grep scratch)" ] || fail "a vanished scratch file left a version"
    expect_versions kept 1
}

test_big_file_streams() {
    serve
    rep sh -c "head -c 700000000 /dev/zero | tr '\0' x >'$WORK/big'" # compresses well: the test is about memory
    hf sync
    local role pid peak
    for role in mount keeper inspect; do
        pid=$(child $role)
        peak=$(awk '/^VmHWM/{print $2}' "/proc/$pid/status")
        say "$role: peak $peak KiB"
        [ -n "${SANITIZED-}" ] || [ "$peak" -le 65536 ] || fail "$role used $peak KiB"
    done
    expect_versions big 1
}
limit_test_big_file_streams=240

theme_main "$@"
