"""Bytes of every format that the inspector reads, from rows or from lines. Nothing of it depends on the time."""

import base64
import csv
import email.message
import email.policy
import gzip
import html
import io
import json
import lzma
import tarfile
import zipfile
from xml.sax.saxutils import escape

EPOCH = (2026, 3, 1, 12, 0, 0)


# ---- tables: rows of text, the first may be a header ----

def csv_file(rows, delimiter=",", charset="utf-8", eol="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=eol, quoting=quoting).writerows(rows)
    return out.getvalue().encode(charset, "replace")


def column_name(index):
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def zip_file(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else compression
            archive.writestr(info, data)
    return out.getvalue()


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def ooxml(main, content_type, parts):
    """A package whose main part is `main`; parts: [(name, content type, xml)]."""
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t, _ in parts if t)
    types = (f'{XML}<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" ContentType="application/'
             f'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
             f'<Override PartName="/{main}" ContentType="{content_type}"/>{overrides}</Types>')
    rels = (f'{XML}<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
            f'Target="{main}"/></Relationships>')
    return zip_file([("[Content_Types].xml", types), ("_rels/.rels", rels)] + [(n, x) for n, _, x in parts])


def xlsx(rows, shared=True):
    strings, cells = {}, []
    for r, row in enumerate(rows, 1):
        cells.append(f'<row r="{r}">')
        for c, value in enumerate(row):
            place = f"{column_name(c)}{r}"
            if value == "":
                continue
            if shared:
                cells.append(f'<c r="{place}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>')
            else:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        cells.append("</row>")
    sheet = f'{XML}<worksheet xmlns="{SHEET}"><sheetData>{"".join(cells)}</sheetData></worksheet>'
    book = (f'{XML}<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>")
    rels = (f'{XML}<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>')
    table = f'{XML}<sst xmlns="{SHEET}">' + "".join(f"<si><t>{escape(s)}</t></si>" for s in strings) + "</sst>"
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    return ooxml("xl/workbook.xml", base + "sheet.main+xml", [
        ("xl/workbook.xml", "", book), ("xl/_rels/workbook.xml.rels", "", rels),
        ("xl/worksheets/sheet1.xml", base + "worksheet+xml", sheet),
        ("xl/sharedStrings.xml", base + "sharedStrings+xml", table)])


ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def odf(kind, body):
    mime = "application/vnd.oasis.opendocument." + kind
    content = (f'{XML}<office:document-content xmlns:office="{ODF}office:1.0" xmlns:table="{ODF}table:1.0" '
               f'xmlns:text="{ODF}text:1.0" office:version="1.2"><office:body>{body}</office:body></office:document-content>')
    manifest = (f'{XML}<manifest:manifest xmlns:manifest="{ODF}manifest:1.0" manifest:version="1.2"><manifest:file-entry '
                f'manifest:full-path="/" manifest:media-type="{mime}"/><manifest:file-entry manifest:full-path="content.xml" '
                'manifest:media-type="text/xml"/></manifest:manifest>')
    return zip_file([("mimetype", mime), ("content.xml", content), ("META-INF/manifest.xml", manifest)])


def ods(rows):
    def cell(value):
        return (f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
                if value else "<table:table-cell/>")
    body = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    return odf("spreadsheet", f'<office:spreadsheet><table:table table:name="Sheet1">{body}</table:table></office:spreadsheet>')


def html_table(rows):
    cells = "".join("<tr>" + "".join(f"<td>{html.escape(v)}</td>" for v in row) + "</tr>\n" for row in rows)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n<table>\n{cells}</table>\n</body></html>\n'.encode()


def json_file(rows, nested=False):
    head, records = rows[0], [dict(zip(rows[0], row)) for row in rows[1:]]
    document = {"count": len(records), "fields": len(head), "results": records} if nested else records
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def jsonl_file(rows):
    return "".join(json.dumps(dict(zip(rows[0], row)), ensure_ascii=False) + "\n" for row in rows[1:]).encode()


# ---- text: a list of lines, "" between paragraphs ----

def text_file(lines, charset="utf-8", eol="\n"):
    return (eol.join(lines) + eol).encode(charset, "replace")


def docx(lines):
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)
    document = f'{XML}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return ooxml("word/document.xml",
                 "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                 [("word/document.xml", "", document)])


def odt(lines):
    return odf("text", "<office:text>" + "".join(f"<text:p>{escape(line)}</text:p>" for line in lines) +
               "</office:text>")


def rtf(lines):
    def char(c):
        if c in "\\{}":
            return "\\" + c
        if ord(c) < 128:
            return c
        units = c.encode("utf-16-le")
        return "".join(f"\\u{int.from_bytes(units[i:i + 2], 'little', signed=True)}?" for i in range(0, len(units),
                2))
    body = "\\par\n".join("".join(map(char, line)) for line in lines)
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Calibri;}}\\f0\\fs22\n" + body + "\\par\n}\n").encode()


def html_text(lines, title):
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines if line)
    return (f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>\n<body>\n{body}'
            "</body></html>\n").encode()


def pdf(lines):
    """Text in Helvetica, a page for each 50 lines; None if Windows-1252 cannot write it."""
    wrapped = [piece for line in lines for piece in ([line[i:i + 95] for i in range(0, len(line), 95)] or [""])]
    try:
        encoded = [line.encode("cp1252") for line in wrapped]
    except UnicodeEncodeError:
        return None
    pages = [encoded[i:i + 50] for i in range(0, len(encoded), 50)] or [[]]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [" + b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(pages))) +
               b"] /Count %d >>" % len(pages),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    for i, page in enumerate(pages):
        def quote(line):
            return line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        stream = b"BT /F1 11 Tf 14 TL 50 790 Td\n" + b"".join(b"(" + quote(l) + b") Tj T*\n" for l in page) + b"ET"
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                       b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * i))
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for number, data in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return (out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table +
            b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out)))


# ---- mail and wrappers ----

def eml(sender, to, subject, lines, attachment=None):
    message = email.message.EmailMessage(policy=email.policy.SMTP.clone(cte_type="7bit"))
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Sun, 01 Mar 2026 12:00:00 +0000"
    message["Message-ID"] = "<1@mail.example>"
    message.set_content("\n".join(lines) + "\n")
    if attachment:
        name, data, mime = attachment
        kind, subtype = mime.split("/")
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=name)
        message.set_boundary("=_part_5f1c")
    return message.as_bytes()


def mbox(messages):
    out = b""
    for data in messages:
        lines = data.replace(b"\r\n", b"\n").split(b"\n")
        out += b"From a@mail.example Sun Mar  1 12:00:00 2026\n"
        out += b"\n".join(b">" + l if l.startswith(b"From ") else l for l in lines) + b"\n\n"
    return out


def tar_gz(members):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gz(raw.getvalue())


def gz(data):
    return gzip.compress(data, mtime=0)


def xz(data):
    return lzma.compress(data)


def base64_file(data):
    return base64.encodebytes(data)


WRAPPERS = {
    "zip": lambda name, data: zip_file([(name, data if isinstance(data, bytes) else data.encode())]),
    "tar.gz": lambda name, data: tar_gz([("export/" + name, data)]),
    "gz": lambda name, data: gz(data),
    "xz": lambda name, data: xz(data),
    "b64": lambda name, data: base64_file(data),
    "tar.gz.zip": lambda name, data: zip_file([("inner.tar.gz", tar_gz([(name, data)]))]),
}
