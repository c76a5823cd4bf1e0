"""Prospect lists: contacts as tables, cards, objects and lines, as people and their programs export them."""

import base64
import csv
import quopri

import formats
import words

LIST_FORMATS = ("csv csv csv-semicolon csv-pipe csv-utf16 csv-cp1252 csv-bom csv-quoted tsv xlsx xlsx-inline ods "
                "vcf-2.1 vcf-3 vcf-4 "
                "ldif json json-nested jsonl html eml mbox txt docx pdf").split()


def fill_notes(rng, person):
    person["note"] = rng.choice(["", "", "call back", "met at fair; likes demo", "rappeler en mai",
                                 "kein Budget vor Q3", "-"])


def choose_columns(rng):
    """Some way to be reached, some name, and anything else, in any order."""
    columns = rng.choice([["first", "last"], ["name"], ["name"], ["last", "first"], []])
    columns = columns + rng.choice([["email"], ["phone"], ["email", "phone"], ["email", "phone"],
                                    ["email", "profile"], ["profile"]])
    columns += [c for c in ("company", "title") if rng.random() < .6]
    if not any(c in columns for c in ("first", "name", "company")):
        columns.append("company")
    columns += rng.sample(["city", "note", "owner", "id", "date", "stage", "value"], rng.randint(0, 4))
    rng.shuffle(columns)
    return columns


def make_rows(rng, header=True, most=120):
    columns = choose_columns(rng)
    country = rng.choice([None, None, rng.choice(list(words.GIVEN))])
    rows = []
    if header:
        rows.append([rng.choice(words.HEADERS[c].split("|")) for c in columns])
    for _ in range(rng.randint(12, most)):
        person = words.person(rng, country)
        fill_notes(rng, person)
        rows.append(["" if rng.random() < .06 else person[c] for c in columns])
    if len(set(rows[0])) < len(columns):
        rows[0] = [f"{h}{i}" if rows[0].count(h) > 1 else h for i, h in enumerate(rows[0])]
    return rows


def people(rng):
    country = rng.choice([None, rng.choice(list(words.GIVEN))])
    return [words.person(rng, country) for _ in range(rng.randint(8, 60))]


def vcard_line(version, key, value):
    if version == "2.1" and not value.isascii():
        quoted = quopri.encodestring(value.encode()).decode().replace("=\n", "")
        return f"{key};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}"
    if version != "2.1":
        value = value.replace("\\", "\\\\").replace(",", "\\,")
    return f"{key}:{value}"


def vcards(rng, version):
    lines = []
    for p in people(rng):
        lines += ["BEGIN:VCARD", f"VERSION:{version}",
                  vcard_line(version, "N", f"{p['last']};{p['first']};;;"),
                  vcard_line(version, "FN", f"{p['first']} {p['last']}"), vcard_line(version, "ORG", p["company"])]
        tel, mail = {"2.1": ("TEL;WORK;VOICE", "EMAIL;INTERNET"), "3.0": ("TEL;TYPE=WORK", "EMAIL;TYPE=INTERNET"),
                     "4.0": ("item1.TEL;TYPE=work", "EMAIL;PREF=1")}[version]
        if rng.random() < .8:
            lines.append(f"{tel}:{p['phone']}")
        lines += [f"{mail}:{p['email']}", "END:VCARD"]
    return "".join(line + "\r\n" for line in lines).encode()


def ldif(rng):
    def attribute(key, value):
        return f"{key}: {value}" if value.isascii() else f"{key}:: {base64.b64encode(value.encode()).decode()}"
    out = ["version: 1", ""]
    for p in people(rng):
        out += [attribute("dn", f"cn={p['first']} {p['last']},ou=people,dc=example"), "objectClass: inetOrgPerson",
                attribute("cn", f"{p['first']} {p['last']}"), attribute("sn", p["last"]), attribute("mail",
                        p["email"]),
                attribute("telephoneNumber", p["phone"]), attribute("o", p["company"]), ""]
    return "\n".join(out).encode()


def signature_lines(rng):
    """One contact a line, with commas or dashes between, as people type them."""
    order = rng.choice([["name", "company", "phone"], ["name", "email"], ["company", "name", "email", "phone"],
                        ["name", "title", "company", "email"]])
    mark = rng.choice([", ", " - ", " | ", "; "])
    return [mark.join(f"{p['first']} {p['last']}" if c == "name" else p[c] for c in order) for p in people(rng)]


def make(rng, form):
    """(extension, bytes) of one list."""
    header = rng.random() < .8
    tables = {
        "csv": ("csv", lambda: formats.csv_file(make_rows(rng, header), eol=rng.choice(["\n", "\r\n"]))),
        "csv-semicolon": ("csv", lambda: formats.csv_file(make_rows(rng, header), ";")),
        "csv-pipe": ("txt", lambda: formats.csv_file(make_rows(rng, header), "|")),
        "csv-utf16": ("csv", lambda: formats.csv_file(make_rows(rng, header), rng.choice("\t,;"), "utf-16")),
        "csv-cp1252": ("csv", lambda: formats.csv_file(western_rows(rng), ";", "cp1252")),
        "csv-bom": ("csv", lambda: formats.csv_file(make_rows(rng, header), ",", "utf-8-sig")),
        "csv-quoted": ("csv", lambda: formats.csv_file(make_rows(rng, header), quoting=csv.QUOTE_ALL)),
        "tsv": ("tsv", lambda: formats.csv_file(make_rows(rng, header), "\t")),
        "xlsx": ("xlsx", lambda: formats.xlsx(make_rows(rng, header))),
        "xlsx-inline": ("xlsx", lambda: formats.xlsx(make_rows(rng, header), shared=False)),
        "ods": ("ods", lambda: formats.ods(make_rows(rng, header))),
        "vcf-2.1": ("vcf", lambda: vcards(rng, "2.1")), "vcf-3": ("vcf", lambda: vcards(rng, "3.0")),
        "vcf-4": ("vcf", lambda: vcards(rng, "4.0")), "ldif": ("ldif", lambda: ldif(rng)),
        "json": ("json", lambda: formats.json_file(make_rows(rng))),
        "json-nested": ("json", lambda: formats.json_file(make_rows(rng), nested=True)),
        "jsonl": ("jsonl", lambda: formats.jsonl_file(make_rows(rng))),
        "html": ("html", lambda: formats.html_table(make_rows(rng, header))),
        "eml": ("eml", lambda: mail_with_list(rng)), "mbox": ("mbox", lambda: formats.mbox([mail_with_list(rng)])),
        "txt": ("txt", lambda: formats.text_file(signature_lines(rng))),
        "docx": ("docx", lambda: formats.docx(signature_lines(rng))),
        "pdf": ("pdf", lambda: formats.pdf(western_lines(rng))),
    }
    extension, write = tables[form]
    return extension, write()


def western_rows(rng):
    country = rng.choice(["de", "fr", "es", "it", "se"])
    rows = [["Firma", "Name", "E-Mail", "Telefon"]]
    return rows + [[p["company"], p["name"], p["email"], p["phone"]] for p in
                   (words.person(rng, country) for _ in range(rng.randint(10, 80)))]


def western_lines(rng):
    country = rng.choice(["de", "fr", "es", "en"])
    return [f"{p['first']} {p['last']}, {p['company']}, {p['email']}, {p['phone']}" for p in
            (words.person(rng, country) for _ in range(rng.randint(8, 60)))]


def mail_with_list(rng):
    sender, to = words.person(rng, "en"), words.person(rng, "en")
    data = formats.csv_file(make_rows(rng), rng.choice(",;"))
    return formats.eml(sender["email"], to["email"], "the list", ["Hi,", "", "as discussed.", ""], ("list.csv", data,
            "text/csv"))
