#!/bin/bash
# find: what changed in a list, and which versions of which files hold a contact or a text.
. "$(dirname "$0")/lib.sh"
has() { grep "$1" >/dev/null; } # reads to the end: who writes into the pipe is not to die of it

list() { # twelve leads and a header
    echo "company;contact;mail;phone;position"
    local i=0 name
    for name in "Ada Berg" "Bo Carr" "Cy Dorn" "Di Eck" "Ed Falk" "Flo Gray" "Gil Hart" "Hal Ives" "Ida Jung" "Jan Kern" "Kim Lund" "Lea Moss"; do
        i=$((i + 1))
        echo "Firm $i GmbH;$name;person.$i@firm$i.example;+49 30 55501$((100 + i));Head of Sales"
    done
}

# The same rows as a workbook, columns in another order. Reads the CSV from standard input.
write_xlsx() { # TO
    python3 - "$1" <(cat) <<'END'
import sys, zipfile
from xml.sax.saxutils import escape
rows = [line.rstrip("\n").split(";") for line in open(sys.argv[2])]
sheet = "".join("<row r='%d'>%s</row>" % (n, "".join(
    "<c r='%s%d' t='inlineStr'><is><t>%s</t></is></c>" % ("ABCDEFG"[i], n, escape(row[k])) for i, k in enumerate([3, 1, 4, 2, 0])))
    for n, row in enumerate(rows, 1))
main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
pack = "http://schemas.openxmlformats.org/package/2006/"
z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)
z.writestr("[Content_Types].xml", "<Types xmlns='%scontent-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/><Override PartName='/xl/worksheets/sheet1.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml'/></Types>" % pack)
z.writestr("_rels/.rels", "<Relationships xmlns='%srelationships'><Relationship Id='r1' Type='%s/officeDocument' Target='xl/workbook.xml'/></Relationships>" % (pack, rel))
z.writestr("xl/workbook.xml", "<workbook xmlns='%s' xmlns:r='%s'><sheets><sheet name='Leads' sheetId='1' r:id='r1'/></sheets></workbook>" % (main, rel))
z.writestr("xl/_rels/workbook.xml.rels", "<Relationships xmlns='%srelationships'><Relationship Id='r1' Type='%s/worksheet' Target='worksheets/sheet1.xml'/></Relationships>" % (pack, rel))
z.writestr("xl/worksheets/sheet1.xml", "<worksheet xmlns='%s'><sheetData>%s</sheetData></worksheet>" % (main, sheet))
END
}

# A document with these paragraphs.
write_docx() { # TO TEXT
    python3 - "$@" <<'END'
import sys, zipfile
from xml.sax.saxutils import escape
w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
pack = "http://schemas.openxmlformats.org/package/2006/"
z = zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED)
z.writestr("[Content_Types].xml", "<Types xmlns='%scontent-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>" % pack)
z.writestr("_rels/.rels", "<Relationships xmlns='%srelationships'><Relationship Id='r1' Type='%s/officeDocument' Target='word/document.xml'/></Relationships>" % (pack, rel))
z.writestr("word/document.xml", "<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (w, "".join(
    "<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % escape(line) for line in sys.argv[2].split("\n"))))
END
}

put() { rep cp "$1" "$WORK/$2"; hf sync; } # FILE NAME
expect_diff() { # PATTERN... in what `diff` said
    local p
    for p; do grep -qE -- "$p" "$T/diff" || { cat "$T/diff"; fail "diff says no \"$p\""; }; done
}

test_diff_of_a_list() {
    need python3
    serve
    list >"$T/list.csv"
    put "$T/list.csv" acme.csv
    hf diff acme.csv >"$T/diff"
    expect_diff '^acme.csv  version 1: 12 added, 0 removed, 0 changed, 0 the same$' '^\+ Cy Dorn <person.3@firm3.example> +\+49 30 55501103  Firm 3 GmbH  Head of Sales$'
    { head -1 "$T/list.csv"; tail -n +2 "$T/list.csv" | sort -r; } >"$T/sorted.csv"
    put "$T/sorted.csv" acme.csv
    hf diff acme.csv >"$T/diff"
    expect_diff '0 added, 0 removed, 0 changed, 12 the same$'
    write_xlsx "$T/list.xlsx" <"$T/list.csv"
    put "$T/list.xlsx" acme.csv
    hf diff acme.csv >"$T/diff"
    expect_diff '^acme.csv  version 2 -> 3: 0 added, 0 removed, 0 changed, 12 the same$'
    sed -e '/Gil Hart;/d' -e 's/+49 30 55501105/+49 40 999888777/' "$T/sorted.csv" >"$T/edited.csv"
    echo "New Co Ltd;Zoe New;zoe@new.example;+44 20 7946 0000;Buyer" >>"$T/edited.csv"
    put "$T/edited.csv" acme.csv
    rep "$HOLDFAST" diff --conf "$CONF" acme.csv >"$T/diff"
    expect_diff ': 1 added, 1 removed, 1 changed, 10 the same$' '^\+ Zoe New <zoe@new.example>' '^- Gil Hart <person.7@firm7.example>' \
        '^~ Ed Falk <person.5@firm5.example>: phone \+49 30 55501105 -> \+49 40 999888777$'
    [ "$(wc -l <"$T/diff")" = 4 ] || { cat "$T/diff"; fail "more than four lines"; }
    ! grep -q $'\x1b' "$T/diff" || fail "colour in a pipe"
    hf diff --json acme.csv | python3 -c '
import json, sys
d = json.load(sys.stdin)["contacts"]
assert d["same"] == 10 and d["added"][0]["email"] == ["zoe@new.example"], d
assert d["changed"][0]["to"]["phone"] == ["+49 40 999888777"] and len(d["removed"]) == 1, d' || fail "diff --json"
    hf diff --lines acme.csv --from 1 --to 2 >"$T/diff"
    expect_diff '12 the same$' '^-Firm 1 GmbH' '^\+Firm 1 GmbH'
    stop_daemon
    "$HOLDFAST" diff --repo "$REPO" acme.csv >"$T/diff"
    expect_diff ': 1 added, 1 removed, 1 changed, 10 the same$'
}

test_diff_of_a_document() {
    need python3
    serve
    write_docx "$T/a.docx" $'Dear Ms Smith,\nthank you for the call.\nAnn Hill, ann@acme.example'
    put "$T/a.docx" letter.docx
    write_docx "$T/b.docx" $'Dear Ms Smith,\nthank you for the visit.\nAnn Hill, ann@acme.example'
    put "$T/b.docx" letter.docx
    hf diff letter.docx >"$T/diff"
    expect_diff '^-thank you for the call\.$' '^\+thank you for the visit\.$' '^ Dear Ms Smith,$'
}

# What `find --json` says, as lines: path, since, until, rep.
found() {
    local status=0
    "$@" --json >"$T/found.json" || status=$?
    [ "$status" = 0 ] || fail "find: status $status"
    python3 -c '
import json, sys
for line in open(sys.argv[1]):
    o = json.loads(line)
    print(o["path"], o["since"]["seq"], o["until"]["seq"] if o["until"] else "-", o["rep"])' "$T/found.json"
}
expect_found() { # EXPECTED COMMAND...
    local expected=$1 said; shift
    said=$(found "$@")
    [ "$said" = "$expected" ] || fail "$* said
$said
expected
$expected"
}

test_find_a_contact() {
    need python3
    serve
    list >"$T/list.csv"
    put "$T/list.csv" expo.csv # 1
    { head -1 "$T/list.csv"; tail -n +2 "$T/list.csv" | sort -r; } >"$T/sorted.csv"
    put "$T/sorted.csv" expo.csv # 2
    rep mkdir "$WORK/Leads"
    rep mv "$WORK/expo.csv" "$WORK/Leads/expo.csv" # 3
    hf sync
    write_xlsx "$T/acme.xlsx" < <(sed -n '1p;6p' "$T/list.csv")
    put "$T/acme.xlsx" acme.xlsx # 4
    sed '/Ed Falk/d' "$T/sorted.csv" >"$T/without.csv"
    put "$T/without.csv" Leads/expo.csv # 5
    rep mv "$WORK/Leads" "$WORK/Old" # 6
    put "$T/list.csv" Old/expo.csv # 7
    rep rm "$WORK/acme.xlsx" # 8
    hf sync
    local expected=$'expo.csv 1 5 alice\nacme.xlsx 4 8 alice\nOld/expo.csv 7 - alice'
    expect_found "$expected" hf find --contact person.5@firm5.example
    expect_found "$expected" hf find --contact "Person.5@FIRM5.example"
    expect_found "$expected" hf find --contact "030 / 555 01 105"
    expect_found "$expected" hf find 03055501105
    expect_found "$expected" rep "$HOLDFAST" find --conf "$CONF" --contact person.5@firm5.example
    expect_found "$expected" hf find person.5@firm5.example
    expect_found $'Old/expo.csv 7 - alice' hf find --contact person.5@firm5.example --since "$(hf log --json --mount work | sed -n 's/.*"seq":7,.*"saved":"\([^"]*\)".*/\1/p;t;s/.*"saved":"\([^"]*\)".*"seq":7,.*/\1/p')"
    hf find --contact person.5@firm5.example >"$T/said"
    grep -qE '^     1  .*  until      5  .*  alice on lt-1  work/expo.csv' "$T/said" && grep -q 'Ed Falk, Firm 5 GmbH, person.5@firm5.example' "$T/said" || { cat "$T/said"; fail "find's lines"; }
    rep mv "$WORK/Old" "$WORK/Newer" # 9
    hf sync
    hf find --contact person.5@firm5.example | grep -F 'work/Old/expo.csv, now Newer/expo.csv' >/dev/null || fail "nobody says where the file is now"
    hf find --json --contact person.5@firm5.example | tail -1 | grep -E '"path_now": ?"Newer/expo.csv"' >/dev/null || fail "path_now"
    expect_found '' hf find --contact nobody@firm5.example
    hf find --contact nobody@firm5.example 2>"$T/err" || fail "nothing found is no failure"
    grep -q 'no version' "$T/err" || fail "nothing found, and nothing said"
    local status=0
    hf find --contact "Ed Falk" 2>/dev/null || status=$?
    [ "$status" = 2 ] || fail "a name is no --contact: status $status"
    stop_daemon
    git clone -q --bare "$REPO" "$T/clone.git"
    chmod -R a+rX "$T/clone.git"
    expect_found "$expected" as 4999 "$HOLDFAST" find --repo "$T/clone.git" --contact person.5@firm5.example # no place for an index
    export XDG_CACHE_HOME=$T/cache
    expect_found "$expected" "$HOLDFAST" find --repo "$T/clone.git" --contact person.5@firm5.example
    [ -n "$(find "$T/cache/holdfast" -name data.mdb)" ] || fail "no index is kept of the clone"
    expect_found "$expected" "$HOLDFAST" find --repo "$T/clone.git" --contact "+49 (0)30 55501105"
    expect_found '' "$HOLDFAST" find --repo "$T/clone.git" --contact person.5@firm5.example --until 2000-01-01
}

test_find_a_text() {
    need python3
    serve
    write_docx "$T/a.docx" $'Call notes\nThey renew in   Octo\u0308ber,\nif the price holds.'
    put "$T/a.docx" notes.docx
    list >"$T/list.csv"
    put "$T/list.csv" list.csv
    write_xlsx "$T/list.xlsx" <"$T/list.csv"
    put "$T/list.xlsx" list.xlsx
    expect_found 'notes.docx 1 - alice' hf find "renew in october IF the"
    hf find "renew in october" >"$T/said"
    grep -q 'line 2  .*They renew in' "$T/said" || { cat "$T/said"; fail "place and excerpt"; }
    hf find "kern" >"$T/said"
    grep -q ' B11  .*Jan Kern' "$T/said" && grep -q ' Leads!B11  .*Jan Kern' "$T/said" || { cat "$T/said"; fail "cells"; }
    expect_found '' hf find "renew in november"
    local status=0
    hf find "..." 2>/dev/null || status=$?
    [ "$status" = 2 ] || fail "nothing to look for: status $status"
}

# What `find` says of a text with the daemon's index, with an index of a clone and with none: each the same.
expect_found_all_ways() { # EXPECTED TEXT
    expect_found "$1" hf find "$2"
    expect_found "$1" rep "$HOLDFAST" find --conf "$CONF" "$2"
    XDG_CACHE_HOME=$T/cache expect_found "$1" "$HOLDFAST" find --repo "$T/clone.git" "$2"
    expect_found "$1" as 4999 "$HOLDFAST" find --repo "$T/clone.git" "$2" 2>"$T/err"
    grep -q 'every version is read, as the index cannot be asked' "$T/err" || { cat "$T/err"; fail "nobody said that no index was asked"; }
}

# Contents in which the index says that a text does not stand, as names of versions.
left_out() { # UID TEXT
    local blob
    for blob in $(ask_as "$1" "{\"ask\":\"without\",\"key\":\"$2\"}" | python3 -c '
import json, sys
for line in sys.stdin: print(*json.loads(line).get("without", []), sep="\n")'); do
        git_record rev-parse "$blob" >/dev/null || fail "no blob $blob"
        grep "^$blob " "$T/blobs" | cut -d' ' -f2
    done | sort -u | xargs
}

# A long text is sought by fingerprints; what has it in rows, margins or quotes, or is half read, is found all the same.
test_find_a_passage() {
    need python3 zip
    serve
    local passage="the renewal hangs on a discount of twelve per cent and a named engineer in Lyon"
    local written=$'The RENEWAL hangs on a dis-\ncount, of twelve per cent\n(and a named engineer in Lyo\u0301n)'
    printf 'Notes of Monday\n%s.\nAnd so on.\n' "$written" >"$T/has.txt"
    printf 'Notes of Tuesday\nThe renewal hangs on a discount of twelve per cent and a named manager in Nice.\nAnd so on, and so forth.\n' >"$T/near.txt"
    { echo "name;mail;note"; for i in 1 2 3; do echo "Ann $i;ann$i@acme.example;nothing to say"; done; } >"$T/short.csv"
    { cat "$T/short.csv"; echo "Bo;bo@acme.example;$passage"; } >"$T/cell.csv"
    { echo "first;second;third"; for i in 1 2 3; do echo "the renewal hangs on a discount;of twelve per cent and;a named engineer in Lyon"; done; } >"$T/row.csv"
    printf 'From: a@b.example\nTo: c@d.example\nSubject: Re: news\n\nI agree.\n\n> %s\n' "$passage" >"$T/quote.eml"
    printf '<html><head><title>%s</title></head><body><p>Nothing here.</p></body></html>\n' "$passage" >"$T/margin.html"
    write_docx "$T/has.docx" "Dear all,"$'\n'"$written"
    (cd "$T" && zip -q wrapped.zip has.txt)
    put "$T/near.txt" late.txt # 1
    put "$T/has.txt" has.txt # 2
    put "$T/near.txt" near.txt # 3
    put "$T/short.csv" short.csv # 4
    put "$T/cell.csv" cell.csv # 5
    put "$T/row.csv" row.csv # 6
    put "$T/quote.eml" quote.eml # 7
    put "$T/margin.html" margin.html # 8
    put "$T/has.docx" has.docx # 9
    put "$T/wrapped.zip" wrapped.zip # 10
    put "$T/has.txt" late.txt # 11
    put "$T/near.txt" has.txt # 12
    rep mv "$WORK/late.txt" "$WORK/moved.txt" # 13
    printf 'Notes of Wednesday, about something else altogether, at some length.\n' >"$T/other.txt"
    put "$T/other.txt" other.txt # 14
    hf sync
    await 20 index_in_step '{"ask":"holdings","kind":"email","key":"a@b.example"}' || fail "the index is not in step"
    git clone -q --bare "$REPO" "$T/clone.git"
    chmod -R a+rX "$T/clone.git"
    local file
    for file in has.txt near.txt short.csv cell.csv row.csv quote.eml margin.html has.docx wrapped.zip other.txt; do
        echo "$(git hash-object --no-filters "$T/$file") $file"
    done >"$T/blobs"
    local without; without=$(as 4999 "$HOLDFAST" find --repo "$T/clone.git" "$passage" 2>/dev/null)
    for file in has.txt cell.csv row.csv quote.eml margin.html has.docx wrapped.zip late.txt; do
        grep -q "work/$file" <<<"$without" || { echo "$without"; fail "not found in $file without an index"; }
    done
    expect_found_all_ways "$(found as 4999 "$HOLDFAST" find --repo "$T/clone.git" "$passage" 2>/dev/null)" "$passage"
    expect_found_all_ways "" "the renewal hangs on a discount of twelve per cent and a named lawyer in Bonn"
    expect_found_all_ways "$(found as 4999 "$HOLDFAST" find --repo "$T/clone.git" "$(cat "$T/near.txt")" 2>/dev/null)" "$(cat "$T/near.txt")"
    # Read are only those that may have it: whose rows, margins or quotes are long, and who has all its fingerprints,
    # which near.txt may have or not: they hang on the secret.
    local uid
    for uid in 0 "$REP_UID"; do
        [ "$(left_out "$uid" "$passage" | sed 's/near.txt //')" = "other.txt short.csv" ] || fail "left out for $uid: $(left_out "$uid" "$passage")"
    done
    ask_as 4999 "{\"ask\":\"without\",\"key\":\"$passage\"}" | has '"error"' || fail "anybody may ask"
    ask_as 0 '{"ask":"without","key":"too short"}' | has 'expected a text of 50' || fail "a short text has no fingerprints"
}

# One question to the daemon, as this user: its answer.
ask_as() { # UID JSON
    as "$1" python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode() + b"\n")
while data := s.recv(65536): sys.stdout.write(data.decode())' "$RUN/control.sock" "$2"
}
index_in_step() { ask_as 0 "$1" | has '"done"'; }

told_as() { ask_as "$1" "$2" | has "$3"; } # UID JSON WORD

# A rep finds their own versions, and cannot learn of another's.
test_find_within_ones_own() {
    need python3
    mkdir "$T/desk"
    chown 4300:4300 "$T/desk"
    MORE="[mount \"desk\"]
path = $T/desk
rep = bob
email = bob@example.com"
    serve
    list >"$T/list.csv"
    put "$T/list.csv" mine.csv
    as 4300 cp "$T/list.csv" "$T/desk/his.csv"
    hf sync
    expect_found $'mine.csv 1 - alice\nhis.csv 1 - bob' hf find --contact person.5@firm5.example
    expect_found 'mine.csv 1 - alice' rep "$HOLDFAST" find --conf "$CONF" --contact person.5@firm5.example
    expect_found 'his.csv 1 - bob' as 4300 "$HOLDFAST" find --conf "$CONF" "Ed Falk"
    local question='{"ask":"holdings","kind":"email","key":"person.5@firm5.example"}'
    await 20 index_in_step "$question" || fail "the index is not in step"
    [ "$(ask_as 0 "$question" | grep -c '"holding"')" = 2 ] || fail "root's holdings: $(ask_as 0 "$question")"
    [ "$(ask_as 4300 "$question" | sed -n 's/.*"rep": *"\([a-z]*\)".*/\1/p')" = bob ] || fail "bob's holdings: $(ask_as 4300 "$question")"
    rep rm "$WORK/mine.csv"
    rep sh -c 'echo nothing >"$1"' - "$WORK/none.txt"
    hf sync
    list | sed 's/person/someone/' >"$T/other.csv"
    as 4300 cp "$T/other.csv" "$T/desk/other.csv"
    hf sync
    question='{"ask":"holdings","kind":"email","key":"someone.5@firm5.example"}'
    await 20 index_in_step "$question" || fail "the index is not in step"
    local his none his_note
    his=$(ask_as "$REP_UID" "$question")
    none=$(ask_as "$REP_UID" '{"ask":"holdings","kind":"email","key":"nobody@firm5.example"}')
    [ "$his" = "$none" ] || fail "alice learns that bob holds it: $his / $none"
    as 4300 sh -c 'echo "a note of his own, which nobody else is to be told of in any way" >"$1"' - "$T/desk/note.txt"
    hf sync
    question='{"ask":"without","key":"quite another note, of sixty letters or so, that stands in no file at all"}'
    his_note=$(git hash-object "$T/desk/note.txt")
    await 20 told_as 0 "$question" "$his_note" || fail "root is not told of his note"
    told_as 4300 "$question" "$his_note" || fail "he is not told of his own note"
    ! told_as "$REP_UID" "$question" "$his_note" || fail "alice is told of his note"
    local commit; commit=$(git_record for-each-ref --format='%(objectname)' refs/heads/rep/bob)
    [ "$(ask_as "$REP_UID" "{\"ask\":\"content\",\"at\":\"$commit\"}" | sed "s/$commit/X/")" = \
        "$(ask_as "$REP_UID" '{"ask":"content","at":"0123456789012345678901234567890123456789"}' | sed 's/0123456789012345678901234567890123456789/X/')" ] ||
        fail "alice learns that a commit of bob's is one"
    local status=0
    rep "$HOLDFAST" find --conf "$CONF" --rep bob "Ed Falk" 2>/dev/null || status=$?
    [ "$status" != 0 ] || fail "a rep may ask for another's"
}

theme_main "$@"
