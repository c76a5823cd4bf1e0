#!/bin/bash
# names: what a file may be called, and what the record and stock git make of it.
. "$(dirname "$0")/lib.sh"

test_strange_names() {
    serve
    cd "$WORK"
    local name i=0
    local names=($'new\nline' 'quo"te' "apo'strophe" 'back\slash' $'tab\tname' $'bad\xff\xfeutf8' 'ünï cödé 名前' ' leading' 'trailing ' '-dash'
        '*glob?' '$dollar' 'a;b|c&d' '%x' '%2Egit' '.git-not' $'\x01\x7f' '...' 'Path: forged')
    for name in "${names[@]}"; do
        i=$((i + 1))
        rep sh -c 'printf %s "$2" >"./$1"' - "$name" "content $i"
    done
    hf sync
    expect_sound_record
    for name in "${names[@]}"; do
        # --json speaks the real name (C-quoted where JSON cannot), one version each
        [ "$(hf log --json "$WORK/$name" | grep -o '"event"' | wc -l)" = 1 ] || fail "log knows not exactly one version of $(printf %q "$name")"
        [ "$(hf show "$WORK/$name")" = "$(cat "./$name")" ] || fail "show $(printf %q "$name")"
    done
    git clone -q "$REPO" "$T/clone" -b "$(git_record for-each-ref --format='%(refname:short)' refs/heads/rep/alice | head -1)"
    [ "$(find "$T/clone/work" -type f -printf x | wc -c)" = ${#names[@]} ] || fail "the clone has other files"
}

test_names_that_git_refuses() {
    serve
    cd "$WORK"
    local name
    for name in .git .GIT .gitmodules 'git~1' $'.g\xe2\x80\x8cit' '.git ' '.git::$INDEX_ALLOCATION' .gitattributes; do
        rep sh -c 'mkdir -p "./$1.d/$1" && printf "[submodule \"x\"]\n\tpath = ../../x\n\turl = --evil\n" >"./$1.d/$1/config"' - "$name"
        rep sh -c 'printf evil >"./$1"' - "$name"
    done
    hf sync
    expect_sound_record
    [ "$(hf show "$WORK/.git")" = evil ] || fail "show of .git"
    git clone -q "$REPO" "$T/clone" -b "$(git_record for-each-ref --format='%(refname:short)' refs/heads/rep/alice | head -1)"
    git -C "$T/clone" fsck --full --strict >/dev/null 2>&1 || fail "a clone's fsck"
}

test_longest_name() {
    serve
    cd "$WORK"
    local name; name=$(printf 'n%.0s' $(seq 255))
    rep sh -c 'echo 1 >"$1"' - "$name"
    hf sync
    [ "$(hf show "$WORK/$name")" = 1 ] || fail "255 bytes"
}

test_longest_path() {
    serve
    local path; path=$(rep "$TOOL" deep "$WORK" $((4000 - ${#WORK})))
    hf sync
    expect_sound_record
    [ "$(git_record show "$(tip):work/$path")" = deep ] || fail "a path of 4,000 bytes"
    rm -rf "$WORK/d"* || true
}

test_percent_round_trip() {
    serve
    cd "$WORK"
    rep sh -c 'printf a >%2Egit; printf b >.git; printf c >%'
    hf sync
    [ "$(hf show "$WORK/%2Egit")$(hf show "$WORK/.git")$(hf show "$WORK/%")" = abc ] || fail "the names are confused"
}

theme_main "$@"
