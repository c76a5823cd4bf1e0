#!/usr/bin/env python3
"""seeds.py FOLDER: what each fuzzer begins with, in FOLDER/<fuzzer>/, so that it need not find out formats by chance.

Made from a table; nothing depends on the time or on chance. What fuzzing once found is kept in tests/fuzz/kept/<fuzzer>/*.hex, a
few bytes in hexadecimal each, and is put beside.
"""

import bz2
import glob
import gzip
import os
import struct
import sys
import zipfile
import io

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "accuracy"))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
sys.dont_write_bytecode = True
import formats  # noqa: E402
import hostile  # noqa: E402

PEOPLE = hostile.PEOPLE[:4]
LINES = ["Big news from our team!", "", "Guaranteed returns & zero risk, says @ann: https://example.com/a?b=c.",
         "Internal only. 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32, Ann Hill has diabetes.",
         "Ann Hill, Head of Sales, Acme GmbH, ann@example.com, +49 30 5550100, linkedin.com/in/ann-hill",
         "\u201cQ3 pipeline: 40 % of 1.2 M\u201d", "", "What do you think? Link in the comments. #sales #growth #leads"]
TEXT = formats.text_file(LINES)
TSV = formats.csv_file(PEOPLE, delimiter="\t", eol="\n")


def parts_of(made, paths):
    """The members by these paths, with NULs between, as the targets of zip-based formats take them."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        have = set(archive.namelist())
        return b"\0".join(archive.read(p) if p in have else b"" for p in paths)


def wire(length_bytes, *messages):
    """Messages (type, value, bytes) as the targets of the PDF helper's wire take them."""
    return b"".join(struct.pack("<Bq", t, v) + len(b).to_bytes(length_bytes, "big") + b for t, v, b in messages)


def compound(name):
    """An OLE2 file of four sectors, the directory in 2 and 1."""
    file = bytearray(512 * 4)
    file[0:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    file[30] = 9
    struct.pack_into("<I", file, 48, 2)
    file[76:512] = b"\xff" * 436
    struct.pack_into("<I", file, 76, 0)
    struct.pack_into("<II", file, 512 + 4, 0xfffffffe, 1)
    wide = name.encode("utf-16-le")
    file[1024 + 384:1024 + 384 + len(wide)] = wide
    return bytes(file)


SEAL = """tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
parent 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author lt-1 <lt-1@device.holdfast> 1767225600 +0000

audit 3-17

Event: audit
Device: lt-1
Seq: 3-17
Events: 15
Segment: 2026/11/22/0000000000000003.jsonl
Oldest: 2026-11-22T03:13:07.000000000Z
Newest: 2026-11-22T03:14:07.000000000Z
Saved: 2026-11-22T03:14:08.000000000Z
Session: 2026-11-22T03:13:00.000000000Z running
Journal: work 0123456789abcdef 17
Tip: refs/heads/policy/lt-1 4b825dc642cb6eb9a060e54bf8d69288fbee4904
"""
COMMIT = """tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
parent 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author Alice <alice@example.com> 1767225600 +0000
committer lt-1 <holdfast@lt-1> 1767225600 +0000
gpgsig -----BEGIN SSH SIGNATURE-----
 U1NIU0lH
 -----END SSH SIGNATURE-----

save "Prospects/a\\tb.csv"

""" + "".join(f"{k}: {v}\n" for k, v in {
    "Event": "save", "Rep": "alice", "Device": "lt-1", "Mount": "work", "Path": '"Prospects/a\\tb.csv"', "Seq": "412",
    "Class": "prospect-list", "Mime": "text/csv", "Charset": "utf-8", "Bytes": "20480", "SHA256": "ab" * 32, "XXH3": "0123456789abcdef",
    "Blob": "cd" * 20, "Mode": "100644", "Records": "412 +12 -3", "App": "/usr/bin/vim", "Pid": "42", "Uid": "1000", "Session": "3",
    "Saved": "2026-01-01T00:00:00.123456789Z", "Policy": "ef" * 20, "Rule": "sales-intelligence/prospect-list/table",
    "Finding": "1 error, 3:5 social-posts/promissory", "Journal": "7", "Note": "x", "Previous": "refs/heads/rep/a/b/c " + "cd" * 20,
    "From": "old.csv"}.items())

REQUESTS = ['{"ask":"log","mount":"work","path":"a.csv","most":20,"follow":true,"rep":"alice","since":1,"until":2}',
            '{"ask":"show","mount":"work","path":"\\"a\\\\303\\\\244\\"","at":"412"}', '{"ask":"status"}',
            '{"event":"save","seq":1,"saved":"2026-11-22T14:16:05.042100897Z","commit":"' + "ab" * 20 + '","rep":"alice","path":"a",'
            '"bytes":3,"sha256":"' + "ab" * 32 + '","xxh3":"0123456789abcdef","blob":"' + "cd" * 20 + '","records":"1","uid":5,"pid":6}']

CHARSETS = ["utf-8", "utf-16", "utf-16-be", "cp1250", "iso8859-15", "shift_jis", "iso2022_jp", "gb18030", "big5", "euc_kr", "koi8-r", "cp1255"]
WORDS = {"shift_jis": "\u6771\u4eac", "iso2022_jp": "\u6771\u4eac a", "gb18030": "\u4e2d\u6587", "big5": "\u4e2d\u6587", "euc_kr": "\ud55c\uad6d",
         "koi8-r": "\u041c\u043e\u0441\u043a\u0432\u0430", "cp1255": "\u05e9\u05dc\u05d5\u05dd", "cp1250": "\u0141\u00f3d\u017a"}


def packs():
    for path in sorted(glob.glob(os.path.join(ROOT, "policy", "packs", "*.policy"))):
        with open(path, "rb") as rules, open(path[:-6] + "test", "rb") as tests:
            yield rules.read()[:24000] + b"\xff" + tests.read()[:16000]
    yield (b"[class \"post-draft\"]\ndraft = 60\nis = text\n[finding \"promissory\"]\nclass = post-draft\npattern = \\bguaranteed\\s+returns?\\b\nlevel = error\n"
           b"say = A promise.\nrepair = Say what was measured.\ncite = FINRA 2210\nwhere = US\n\xff[test \"one\"]\ntext = guaranteed returns\ndraft = 80\n"
           b"expect = post-draft\nfinding = promissory\n")
    yield (b"[class \"list\"]\nis = table\n[open \"sync clients\"]\nclass = list, unclassified\napp = /usr/bin/rclone, /opt/*, @browsers, a sha256:"
           + b"0a" * 32 + b"\nparent = sshd, @chat-clients\nuser = alice, 7\nsession = none, ssh\ncgroup = flatpak:org.*, snap:x, a/**\nrep = a*\n"
           b"departing = no\nstale = yes\ndays = mon-fri, sun\nhours = 22:00-06:00\nuntil = 2027-03-31T18:00:00Z\naction = hold\nfail = block\n"
           b"wait = 1500ms\nmode = audit\nsay = No.\n[open \"rest\"]\nclass = *\naction = log\n\xff[open-test \"a\"]\nclass = list\napp = b sha256:"
           + b"0a" * 32 + b"\nparent = x, sshd\nuser = alice, 7\nsession = ssh\ncgroup = snap.x.y.scope\nrep = ab\ndeparting = no\nstale = yes\n"
           b"at = 2026-11-23 23:00\nexpect = hold\nrule = f/sync clients\n")


def small_archives():
    yield from (data for name, data in hostile.samples() if name.endswith((".zip", ".tar.gz", ".xz", ".bz2", ".7z")))
    yield from [gzip.compress(TEXT, mtime=0), hostile.encrypted_zip(), hostile.nested_tar(2), hostile.nested_zip(2, 2, TEXT),
                hostile.overlapping_zip(4, b"a,b\n", 9), hostile.zstd_with_window(20, 2), hostile.xz_with_dictionary(20),
                hostile.seven_zip(b"\x03\x04\x01", b"\x06" + struct.pack("<I", 1 << 20), b"\0" * 64, 99)]


def any_files():
    """The first byte chooses the type; see the table in fuzz_extract_any.c."""
    types = {".csv": 2, ".html": 1, ".rtf": 3, ".json": 4, ".eml": 5, ".mbox": 5, ".zip": 6, ".xlsx": 6, ".ods": 6, ".gz": 7, ".xz": 7, ".bz2": 7, ".7z": 8,
             ".docx": 9, ".odt": 10, ".pdf": 13}
    for name, data in hostile.samples():
        yield bytes([types.get(os.path.splitext(name)[1], 0)]) + data
    yield b"\x0b" + compound("EncryptedPackage")


OFFICE = {"fuzz_xlsx": (formats.xlsx(PEOPLE), formats.xlsx(PEOPLE, shared=False),
                        ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]),
          "fuzz_docx": (formats.docx(LINES), formats.docx(["a", "b"]), ["word/document.xml", "word/_rels/document.xml.rels"]),
          "fuzz_odf": (formats.ods(PEOPLE), formats.odt(LINES), ["content.xml", "META-INF/manifest.xml"])}

CARDS = [hostile.CARD[:400], b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:H=C3=BCll;Ann\r\nTEL;WORK;VOICE:+49 30 1\r\n"
         b"ADR:;;1 Road;Town\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n AAAA\r\nEND:VCARD\r\n",
         b"BEGIN:VCARD\nVERSION:4.0\nitem1.EMAIL;PREF=1;TYPE=\"work,home\":ann@example.com\nFN:Ann\\, Hill\nORG:A;B\nURL:https://linkedin.com/in/a\nEND:VCARD\n"]
LDIF = [b"version: 1\ndn: cn=Ann,dc=x\nobjectClass: person\ncn:: QW5u\nmail: ann@example.com\ntelephoneNumber: +49 30 1\ndescription: a\n b\n\n# x\ndn: cn=B\ncn;lang-de: B\n",
        b"dn: cn=x\nchangetype: modify\nreplace: mail\nmail: b@example.com\n-\n"]
JSON = [formats.json_file(PEOPLE), formats.json_file(PEOPLE, nested=True), formats.jsonl_file(PEOPLE),
        b'\xef\xbb\xbf{"a":[1,-2.5e3,null,true,"\\u00e9\\ud83d\\ude00\\n"],"b":{"c":[{"Email":"a@b.de","Name":{"First":"A"}}]}}']
HTML = [formats.html_table(PEOPLE), formats.html_text(LINES, "A post"),
        b"<!doctype html><html><head><title>a&amp;b</title><script>x<y</script><style>p{}</style></head><body><h1>&Uuml;&#x20AC;&#8364;</h1>"
        b"<table><tr><th colspan=2>a<td rowspan=2>b<tr><td>c</table><ul><li>x<li>y</ul><!-- c --><a href='mailto:a@b.de'>m</a><pre> a\n b</pre><br/>"]
MAILS = [formats.eml("a@example.com", "b@example.com", "list", LINES[:3], ("list.csv", TSV, "text/csv")),
         formats.mbox([formats.eml("a@example.com", "b@example.com", "x", LINES[:2])] * 2),
         b"From: =?utf-8?Q?=C3=A4?= <a@b.de>\nSubject: =?iso-8859-1?B?4Q==?=\n =?utf-8?q?x?=\nMIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary=\"b\"\n\n"
         b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A4=\nb\n> quoted\n--b\nContent-Type: text/html\n\n<p>a</p>\n--b\n"
         b"Content-Type: application/zip; name*0*=utf-8''a; name*1=b.zip\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\nz\n--b--\n"]
XML = [b"<?xml version='1.0'?><r><p a='b' c=\"&lt;\">t&amp;&#65;&#x42;<![CDATA[x]]></p><skip><p>y</p></skip><!-- c --><?pi x?><p/></r>",
       parts_of(OFFICE["fuzz_xlsx"][0], ["xl/worksheets/sheet1.xml"]), parts_of(OFFICE["fuzz_docx"][0], ["word/document.xml"])]

SEEDS = {
    "fuzz_commit": lambda: [COMMIT.encode()],
    "fuzz_seal": lambda: [SEAL.encode()],
    "fuzz_config": lambda: [open(os.path.join(ROOT, "fs.conf.example"), "rb").read()],
    "fuzz_contacts": lambda: [bytes([kind, 40]) + TSV + TEXT for kind in (0, 1)],
    "fuzz_detect": lambda: [data[:4096] for _, data in hostile.samples()],
    "fuzz_document": lambda: [b"\0\x05Sheet\x01\x20" + b"ann\thill\tx" * 3 + b"\x03\x20" + TEXT[:32] + b"\x04\x20" + TEXT[:32] + b"\x06\x08property"],
    "fuzz_draft": lambda: [TEXT, formats.text_file(LINES[:1] * 9)],
    "fuzz_extract_any": any_files,
    "fuzz_extract_archive": small_archives,
    "fuzz_extract_charset": lambda: [bytes([i]) + WORDS.get(c, "Gr\u00fc\u00dfe").encode(c) for i, c in enumerate(CHARSETS)],
    "fuzz_extract_csv": lambda: [formats.csv_file(PEOPLE), TSV, formats.csv_file(PEOPLE, delimiter=";", charset="utf-16"), b'\xef\xbb\xbf"a ""b""";"c\nd"\r\n1;2\r\n3;4\r\n'],
    "fuzz_extract_json": lambda: JSON,
    "fuzz_extract_ldif": lambda: LDIF,
    "fuzz_extract_mail": lambda: MAILS,
    "fuzz_extract_vcard": lambda: CARDS,
    "fuzz_fingerprint": lambda: [b"\x07" + TEXT],
    "fuzz_html": lambda: HTML,
    "fuzz_index": lambda: [bytes([n, 1]) + bytes([page, at >> 8, at & 255, 1]) for n in (0, 1) for page in range(2, 12, 3) for at in (40, 2000, 4080)],
    "fuzz_verdict": lambda: [b"1 3 7 2 17 412\nwork\nprospect-list\n10-sales/usb\n" + b"0" * 40 + b"\nAsk\\n\nbash < sshd\n/user.slice\n",
                             b"2 0 0 0 0 0\nwork\n\n\n\n\n\n\n3 decisions could not be written down"],
    "fuzz_journal": lambda: [bytes([0x80, n]) + bytes([0, 3, 1, 0, 20, 0xff, 2, 100, 7]) for n in (1, 9)],
    "fuzz_ole": lambda: [compound(n) for n in ("EncryptedPackage", "WordDocument", "Workbook")],
    "fuzz_passage": lambda: [struct.pack(">HB", at, 12) + f for f in [TEXT, formats.csv_file(PEOPLE), HTML[0], MAILS[0], CARDS[0], JSON[0], formats.rtf(LINES)] for at in (20, 200)],
    "fuzz_pdf_client": lambda: [b"\x20" + wire(2, (0, 0, b"text"), (0, 0, b" more"), (1, 0, b""), (0, 0, b"x" * 300), (1, -125, b""), (1, -74, b"")),
                                b"\x01" + wire(2, (0, 0, b"text"), (1, 0, b"and more")), b"\x01" + wire(2, (1, 5, b""), (2, 0, b""))],
    "fuzz_pdf_helper": lambda: [wire(1, (0, 0, b""), (1, 0, b"%PDF-"), (1, 0, b"1.7"), (2, 0, b"")) * 2,
                                wire(1, (0, -2**63, b""), (1, 0, b"%PDF-"), (0, 7, b"")), wire(1, (2, 0, b"x")), wire(1, (0xf0, 0, b""))],
    "fuzz_policy_find": lambda: [b"ab d c, abc (cd) 12 % a bc d. ABC SHOUTS. \xc3\xa9ab \xe2\x80\x9ccc ab: cd", TEXT],
    "fuzz_policy_load": packs,
    "fuzz_report": lambda: [struct.pack("<7I", 1, 0, 0, 0, n, 0, 0) + b"\x02\0\x0f\0ann@example.com\x03\x08\0Ann Hill" * 3 for n in (30, 90)] +
                           [struct.pack("<7I", 0x48465232, 0, 2, 1, 0, 0, 0) + bytes(40)],
    "fuzz_request": lambda: [r.encode() for r in REQUESTS],
    "fuzz_rtf": lambda: [formats.rtf(LINES), b"{\\rtf1\\ansi\\ansicpg1250{\\fonttbl{\\f0 A;}}{\\info{\\title T}}{\\header H}{\\*\\x y}\\trowd\\intbl a\\cell b\\cell\\row\\'e9\\u-10179?\\u-8704?\\uc1\\bin3 abc\\par}"],
    "fuzz_seek": lambda: [b"\x06ababcd" + b"\x04ABA ba, b-c.d\nabab\0\x03cd ab\0\x08ab\tAB\tcd\0\x09Sheet\0\x08abab\0\x02ababcd",
                          b"\x0cGr\xc3\xbc\xc3\x9fe \xef\xac\x81n\x04GRU\xcc\x88SSE FIN\0\x04" + TEXT],
    "fuzz_sensitive": lambda: [bytes([k]) + TEXT + b"\tDE89 3704 0044 0532 0130 00\t44051401359\t123-45-6789" for k in (0, 2, 0x83)],
    "fuzz_words": lambda: [b"2026-11-22T03:13:07.5+01:00", b'"a\\303\\244\\n"'],
    "fuzz_xml": lambda: XML,
}
for target, (one, other, paths) in OFFICE.items():
    SEEDS[target] = lambda o=one, p=other, q=paths: [o, p, parts_of(o, q), parts_of(p, q)]


def main(folder):
    for target, make in SEEDS.items():
        to = os.path.join(folder, target)
        os.makedirs(to, exist_ok=True)
        for number, seed in enumerate(make()):
            with open(os.path.join(to, f"seed-{number:02d}"), "wb") as file:
                file.write(seed)
    for path in sorted(glob.glob(os.path.join(HERE, "kept", "*", "*.hex"))):
        to = os.path.join(folder, os.path.basename(os.path.dirname(path)))
        os.makedirs(to, exist_ok=True)
        with open(path, encoding="ascii") as text, open(os.path.join(to, "kept-" + os.path.basename(path)[:-4]), "wb") as file:
            file.write(bytes.fromhex(text.read()))


if __name__ == "__main__":
    main(sys.argv[1])
