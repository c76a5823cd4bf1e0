#!/bin/bash
# find: what changed in a list, and which versions of which files hold a contact or a text.
. "$(dirname "$0")/lib.sh"

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

theme_main "$@"
