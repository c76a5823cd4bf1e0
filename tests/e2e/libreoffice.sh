#!/bin/bash
# libreoffice: the office saves a sheet (temporary file, rename, lock file) and the record has the sheet.
. "$(dirname "$0")/lib.sh"

convert() { rep soffice "-env:UserInstallation=file://$T/home/profile" --headless --norestore --convert-to "$1" --outdir "$WORK/out" "$2" >/dev/null 2>&1; }

test_sheet() {
    command -v soffice >/dev/null || skip "LibreOffice is not installed (apt-get install libreoffice-calc-nogui)"
    serve
    cd "$WORK"
    rep sh -c 'mkdir out; printf "name,email\nAnn,ann@example.com\n" >p.csv'
    convert xlsx p.csv
    hf sync
    expect_versions out/p.xlsx 1
    rep sh -c 'printf "Bob,bob@example.com\n" >>p.csv'
    convert xlsx p.csv
    expect_versions out/p.xlsx 2
    git_record show "$(versions out/p.xlsx | tail -1):work/out/p.xlsx" >"$T/kept.xlsx"
    cmp "$T/kept.xlsx" out/p.xlsx
    # A scratch file that lives for longer than a save is held back may be in the history; with a sanitizer, or on a busy machine, it does.
    [ -n "${SANITIZED-}" ] || ! record_lines | cut -f3 | grep -E '\.~lock|lu[0-9a-z]+\.tmp' || fail "the office's scratch files are in the record"
    ! find "$WORK/out" -name '*.tmp' | grep . || fail "a scratch file is still there"
    expect_tip_equals "$WORK"
}
limit_test_sheet=240

theme_main "$@"
