"""Files of many formats, by the standard library only. A table is a list of sheets (name, rows); a document is a list of
blocks: ("h", text), ("p", text), ("li", text) or ("table", rows)."""

import base64
import csv
import email.message
import email.policy
import gzip
import html
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from xml.sax.saxutils import escape

EPOCH = (2024, 3, 1, 9, 30, 0)


# ---- tables -------------------------------------------------------------------------------------------------------

def encode(rng, text, choices=("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252")):
    name = rng.choice(choices)
    try:
        data = text.encode(name)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")
    return b"\xfe\xff" + data if name == "utf-16-be" else data


def csv_bytes(rng, rows, delimiter):
    out = io.StringIO()
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=rng.choice(("\n", "\r\n"))).writerows(rows)
    return encode(rng, out.getvalue())


def zip_bytes(members, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def column_name(index):
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def xlsx_cell(ref, value, shared):
    if value == "":
        return ""
    if isinstance(value, (int, float)):
        return f'<c r="{ref}"><v>{value}</v></c>'
    if shared is None:
        return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{ref}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'


def xlsx_sheet(rows, shared):
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(xlsx_cell(f"{column_name(c)}{r}", value, shared) for c, value in enumerate(row))
        lines.append(f'<row r="{r}">{cells}</row>')
    merged = '<mergeCells count="1"><mergeCell ref="A1:E1"/></mergeCells>' if rows and len(rows[0]) == 1 else ""
    return ('<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<sheetData>{"".join(lines)}</sheetData>{merged}</worksheet>')


def xlsx_bytes(rng, sheets):
    shared = {} if rng.random() < 0.6 else None
    parts = [xlsx_sheet(rows, shared) for _, rows in sheets]
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"/>' for i, (n, _) in enumerate(sheets, 1))
    links = "".join(f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(parts) + 1))
    kinds = "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                    'spreadsheetml.worksheet+xml"/>' for i in range(1, len(parts) + 1))
    members = [("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
                f'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>'),
               ("_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
               ("xl/workbook.xml", '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                f'xmlns:r="{office}"><sheets>{book}</sheets></workbook>')]
    if shared is not None:
        links += f'<Relationship Id="rIdS" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
        members.append(("xl/sharedStrings.xml", '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                        + "".join(f'<si><t xml:space="preserve">{escape(s)}</t></si>' for s in shared) + "</sst>"))
    members.append(("xl/_rels/workbook.xml.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
                    f'package/2006/relationships">{links}</Relationships>'))
    members += [(f"xl/worksheets/sheet{i}.xml", part) for i, part in enumerate(parts, 1)]
    return zip_bytes(members)


ODF = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
       'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
       'office:version="1.2"><office:body>')


def odf_bytes(kind, body):
    mime = f"application/vnd.oasis.opendocument.{kind}"
    manifest = ('<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    return zip_bytes([("mimetype", mime), ("content.xml", f"{ODF}{body}</office:body></office:document-content>"),
                      ("META-INF/manifest.xml", manifest)], stored=("mimetype",))


def odf_table(name, rows):
    def cell(value):
        if value == "":
            return "<table:table-cell/>"
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    body = "".join(f'<table:table-row>{"".join(map(cell, row))}</table:table-row>' for row in rows)
    return f'<table:table table:name="{escape(name)}">{body}</table:table>'


def ods_bytes(rng, sheets):
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    tables = "".join(odf_table(n, rows) for n, rows in sheets)
    if rng.random() < 0.5:
        tables = tables.replace("</table:table>", tail + "</table:table>")
    return odf_bytes("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def one_table(sheets):
    return max((rows for _, rows in sheets), key=len)


TABLES = {
    "csv": lambda rng, sheets: csv_bytes(rng, one_table(sheets), ","),
    "semicolon.csv": lambda rng, sheets: csv_bytes(rng, one_table(sheets), ";"),
    "tsv": lambda rng, sheets: csv_bytes(rng, one_table(sheets), "\t"),
    "xlsx": xlsx_bytes,
    "ods": ods_bytes,
}


# ---- documents ----------------------------------------------------------------------------------------------------

def line_of(row):
    return " | ".join(str(value) for value in row)


def txt(rng, blocks):
    out, mark = [], rng.choice(("- ", "* ", "• ", "  "))
    for kind, body in blocks:
        if kind == "table":
            out.append("\n".join("\t".join(str(v).replace("\n", " ") for v in row) for row in body) + "\n")
        else:
            out.append({"h": f"{body}\n", "p": f"{body}\n", "li": mark + body}[kind])
    return "\n".join(out) + "\n"


def markdown(rng, blocks):
    out = []
    for kind, body in blocks:
        if kind == "table":
            width = max(len(row) for row in body)
            cells = [[str(v).replace("\n", " ").replace("|", "\\|") for v in row] + [""] * (width - len(row)) for row in body]
            cells.insert(1, ["---"] * width)
            out.append("\n".join(f"| {' | '.join(row)} |" for row in cells) + "\n")
        else:
            out.append({"h": f"{rng.choice('# |## ').strip() or '#'} {body}\n", "p": f"{body}\n", "li": f"- {body}"}[kind])
    return "\n".join(out) + "\n"


def html_text(rng, blocks):
    out = []
    for kind, body in blocks:
        if kind == "table":
            rows = "".join("<tr>" + "".join(f"<td>{html.escape(str(v))}</td>" for v in row) + "</tr>\n" for row in body)
            out.append(f"<table border=1>\n{rows}</table>")
        else:
            tag = {"h": "h2", "p": "p", "li": "li"}[kind]
            out.append(f"<{tag}>{html.escape(body).replace(chr(10), '<br>')}</{tag}>")
    return ("<!DOCTYPE html><html><head><meta charset='utf-8'><title>page</title><style>td{padding:4px}</style></head>\n<body>\n"
            + "\n".join(out) + "\n</body></html>\n")


def docx(rng, blocks):
    def paragraph(text, style=""):
        runs = "<w:r><w:br/></w:r>".join(f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r>' for line in text.split("\n"))
        return f"<w:p>{style}{runs}</w:p>"
    out = []
    for kind, body in blocks:
        if kind == "table":
            rows = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(str(v))}</w:tc>" for v in row) + "</w:tr>" for row in body)
            out.append(f"<w:tbl>{rows}</w:tbl>")
        else:
            out.append(paragraph(body, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if kind == "h" else ""))
    kinds = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
             'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
             '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    rels = ('<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    body = ('<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            f'<w:body>{"".join(out)}</w:body></w:document>')
    return zip_bytes([("[Content_Types].xml", kinds), ("_rels/.rels", rels), ("word/document.xml", body)])


def odt(rng, blocks):
    out = []
    for i, (kind, body) in enumerate(blocks):
        if kind == "table":
            out.append(odf_table(f"T{i}", body))
            continue
        text = escape(body).replace("\n", "<text:line-break/>")
        out.append(f'<text:h text:outline-level="1">{text}</text:h>' if kind == "h" else f"<text:p>{text}</text:p>")
    return odf_bytes("text", f'<office:text>{"".join(out)}</office:text>')


def rtf_escape(text):
    out = []
    for unit in struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}H", text.encode("utf-16-le")):
        c = chr(unit)
        out.append("\\" + c if c in "\\{}" else "\\line " if c == "\n" else c if unit < 128 else f"\\u{unit - 65536 if unit > 32767 else unit}?")
    return "".join(out)


def rtf(rng, blocks):
    out = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Calibri;}}\f0\fs22"]
    for kind, body in blocks:
        if kind == "table":
            for row in body:
                out.append(r"\trowd" + "".join(f"\\cellx{2000 * (i + 1)}" for i in range(len(row))) + r"\intbl "
                           + "".join(rtf_escape(str(v)) + r"\cell " for v in row) + r"\row")
        else:
            out.append({"h": r"\pard\b %s\b0\par", "p": r"\pard %s\par", "li": r"\pard\bullet  %s\par"}[kind] % rtf_escape(body))
    return ("\n".join(out) + "}").encode("ascii")


def pdf(rng, blocks):
    """Simple pages of Helvetica; what cp1252 lacks cannot be written, so such text is not asked of it."""
    lines = []
    for line in txt(rng, blocks).expandtabs(4).split("\n"):
        while len(line) > 95:
            cut = line.rfind(" ", 40, 95)
            cut = cut if cut > 0 else 95
            lines.append(line[:cut])
            line = line[cut:].strip()
        lines.append(line)
    pages = [lines[i:i + 50] for i in range(0, len(lines), 50)]
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))),
               "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    for i, page in enumerate(pages):
        shown = "".join("(%s) Tj T*\n" % line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in page)
        data = zlib.compress(f"BT /F1 10 Tf 50 790 Td 14 TL\n{shown}ET".encode("cp1252", "replace"))
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * i} 0 R/Resources<</Font<</F1 3 0 R>>>>>>")
        objects.append((b"<</Length %d/Filter/FlateDecode>>stream\n" % len(data)) + data + b"\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % i + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return out + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
                  f"startxref\n{len(out)}\n%%EOF\n").encode()


def message(rng, blocks, attachments=(), subject=None, sender="Pat Quill <pat.quill@northwind.example>", to="Sam Orr <sam.orr@northwind.example>"):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = subject or next((b for k, b in blocks if k == "h"), "as discussed")[:90].replace("\n", " ")
    mail["Date"] = f"Tue, {rng.randint(10, 28)} Mar 2024 1{rng.randint(0, 9)}:{rng.randint(10, 59)}:00 +0100"
    mail["Message-ID"] = f"<{rng.getrandbits(60):x}@northwind.example>"
    mail.set_content(txt(rng, blocks), cte=rng.choice(("quoted-printable", "base64", "8bit")))
    if rng.random() < 0.4:
        mail.add_alternative(html_text(rng, blocks), subtype="html")
    for name, data in attachments:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def mbox(rng, blocks):
    note = [("p", rng.choice(("See below.", "Any news on this?", "Thanks, will look tomorrow.", "ok for me")))]
    parts = [message(rng, note, subject="hello"), message(rng, blocks)]
    return b"".join(b"From pat@northwind.example Tue Mar 12 10:00:00 2024\n" + p.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n" for p in parts)


DOCUMENTS = {
    "txt": lambda rng, blocks: encode(rng, txt(rng, blocks), ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")),
    "md": lambda rng, blocks: markdown(rng, blocks).encode(),
    "html": lambda rng, blocks: html_text(rng, blocks).encode(),
    "docx": docx,
    "odt": odt,
    "rtf": rtf,
    "eml": message,
    "mbox": mbox,
    "pdf": pdf,
}


def fits_pdf(blocks):
    try:
        json.dumps(blocks, ensure_ascii=False).encode("cp1252")
        return True
    except UnicodeEncodeError:
        return False


# ---- wraps --------------------------------------------------------------------------------------------------------

def number_7z(n):
    """7z's own variable length of a number below 2^56: the leading ones of the first byte count the bytes that follow."""
    for size in range(8):
        if n < 1 << (7 * (size + 1)):
            first = (0xFF00 >> size) & 0xFF | n >> (8 * size)
            return bytes([first]) + (n & ((1 << (8 * size)) - 1)).to_bytes(size, "little")
    raise ValueError(n)


def seven_zip(name, data):
    """One file, packed by LZMA, in one folder."""
    lc, dictionary = 3, 1 << 20
    packed = lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": 0, "pb": 2}])
    coder = b"\x23\x03\x01\x01\x05" + bytes([2 * 45 + lc]) + struct.pack("<I", dictionary)
    title = name.encode("utf-16-le") + b"\0\0"
    header = (b"\x01\x04"
              + b"\x06\x00\x01\x09" + number_7z(len(packed)) + b"\x00"
              + b"\x07\x0b\x01\x00\x01" + coder + b"\x0c" + number_7z(len(data)) + b"\x0a\x01" + struct.pack("<I", zlib.crc32(data)) + b"\x00"
              + b"\x00"
              + b"\x05\x01\x11" + number_7z(len(title) + 1) + b"\x00" + title + b"\x00\x00")
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def tar_bytes(name, data, mode):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        info = tarfile.TarInfo(name)
        info.size, info.mtime = len(data), 1709285400
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


WRAPS = {
    "zip": lambda name, data: zip_bytes([("readme.txt", "Export of this morning.\n"), (f"export/{name}", data)]),
    "tar": lambda name, data: tar_bytes(name, data, "w"),
    "tar.gz": lambda name, data: tar_bytes(name, data, "w:gz"),
    "gz": lambda name, data: gzip.compress(data, mtime=0),
    "xz": lambda name, data: lzma.compress(data),
    "7z": seven_zip,
    "b64": lambda name, data: base64.encodebytes(data),
    "zip.gz": lambda name, data: gzip.compress(zip_bytes([(name, data)]), mtime=0),
}
