"""Lists of prospects: as tables with the mess of real ones, as cards and exports, and as plain writing."""

import base64
import json
import quopri

import second_files as files
import second_people as people

# columns that may stand beside a contact's own, with what a cell of them may hold
EXTRA = {
    "Notes": ("", "", "met at the fair", "call back after Easter,\nasked for a quote", "has a budget; decides in May", "wants a demo \"soon\"", "left voicemail"),
    "Stage": ("new", "qualified", "proposal", "won", "lost", ""),
    "Owner": ("RB", "JT", "MK"),
    "Employees": ("1-10", "11-50", "51-200", "201-500"),
    "Created": ("2023-11-02", "2024-01-17", "2024-02-08", "2023-09-30"),
    "Value": ("1,200.00", "18 500", "7.250,00", "960", ""),
    "ID": tuple(f"{n:06}" for n in range(418200, 418260)),
    "Opt-in": ("yes", "no", ""),
    "Score": ("12", "48", "77", "90"),
    "Unnamed": ("",),
}
# which of a person's fields a list holds
VIEWS = (
    ("full", "email", "phone", "company"), ("given", "family", "email"), ("company", "full", "title", "phone"),
    ("full", "company", "title", "profile"), ("given", "family", "company", "title", "email", "phone", "city", "country"),
    ("email", "full"), ("company", "phone", "city"), ("full", "profile"), ("given", "family", "phone", "email", "profile"),
    ("company", "city", "email"), ("full", "email", "company"), ("family", "given", "phone"),
)


def size(rng):
    return rng.choice((5, 6, 8, 12, 20, 35, 60, 110, 240, rng.choice((20, 700, 2000))))


def header(rng, country, view):
    words = dict(zip(people.FIELDS, country.words))
    case = rng.choice((str, str, str.upper, str.lower))
    return [case(words[field]) for field in view]


def table(rng):
    countries, crowd = people.crowd(rng, size(rng))
    view = list(rng.choice(VIEWS))
    rng.shuffle(view)
    rows = [[getattr(p, field) for field in view] for p in crowd]
    head = header(rng, rng.choice(countries), view)
    for name in rng.sample(sorted(EXTRA), rng.choice((0, 0, 1, 2, 4))):
        at = rng.randint(0, len(head))
        head.insert(at, "" if name == "Unnamed" else name)
        for row in rows:
            row.insert(at, rng.choice(EXTRA[name]))
    return head, mess(rng, rows, view)


def mess(rng, rows, view):
    """What people do to tables: gaps, repeats, blanks and stray spaces; enough whole rows stay."""
    if len(rows) >= 12:
        for row in rng.sample(rows, len(rows) // 6):
            row[rng.randrange(len(row))] = ""
        rows += [list(row) for row in rng.sample(rows, len(rows) // 10)]
    if rng.random() < 0.2:
        rows = [[f" {v} " if v else v for v in row] for row in rows]
    if rng.random() < 0.2:
        rows.insert(rng.randint(1, len(rows) - 1), [""] * len(rows[0]))
    return rows


def sheets(rng, headed_by_title=True):
    head, rows = table(rng)
    if rng.random() < 0.7:
        rows.insert(0, head)
    if headed_by_title and rng.random() < 0.25:
        rows[:0] = [[rng.choice(("Trade fair, hall 4", "Export 12.03.2024", "Liste Q2", "North region"))], [""] * len(head)]
    return rng.choice(("Sheet1", "Tabelle1", "Feuil1", "Leads")), rows


def workbook(rng):
    book = [sheets(rng)]
    if rng.random() < 0.4:
        book.insert(rng.randint(0, 1), ("Notes", [["Source", "scanner app"], ["Weeks", 12], ["Total", rng.randint(40, 900)]]))
    if rng.random() < 0.3:
        book.append(sheets(rng))
    return book


# ---- cards and exports --------------------------------------------------------------------------------------------

def vcard(rng, p, version):
    eol = "\r\n"
    if version == "2.1":
        def coded(text):
            return quopri.encodestring(text.encode(), quotetabs=False).decode().replace("=\n", "").replace("\n", "")
        mark = ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
        lines = ["BEGIN:VCARD", "VERSION:2.1", f"N{mark}:{coded(p.family)};{coded(p.given)}", f"FN{mark}:{coded(p.full)}",
                 f"TEL;WORK;VOICE:{p.phone}", f"ORG{mark}:{coded(p.company)}", f"EMAIL;PREF;INTERNET:{p.email}", "END:VCARD"]
        return eol.join(lines) + eol
    tel = f"TEL;VALUE=uri;TYPE=work:tel:{p.phone.replace(' ', '-')}" if version == "4.0" else f"TEL;TYPE=WORK,VOICE:{p.phone}"
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"N:{p.family};{p.given};;;", f"FN:{p.full}", f"ORG:{p.company}", f"TITLE:{p.title}", tel]
    lines += [f"EMAIL;TYPE=INTERNET:{p.email}"] if rng.random() < 0.8 else [f"item1.URL:{p.profile}"]
    lines += ["NOTE:" + "met at the fair\\, asked for a demo; " * 3, "END:VCARD"]
    return eol.join(line if len(line) < 76 else line[:70] + eol + " " + line[70:] for line in lines) + eol


def vcf(rng):
    version = rng.choice(("2.1", "3.0", "4.0"))
    return "".join(vcard(rng, p, version) for p in people.crowd(rng, min(size(rng), 300))[1]).encode()


def ldif(rng):
    def line(name, value):
        return f"{name}: {value}" if value.isascii() else f"{name}:: {base64.b64encode(value.encode()).decode()}"
    out = ["version: 1", ""]
    for p in people.crowd(rng, min(size(rng), 300))[1]:
        out += [line("dn", f"cn={p.full},mail={p.email}"), "objectclass: top", "objectclass: person", line("cn", p.full), line("sn", p.family),
                line("mail", p.email), line("telephoneNumber", p.phone), line("o", p.company), ""]
    return "\n".join(out).encode()


def salesforce(rng, crowd):
    return {"totalSize": len(crowd), "done": True, "records": [
        {"attributes": {"type": "Lead", "url": f"/services/data/v58.0/sobjects/Lead/00Q{i:012}"}, "Id": f"00Q{i:012}", "FirstName": p.given,
         "LastName": p.family, "Email": p.email, "Phone": p.phone, "Company": p.company, "Title": p.title, "Rating": None} for i, p in enumerate(crowd)]}


def hubspot(rng, crowd):
    return {"results": [{"id": str(rng.randint(1000, 999999)), "properties": {"createdate": "2024-02-02T08:11:54.100Z", "email": p.email, "firstname": p.given,
                         "lastname": p.family, "company": p.company, "phone": p.phone, "hs_object_id": str(i)}, "archived": False}
                        for i, p in enumerate(crowd)], "paging": {"next": {"after": str(len(crowd))}}}


def navigator(rng, crowd):
    return {"elements": [{"fullName": p.full, "firstName": p.given, "lastName": p.family, "degree": rng.randint(2, 3), "geoRegion": p.city,
                          "currentPositions": [{"title": p.title, "companyName": p.company, "current": True}],
                          "publicProfileUrl": p.profile} for p in crowd], "paging": {"start": 0, "count": 25, "total": len(crowd)}}


def flat(rng, crowd):
    names = rng.choice((("name", "mail", "tel", "org"), ("Contact_Name", "Email_1", "Mobile", "Account"), ("a", "b", "c", "d"), ("nom", "courriel", "telephone", "societe")))
    return [dict(zip(names, (p.full, p.email, p.phone, p.company))) for p in crowd]


def nested(rng, crowd):
    return {"data": {"export": {"contacts": [{"person": {"name": p.full, "job": p.title}, "emails": [{"value": p.email, "primary": True}],
                                              "phones": [p.phone], "organisation": {"name": p.company}} for p in crowd]}}}


def json_export(rng):
    crowd = people.crowd(rng, min(size(rng), 400))[1]
    made = rng.choice((salesforce, hubspot, navigator, flat, nested))(rng, crowd)
    return json.dumps(made, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 2))).encode()


def json_lines(rng):
    crowd = people.crowd(rng, min(size(rng), 400))[1]
    made = rng.choice((lambda: flat(rng, crowd), lambda: salesforce(rng, crowd)["records"], lambda: hubspot(rng, crowd)["results"]))()
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made).encode()


# ---- as writing ---------------------------------------------------------------------------------------------------

LINES = (
    lambda p: f"{p.full} - {p.title}, {p.company} - {p.phone}",
    lambda p: f"{p.full} <{p.email}>, {p.company}",
    lambda p: f"{p.company}: {p.full}, {p.email}, {p.phone}",
    lambda p: f"{p.full} ({p.company}) {p.email}",
    lambda p: f"{p.email}; {p.full}; {p.phone}",
    lambda p: f"{p.full}, {p.title} at {p.company}, {p.profile}",
)
BLOCKS = (
    lambda p: f"{p.full}\n{p.title}, {p.company}\n{p.email}\n{p.phone}",
    lambda p: f"{p.company}\n{p.city}\nContact: {p.full}\nTel. {p.phone}",
    lambda p: f"Name: {p.full}\nFirma: {p.company}\nMail: {p.email}\nTel: {p.phone}",
    lambda p: f"{p.full}\n{p.company}\n{p.profile}",
)
TITLES = ("People to ring this month", "From the stand", "Wen wir anrufen", "À relancer", "Hot ones", "New names, week 11", "Contactos de la feria", "")


def writing(rng):
    crowd = people.crowd(rng, rng.choice((6, 8, 12, 20, 40)))[1]
    blocks = [("h", rng.choice(TITLES))] if rng.random() < 0.7 else []
    blocks = [b for b in blocks if b[1]]
    how = rng.random()
    if how < 0.4:
        line = rng.choice(LINES)
        return blocks + [("li", line(p)) for p in crowd]
    if how < 0.7:
        block = rng.choice(BLOCKS)
        return blocks + [("p", block(p)) for p in crowd]
    return blocks + [("table", sheets(rng, headed_by_title=False)[1][:60])]


def attached(rng):
    name = rng.choice(tuple(files.TABLES))
    data = files.TABLES[name](rng, [sheets(rng)])
    note = [("p", rng.choice(("Hi Sam, the list from the fair is attached. Can you start with the A to F names?", "Anbei die Liste, bitte bis Freitag abtelefonieren.",
                              "Here is the export you asked for.")))]
    return files.message(rng, note, [(f"list.{name.split('.')[-1]}", data)], subject=rng.choice(("list", "Re: export", "names")))
