#!/bin/bash
# advice: what real applications save has the right class, and advice that goes when the draft is mended. Calc and Writer save the way
# they do for a person: through their own dialogue's code, into a temporary file that they rename.
. "$(dirname "$0")/lib.sh"

PACKS=$ROOT/policy/packs
serve_with_packs() {
    mkdir -p "$T/policy.d"
    cp "$PACKS"/*.policy "$T/policy.d/"
    serve
}
# TRAILER PATH: of the newest version that has the bytes which the file has now, whatever its name was while it was written.
of() {
    local sum
    sum=$(sha256sum <"$WORK/$2")
    git_record log --glob='refs/heads/rep/alice/*' --format="$(field SHA256)%x09$(field "$1")" | sed -n "s/^${sum%% *}\t//p" | head -1
}
prospects() {
    local i
    printf 'Contact,Company,E-Mail,Phone,Stage\n'
    for i in $(seq "$1"); do echo "Ann Hill$i,Firm $i GmbH,ann.$i@firm$i.example,+49 30 55501$((100 + i)),open"; done
}
post() { # CLAIM
    printf 'Big news from our team at Northwind!\n\n%s\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n' "$1"
}
CLAIM='Our platform brings you guaranteed returns and zero risk.'
MENDED='In our own survey of 40 customers, 31 cut their reporting time. I work for Northwind.'

# What check says and what the version's trailers say is the same: FILE, its path in the record, error or nothing.
expect_advice() {
    local s=0 level=$3
    rep timeout $((30 * SLOW)) "$HOLDFAST" check --conf "$CONF" "$1" >"$T/said" 2>&1 || s=$?
    if [ "$level" = error ]; then
        [ $s = 1 ] && grep -qE ': error: .*\[[a-z-]+/[a-z-]+\]$' "$T/said" || fail "check $1: $s $(cat "$T/said")"
        [[ $(of Finding "$2") == *error* ]] || fail "Finding of $2: $(of Finding "$2")"
    else
        [ $s = 0 ] && ! grep -q ': error: ' "$T/said" || fail "check $1: $s $(cat "$T/said")"
        [[ $(of Finding "$2") != *error* ]] || fail "Finding of $2: $(of Finding "$2")"
    fi
}

# ---- LibreOffice ----

need_office() { # PROGRAM-FILE PACKAGE
    local office
    office=$(readlink -f "$(command -v soffice || true)")
    [ -n "$office" ] && [ -e "$(dirname "$office")/$1" ] || skip "$2 is not installed"
}
office() { rep timeout $((90 * SLOW)) soffice "-env:UserInstallation=file://$T/home/profile" --headless --norestore "$@" >/dev/null 2>&1; }

# FORMAT: as a sheet of that format, saved, then saved again with five rows more.
save_sheet() {
    prospects 12 >"$T/list.csv"
    rep mkdir -p "$WORK/Prospects"
    office --convert-to "$1" --outdir "$WORK/Prospects" "$T/list.csv" || fail "Calc saves no $1"
    hf sync
    [ "$(of Class "Prospects/list.$1")" = prospect-list ] || fail "$1: class $(of Class "Prospects/list.$1")"
    [ "$(of Records "Prospects/list.$1" | cut -d' ' -f1)" = 12 ] || fail "$1: records $(of Records "Prospects/list.$1")"
    [[ $(of Rule "Prospects/list.$1") == sales-intelligence/prospect-list* ]] || fail "$1: rule $(of Rule "Prospects/list.$1")"
    prospects 17 >"$T/list.csv"
    office --convert-to "$1" --outdir "$WORK/Prospects" "$T/list.csv"
    hf sync
    [ "$(of Records "Prospects/list.$1" | cut -d' ' -f1)" = 17 ] || fail "$1: records $(of Records "Prospects/list.$1")"
}

test_calc() {
    need_office libsclo.so libreoffice-calc-nogui
    serve_with_packs
    save_sheet xlsx
    save_sheet ods
    expect_tip_equals "$WORK"
}

save_text() { # FORMAT
    local file=$WORK/Posts/launch.$1 path=Posts/launch.$1
    post "$CLAIM" >"$T/launch.txt"
    rep mkdir -p "$WORK/Posts"
    office --infilter='Text (encoded):UTF8' --convert-to "$1" --outdir "$WORK/Posts" "$T/launch.txt" || fail "Writer saves no $1"
    hf sync
    [ "$(of Class "$path")" = post-draft ] || fail "$1: class $(of Class "$path")"
    expect_advice "$file" "$path" error
    post "$MENDED" >"$T/launch.txt"
    office --infilter='Text (encoded):UTF8' --convert-to "$1" --outdir "$WORK/Posts" "$T/launch.txt"
    hf sync
    [ "$(of Class "$path")" = post-draft ] || fail "$1, mended: class $(of Class "$path")"
    expect_advice "$file" "$path" nothing
}

test_writer() {
    need_office libswlo.so libreoffice-writer-nogui
    serve_with_packs
    save_text docx
    save_text odt
    expect_tip_equals "$WORK"
}
limit_test_calc=400 limit_test_writer=400

# ---- vim ----

test_vim_writes_and_mends_a_draft() {
    need vim
    local edit=(rep timeout $((20 * SLOW)) vim -n -i NONE -u NONE -es)
    serve_with_packs
    rep mkdir "$WORK/Posts"
    cd "$WORK/Posts"
    post "$CLAIM" | rep sh -c 'cat >launch.md'
    "${edit[@]}" -c '%s/Big news/Great news/' -c wq launch.md || true
    cd "$T"
    hf sync
    [ "$(of Class Posts/launch.md)" = post-draft ] || fail "class: $(of Class Posts/launch.md)"
    expect_advice "$WORK/Posts/launch.md" Posts/launch.md error
    grep -q 'launch.md:3:[0-9]*: error: ' "$T/said" || fail "another place: $(cat "$T/said")"
    cd "$WORK/Posts"
    "${edit[@]}" -c "3s/.*/$MENDED/" -c wq launch.md || true
    cd "$T"
    expect_versions Posts/launch.md 3
    [ "$(of Class Posts/launch.md)" = post-draft ] || fail "mended: class $(of Class Posts/launch.md)"
    expect_advice "$WORK/Posts/launch.md" Posts/launch.md nothing
    expect_tip_equals "$WORK"
    expect_sound_record
}

theme_main "$@"
