"""Files that are neither lists nor drafts, and look a little like them: with one address, with many names, with long numbers, with
links, tags or calls to the reader. Each kind is a table (sheets), a document (blocks) or bytes with an ending of their own."""

import json

import second_people as people

GOODS = people.split("hex bolt|ball valve|gasket|relay|oak plank|hose clamp|filter pad|bearing|LED strip|copper pipe|paint roller|saw blade|drill bit|cable duct")
MONTHS = people.split("January|February|March|April|May|June|July|August|September|October")
SUBJECTS = people.split("Maths|Physics|History|Latin|Music|Sports|Chemistry")
STREETS = people.split("Mill Lane|Hauptstraße|Rue du Port|Via Roma|Calle Mayor|Station Road|Kerkstraat")
PLAIN = people.split(
    "The pump was serviced and the seal replaced.|Delivery is planned for the week after next.|Both sides keep a signed copy.|The figures for the quarter are in the annex."
    "|Nobody objected to the proposal.|The old contract ends in June.|Costs rose by four per cent, mostly for freight.|A second supplier will be asked."
    "|The room on the first floor is closed until Tuesday.|Parking is behind the building.|Samples were taken at three depths.|The board took note of the report."
    "|Heat the oven and grease the tin.|Work stopped twice because of rain.|The warranty covers parts and labour.|Please return the form signed."
    "|Die Lieferung erfolgt frei Haus.|Le délai de paiement est de trente jours.|El informe se aprobó sin cambios.|De vergadering begint om tien uur."
    "|Il pagamento avviene entro sessanta giorni.|Protokół podpisały obie strony.|Leveransen sker i vecka tolv.|O prazo foi prorrogado por acordo.")


def one(rng):
    return people.make(rng, rng.choice(people.COUNTRIES))


def some(rng, count):
    return [one(rng) for _ in range(count)]


def prose(rng, least, most):
    return " ".join(rng.choice(PLAIN) for _ in range(rng.randint(least, most)))


def money(rng):
    return rng.choice((f"{rng.randint(1, 9000)}.{rng.randint(10, 99)}", f"{rng.randint(1, 9)}.{rng.randint(100, 999)},{rng.randint(10, 99)} €", f"${rng.randint(1, 999)}.00"))


def date(rng):
    return rng.choice((f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.2024", f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/24"))


def iban(rng):
    return f"DE{rng.randint(10, 99)} " + " ".join(f"{rng.randint(0, 9999):04}" for _ in range(4)) + f" {rng.randint(10, 99)}"


def rows_of(rng, head, make, least=8, most=200):
    rows = [make() for _ in range(rng.randint(least, most))]
    return [("Sheet1", ([head] if rng.random() < 0.8 else []) + rows)]


# ---- tables -------------------------------------------------------------------------------------------------------

def price_list(rng):
    return rows_of(rng, ["Art. no.", "Description", "Unit", "Price"], lambda: [str(rng.randint(10**6, 10**8)), f"{rng.choice(GOODS)} {rng.randint(2, 90)} mm", rng.choice(("pc", "m", "box")), money(rng)])


def catalogue(rng):
    return rows_of(rng, ["EAN", "Maker", "Product", "Stock", "Link"], lambda: [str(rng.randint(4 * 10**12, 5 * 10**12)), people.firm_name(rng, rng.choice(people.COUNTRIES)), rng.choice(GOODS), rng.randint(0, 900),
                                                                          f"https://shop.example/p/{rng.randint(1000, 99999)}"])


def statement(rng):
    return rows_of(rng, ["Buchung", "Valuta", "Empfänger", "IBAN", "Zweck", "Betrag"], lambda: [date(rng), date(rng), one(rng).full, iban(rng), f"RG {rng.randint(10**7, 10**9)}", money(rng)])


def timesheet(rng):
    crew = [p.full for p in some(rng, 6)]
    return rows_of(rng, ["Name", "Date", "From", "To", "Hours", "Project"], lambda: [rng.choice(crew), date(rng), f"{rng.randint(6, 9):02}:00", f"{rng.randint(14, 18)}:30", f"{rng.randint(5, 9)}.5", f"P-{rng.randint(100, 999)}"])


def pupils(rng):
    return rows_of(rng, ["Nr", "Surname", "Given name", "Class", "Birthday"], lambda: [rng.randint(1, 40), *(lambda p: (p.family, p.given))(one(rng)), f"{rng.randint(5, 12)}{rng.choice('abc')}", date(rng)])


def marks(rng):
    return rows_of(rng, ["Student", *SUBJECTS[:4]], lambda: [one(rng).full, *(str(rng.randint(1, 100)) for _ in range(4))])


def sensor(rng):
    return rows_of(rng, ["ts", "device", "temp", "rh", "raw"], lambda: [rng.choice((str(rng.randint(1.6e9, 1.8e9)), f"2024-03-01T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00Z")), f"dev{rng.randint(1, 9)}",
                                                                        f"{rng.uniform(-9, 40):.3f}", rng.randint(10, 99), str(rng.randint(10**8, 10**10))], 40, 900)


def invoice_register(rng):
    return rows_of(rng, ["Invoice", "Date", "Customer", "Customer no.", "Net", "VAT", "Order ref"], lambda: [f"2024{rng.randint(10000, 99999)}", date(rng), one(rng).company, str(rng.randint(10**8, 10**9)), money(rng), "19 %", str(rng.randint(10**9, 10**10))])


def inventory(rng):
    return rows_of(rng, ["Asset", "Serial", "User", "Room", "MAC", "Bought"], lambda: [rng.choice(("Laptop", "Monitor", "Phone")), f"{rng.choice('CDXY')}{rng.randint(10**9, 10**10)}", one(rng).full, f"{rng.randint(1, 4)}.{rng.randint(10, 40)}",
                                                                               ":".join(f"{rng.randint(0, 255):02x}" for _ in range(6)), date(rng)])


def access_table(rng):
    staff = [f"{people.ascii_of(rng, p.family)}@northwind.example" for p in some(rng, 4)]
    return rows_of(rng, ["time", "user", "ip", "action", "session"], lambda: [f"2024-03-0{rng.randint(1, 9)} 10:{rng.randint(10, 59)}:01", rng.choice(staff), f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
                                                                        rng.choice(("login", "view", "export")), str(rng.randint(10**9, 10**10))], 20, 400)


def web_pages(rng):
    return rows_of(rng, ["page", "views", "bounce"], lambda: [f"https://www.northwind.example/{rng.choice(GOODS).replace(' ', '-')}/{rng.randint(1, 99)}", rng.randint(1, 9000), f"{rng.randint(10, 90)} %"])


def songs(rng):
    return rows_of(rng, ["#", "Artist", "Title", "Length", "Year"], lambda: [rng.randint(1, 40), one(rng).full, f"{rng.choice(GOODS)} {rng.choice(MONTHS)}".title(), f"{rng.randint(2, 6)}:{rng.randint(10, 59)}", rng.randint(1961, 2024)])


def tables_of_names(rng):
    return rows_of(rng, ["Name", "Firma", "Ort", "Tisch"], lambda: [*(lambda p: (p.full, p.company, p.city))(one(rng)), rng.randint(1, 20)])


def org_without_contact(rng):
    return rows_of(rng, ["Employee", "Position", "Reports to", "Cost centre"], lambda: [*(lambda p: (p.full, p.title))(one(rng)), one(rng).full, str(rng.randint(10**5, 10**6))])


def coordinates(rng):
    return rows_of(rng, ["site", "lat", "lon", "postcode"], lambda: [one(rng).city, f"{rng.uniform(36, 60):.6f}", f"{rng.uniform(-9, 20):.6f}", str(rng.randint(10000, 99999))])


def tickets(rng):
    return rows_of(rng, ["Ticket", "Opened", "Subject", "Agent", "State"], lambda: [str(rng.randint(10**5, 10**6)), date(rng), f"{rng.choice(GOODS)} {rng.choice(('broken', 'missing', 'late'))}", one(rng).given, rng.choice(("open", "closed"))])


def budget(rng):
    return [("Plan", [["", *MONTHS]] + [[rng.choice(("Rent", "Freight", "Wages", "Travel", "Fairs")), *(rng.randint(100, 99999) for _ in MONTHS)] for _ in range(rng.randint(6, 30))])]


TABLES = {f.__name__: f for f in (price_list, catalogue, statement, timesheet, pupils, marks, sensor, invoice_register, inventory, access_table, web_pages, songs, tables_of_names,
                                  org_without_contact, coordinates, tickets, budget)}


# ---- documents ----------------------------------------------------------------------------------------------------

def invoice(rng):
    p, q = one(rng), one(rng)
    items = [["Pos", "Item", "Qty", "Price"]] + [[str(i + 1), rng.choice(GOODS), rng.randint(1, 90), money(rng)] for i in range(rng.randint(2, 20))]
    return [("p", f"{p.company}\n{rng.choice(STREETS)} {rng.randint(1, 99)}\n{p.city}\nTel. {p.phone}\n{p.email}"), ("p", f"{q.company}\n{q.full}\n{rng.choice(STREETS)} {rng.randint(1, 99)}\n{q.city}"),
            ("h", f"{rng.choice(('Invoice', 'Rechnung', 'Facture', 'Factura', 'Fattura'))} {rng.randint(10**6, 10**8)}"), ("table", items),
            ("p", f"IBAN {iban(rng)}. {rng.choice(('Payable within 30 days.', 'Zahlbar sofort ohne Abzug.', 'Merci de régler sous trente jours.'))}")]


def contract(rng):
    p, q = one(rng), one(rng)
    blocks = [("h", rng.choice(("Service agreement", "Kaufvertrag", "Contrat de prestation", "Framework agreement"))), ("p", f"between {p.company}, {p.city}, represented by {p.full}, and {q.company}, {q.city}, represented by {q.full}.")]
    for i in range(1, rng.randint(6, 14)):
        blocks += [("h", f"§ {i} {rng.choice(('Scope', 'Term', 'Payment', 'Liability', 'Notices', 'Law'))}"), ("p", f"({1}) {prose(rng, 2, 5)}"), ("p", f"({2}) {prose(rng, 1, 3)}")]
    return blocks + [("p", f"Notices go to {p.email} and {q.email}.")]


def terms(rng):
    return [("h", "Terms of use")] + [("p", f"{i}. {prose(rng, 3, 7)}") for i in range(1, rng.randint(6, 16))] + [("p", f"Questions: {one(rng).email} or https://northwind.example/terms")]


def newsletter(rng):
    blocks = [("h", f"{rng.choice(people.COUNTRIES).cities[0]} Makers' Newsletter, {rng.choice(MONTHS)} 2024"), ("p", "Dear readers,"), ("p", prose(rng, 3, 5))]
    for _ in range(rng.randint(3, 6)):
        blocks += [("h", f"{rng.choice(GOODS).title()}: {rng.choice(('what is new', 'a visit', 'five years on', 'an interview'))}"), ("p", prose(rng, 3, 6)), ("p", f"Read more: https://news.example/{rng.randint(100, 999)}")]
    return blocks + [("p", "Follow us on Facebook and X. You get this letter because you signed up. Unsubscribe: https://news.example/out"), ("p", f"Editor: {one(rng).full}, {one(rng).email}")]


def minutes(rng):
    present = some(rng, rng.randint(4, 9))
    blocks = [("h", f"{rng.choice(('Minutes', 'Protokoll', 'Compte rendu', 'Notulen'))} {date(rng)}"), ("p", "Present: " + ", ".join(p.full for p in present))]
    for i in range(1, rng.randint(4, 9)):
        blocks += [("p", f"{i}. {rng.choice(GOODS).title()}: {prose(rng, 2, 4)}"), ("li", f"{rng.choice(present).given} to check by {date(rng)}")]
    return blocks


def social_minutes(rng):
    """Talk about posts is no post."""
    return [("h", f"Social media meeting, {date(rng)}"), ("p", f"Present: {one(rng).full}, {one(rng).full}, {one(rng).full}"),
            ("p", f"1. The LinkedIn posts of {rng.choice(MONTHS)} reached {rng.randint(200, 9000)} people, the hashtag campaign was stopped. {prose(rng, 2, 3)}"),
            ("p", f"2. The page on Facebook needs an owner. {prose(rng, 2, 3)}"), ("p", f"3. Next meeting {date(rng)}. {prose(rng, 1, 2)}")]


def recipe(rng):
    return [("h", f"{rng.choice(('Plum', 'Leek', 'Rye', 'Lentil', 'Almond'))} {rng.choice(('tart', 'soup', 'bread', 'stew'))}"), ("p", f"Serves {rng.randint(2, 8)}")] + [
        ("li", f"{rng.randint(1, 900)} {rng.choice(('g', 'ml', 'tbsp'))} {x}") for x in rng.sample(("flour", "butter", "plums", "milk", "sugar", "stock", "salt", "yeast"), 6)] + [
        ("p", f"{i}. {rng.choice(('Heat', 'Stir', 'Fold', 'Rest', 'Bake'))} for {rng.randint(2, 50)} minutes. {rng.choice(('Let it cool.', 'Taste it!', 'Do not open the door.'))}") for i in range(1, 6)]


def vita(rng):
    p = one(rng)
    blocks = [("h", p.full), ("p", f"{p.city} | {p.phone} | {p.email} | {p.profile}"), ("h", "Experience")]
    for year in range(2023, 2023 - rng.randint(3, 6) * 3, -3):
        q = one(rng)
        blocks += [("p", f"{year - 2}-{year}: {q.title}, {q.company}, {q.city}"), ("li", prose(rng, 1, 2))]
    return blocks + [("h", "Languages"), ("p", "German, English, some Polish"), ("h", "References"), ("p", "On request")]


def itinerary(rng):
    blocks = [("h", f"Trip {one(rng).city} - {one(rng).city}"), ("p", f"Passenger: {one(rng).full}, booking {rng.choice('ABCXYZ')}{rng.randint(10000, 99999)}")]
    for _ in range(rng.randint(3, 7)):
        blocks.append(("p", f"{date(rng)} {rng.randint(6, 22)}:{rng.randint(10, 59)} {one(rng).city} to {one(rng).city}, {rng.choice(('LH', 'AF', 'IB', 'ICE'))} {rng.randint(100, 9999)}, seat {rng.randint(1, 40)}{rng.choice('ABCD')}"))
    return blocks + [("p", f"Hotel {one(rng).city}, {rng.choice(STREETS)} {rng.randint(1, 90)}, tel. {one(rng).phone}")]


def bibliography(rng):
    return [("h", rng.choice(("References", "Literatur", "Bibliographie")))] + [("p", f"[{i}] {p.family}, {p.given[0]}.; {q.family}, {q.given[0]}.: {prose(rng, 1, 1)[:-1]}. {p.city} {rng.randint(1970, 2023)}, pp. {rng.randint(1, 90)}-{rng.randint(91, 300)}. "
             f"https://doi.org/10.{rng.randint(1000, 9999)}/{rng.randint(10**6, 10**8)}") for i in range(1, rng.randint(8, 40)) for p, q in [(one(rng), one(rng))]]


def press_release(rng):
    p, firm = one(rng), one(rng).company
    return [("h", f"{firm} opens a new plant in {p.city}"), ("p", "Press release - for immediate publication"), ("p", f"{p.city}, {date(rng)} - {prose(rng, 4, 6)}"), ("p", f"\"{prose(rng, 1, 2)}\", says {p.full}, {p.title}."),
            ("p", prose(rng, 4, 6)), ("p", f"About {firm}: {prose(rng, 2, 3)}"), ("p", f"Press contact: {p.full}, {p.phone}, {p.email}")]


def letter(rng):
    p, q = one(rng), one(rng)
    return [("p", f"Dear {q.given},"), ("p", prose(rng, 2, 5)), ("p", prose(rng, 1, 4)), ("p", rng.choice(("Could you send the drawing by Thursday?", "Shall we talk on Monday?", "Let me know what you think."))),
            ("p", f"Kind regards\n{p.full}\n{p.title}, {p.company}\n{p.phone}")]


def thread_of_mail(rng):
    p, q = one(rng), one(rng)
    blocks = [("p", f"{prose(rng, 1, 3)}\n\n{p.given}")]
    for i in range(rng.randint(2, 5)):
        who = q if i % 2 else p
        blocks.append(("p", f"On {date(rng)}, {who.full} <{who.email}> wrote:\n> {prose(rng, 1, 2)}\n> {prose(rng, 1, 2)}\n>\n> {who.given}"))
    return blocks


def chat(rng):
    crew = [p.given for p in some(rng, 4)]
    said = ("ok 👍", "@{} can you take the van?", "late, sorry", "who has the key?", "lol 😂", "meeting moved to 3", "see https://maps.example/x", "thanks @{}!", "lunch?", "done ✅", "the pump is leaking again")
    return [("p", f"[{date(rng)}, {rng.randint(7, 19)}:{rng.randint(10, 59)}] {rng.choice(crew)}: {rng.choice(said).format(rng.choice(crew))}") for _ in range(rng.randint(15, 120))]


def poem(rng):
    ends = people.split("the river goes|a door is closed|the kettle sings|in February snow|nobody knows|under the bridge|the lamps are low|a gull, a stone|my father's coat|and then the rain")
    return [("h", rng.choice(("Evening", "Harbour", "For L.", "November")))] + [("p", ",\n".join(rng.sample(ends, 4)) + ".") for _ in range(rng.randint(2, 5))]


def manual(rng):
    return [("h", f"{rng.choice(GOODS).title()} - operating instructions"), ("p", prose(rng, 2, 4))] + [("p", f"Step {i}. {prose(rng, 1, 3)}") for i in range(1, rng.randint(5, 12))] + [("p", "Spare parts: see page 4. Do you need help? Visit https://support.example or call the number on the label.")]


def social_rules(rng):
    return [("h", "How we behave on social media"), ("p", f"These rules hold for all staff from {date(rng)}. {prose(rng, 1, 3)}")] + [("li", t) for t in (
        "Say that you work for us when you write about our goods.", "Never name a customer who has not agreed.", "Use the hashtags that the press office lists.", "Ask before you post pictures of people.")] + [
        ("p", prose(rng, 2, 4)), ("p", f"Contact: {one(rng).full}, press office")]


def job_description(rng):
    return [("h", f"Job description: {one(rng).title}"), ("p", f"Unit: {one(rng).city}. Grade {rng.randint(5, 12)}. Reports to {one(rng).title}.")] + [("li", prose(rng, 1, 1)) for _ in range(rng.randint(5, 9))] + [("p", prose(rng, 2, 4))]


def essay(rng):
    return [("h", f"On {rng.choice(GOODS)}s and other small things")] + [("p", prose(rng, 5, 9)) for _ in range(rng.randint(4, 9))]


def todo(rng):
    return [("h", rng.choice(("To do", "Shopping", "Packing", "Aufgaben")))] + [("li", f"{rng.choice(('buy', 'check', 'call about', 'return', 'order'))} {rng.choice(GOODS)}{rng.choice(('', '!', ' (2)', ' - ' + rng.choice(MONTHS)))}") for _ in range(rng.randint(5, 14))]


DOCUMENTS = {f.__name__: f for f in (invoice, contract, terms, newsletter, minutes, social_minutes, recipe, vita, itinerary, bibliography, press_release, letter, thread_of_mail, chat, poem, manual,
                                     social_rules, job_description, essay, todo)}


# ---- bytes --------------------------------------------------------------------------------------------------------

def python_source(rng):
    p = one(rng)
    name = rng.choice(GOODS).replace(" ", "_")
    body = "\n\n\n".join(f"def {rng.choice(('load', 'count', 'merge', 'find'))}_{name}_{i}(rows):\n    \"\"\"Ask {one(rng).email} about the edge cases. #{rng.randint(1, 999)}\"\"\"\n    # TODO @{p.given.lower()}: see https://git.example/{i}\n"
                         f"    return [row for row in rows if row[{i}] > {rng.randint(1, 10**9)}]" for i in range(rng.randint(3, 12)))
    return "py", f"# {p.full} <{p.email}>\n@cache\nimport sys\n\n\n{body}\n"


def c_source(rng):
    return "c", "".join(f"/* {one(rng).full} <{one(rng).email}>: {prose(rng, 1, 1)} */\n#define {rng.choice(GOODS).upper().replace(' ', '_')}_{i} 0x{rng.randint(0, 2**31):08x}\nstatic int f{i}(int a) {{ return a * {rng.randint(2, 99)}; }}\n\n" for i in range(rng.randint(4, 20)))


def log(rng):
    return "log", "".join(f"2024-03-0{rng.randint(1, 9)}T1{rng.randint(0, 9)}:{rng.randint(10, 59)}:{rng.randint(10, 59)} mail[{rng.randint(100, 9999)}]: from=<{one(rng).email}> relay={rng.randint(1, 250)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.9 id={rng.getrandbits(40):x} "
                          f"status={rng.choice(('sent', 'deferred', 'bounced'))}\n" for _ in range(rng.randint(30, 400)))


def web_log(rng):
    return "txt", "".join(f"{rng.randint(1, 223)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)} - - [01/Mar/2024:10:{rng.randint(10, 59)}:{rng.randint(10, 59)} +0100] \"GET /p/{rng.randint(1, 10**9)} HTTP/1.1\" 200 {rng.randint(100, 10**6)}\n" for _ in range(rng.randint(30, 400)))


def ini(rng):
    return "ini", "".join(f"[{rng.choice(GOODS)} {i}]\nhost = 10.0.{i}.{rng.randint(1, 250)}\nadmin = {one(rng).email}\n; {prose(rng, 1, 1)}\nport = {rng.randint(1024, 65000)}\n\n" for i in range(rng.randint(1, 4)))


def yaml(rng):
    return "yaml", "version: 2\njobs:\n" + "".join(f"  - name: {rng.choice(GOODS)}\n    on: [push]\n    notify: '#{rng.choice(MONTHS).lower()}'\n    image: registry.example/{i}@sha256:{rng.getrandbits(128):x}\n" for i in range(rng.randint(3, 12)))


def settings(rng):
    return "json", json.dumps({"editor": {"size": rng.randint(8, 20), "author": one(rng).email}, "recent": [f"/home/pat/{g}.txt" for g in rng.sample(GOODS, 6)], "ids": [rng.randint(10**9, 10**10) for _ in range(12)]}, indent=2)


def products_json(rng):
    return "json", json.dumps({"items": [{"sku": str(rng.randint(10**8, 10**9)), "name": rng.choice(GOODS), "maker": one(rng).company, "url": f"https://shop.example/{i}", "price": rng.randint(1, 99)} for i in range(rng.randint(8, 90))]})


def events_jsonl(rng):
    return "jsonl", "".join(json.dumps({"t": rng.randint(1.6e9, 1.8e9), "event": rng.choice(("open", "save")), "host": f"10.0.0.{rng.randint(1, 9)}", "title": rng.choice(GOODS)}) + "\n" for _ in range(rng.randint(20, 200)))


def readme(rng):
    return "md", (f"# {rng.choice(GOODS).replace(' ', '-')}\n\n{prose(rng, 1, 3)}\n\n## Install\n\n    pip install {rng.choice(GOODS).replace(' ', '')}\n\n## Use\n\n```\nrun --fast @list #4\n```\n\n{prose(rng, 1, 3)}\n\n"
                  f"- [docs](https://docs.example)\n- [issues](https://git.example/{rng.randint(1, 99)})\n\nWant to help? Open a pull request! Written by {one(rng).full} <{one(rng).email}>.\n")


def calendar_ics(rng):
    return "ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(f"BEGIN:VEVENT\r\nUID:{rng.getrandbits(50)}@northwind.example\r\nDTSTART:202403{rng.randint(10, 28)}T090000Z\r\nSUMMARY:{rng.choice(GOODS)}\r\nEND:VEVENT\r\n" for _ in range(rng.randint(3, 40))) + "END:VCALENDAR\r\n"


def sql(rng):
    return "sql", "CREATE TABLE stock (id bigint, item text, price numeric);\n" + "".join(f"INSERT INTO stock VALUES ({rng.randint(10**8, 10**10)}, '{rng.choice(GOODS)}', {rng.randint(1, 99)}.50);\n" for _ in range(rng.randint(10, 100)))


BYTES = {f.__name__: f for f in (python_source, c_source, log, web_log, ini, yaml, settings, products_json, events_jsonl, readme, calendar_ics, sql)}


# ---- unscored: people would not agree on these ---------------------------------------------------------------------

def staff_phones(rng):
    return rows_of(rng, ["Name", "Department", "Extension", "Mail"], lambda: [*(lambda p: (p.full, p.title, str(rng.randint(100, 999)), f"{people.ascii_of(rng, p.family)}@northwind.example"))(one(rng))], 10, 60)


def git_authors(rng):
    return rows_of(rng, ["commit", "author", "mail", "date"], lambda: [f"{rng.getrandbits(60):x}", *(lambda p: (p.full, p.email))(one(rng)), date(rng)], 10, 60)


UNSCORED = {f.__name__: f for f in (staff_phones, git_authors)}
