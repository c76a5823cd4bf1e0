"""Everything else that lies in a sales person's folder: none of it a prospect list or a draft, much of it near one."""

import json

import formats
import grammar
import words

TEXT_FORMATS = "txt txt md docx odt rtf html pdf eml".split()
TABLE_FORMATS = "csv csv-semicolon tsv xlsx ods json html".split()


def lang_of(rng):
    return rng.choice(["en", "en", "de", "fr", "es"])


def paragraphs(rng, lang, count, sentences=4):
    return [line for _ in range(count) for line in (" ".join(grammar.business(rng, lang, sentences)), "")]


def amount(rng):
    return f"{rng.randint(1, 9999)}.{rng.randint(0, 99):02}"


def day(rng):
    return rng.choice(["20{y}-{m:02}-{d:02}", "{d:02}.{m:02}.20{y}", "{d}/{m}/20{y}"]).format(y=rng.randint(21, 26),
            m=rng.randint(1, 12), d=rng.randint(1, 28))


def clock(rng):
    return f"{rng.randint(7, 20):02}:{rng.randint(0, 59):02}"


# ---- texts: lists of lines ----

def invoice(rng):
    p, lang = words.person(rng), lang_of(rng)
    labels = {"en": "Invoice|Date|Customer|Total", "de": "Rechnung|Datum|Kunde|Summe",
              "fr": "Facture|Date|Client|Total", "es": "Factura|Fecha|Cliente|Total"}[lang].split("|")
    items = [f"{i}   {grammar.thing(rng, lang)}   {rng.randint(1, 40)} x {amount(rng)}   {amount(rng)}"
             for i in range(1, rng.randint(4, 12))]
    return [f"{labels[0]} {rng.randint(1000, 99999)}", f"{labels[1]}: {day(rng)}", "", f"{labels[2]}: {p['company']}",
            p["name"], p["email"], p["city"], ""] + items + ["", f"{labels[3]}: {amount(rng)} EUR"]


def contract(rng):
    lang = lang_of(rng)
    shall = {"en": "The Supplier shall deliver {thing} to the Client.|The parties agree on {thing}.|Notice shall be "
                   "given within {number} days.",
             "de": "Der Auftragnehmer liefert dem Auftraggeber {thing}.|Die Vertragsparteien vereinbaren {thing}.|"
                   "Die Frist beträgt {number} Tage.",
             "fr": "Le prestataire fournit {thing} au client.|Les parties conviennent de {thing}.|Le délai est de "
                   "{number} jours.",
             "es": "El proveedor entrega {thing} al cliente.|Las partes acuerdan {thing}.|El plazo es de {number} "
                   "días."}[lang].split("|")
    lines = [f"{words.company(rng, 'en')} / {words.company(rng, 'de')}", ""]
    for section in range(1, rng.randint(4, 9)):
        lines += [f"{section}. {grammar.noun(rng, lang).capitalize()}", ""]
        for clause in range(1, rng.randint(2, 5)):
            lines += [f"{section}.{clause} " + " ".join(grammar.expand(rng, rng.choice(shall), lang)
                                                        for _ in range(2)), ""]
    return lines


def minutes(rng):
    lang = lang_of(rng)
    people = [words.person(rng)["first"] for _ in range(rng.randint(3, 6))]
    lines = [f"{grammar.noun(rng, lang).capitalize()} {day(rng)}",
             rng.choice(["Present: ", "Anwesend: ", "Présents : ", "Asistentes: "]) + ", ".join(people), ""]
    for topic in range(1, rng.randint(3, 6)):
        lines += [f"{topic}. {grammar.thing(rng, lang).capitalize()}"] + [f"- {rng.choice(people)}: {s}"
                for s in grammar.business(rng, lang, rng.randint(1, 4))] + [""]
    return lines


def call_notes(rng):
    p, lang = words.person(rng), "en"
    style = rng.random()
    facts = [f"{rng.choice(['wants', 'asked about', 'has', 'unhappy with', 'compares'])} {grammar.thing(rng)}"
             for _ in range(rng.randint(3, 7))]
    if style < .6:
        return [f"Call {p['first']} {p['last']}, {p['company']}, {day(rng)}"] + ["- " + f
                for f in facts] + [f"Next: {day(rng)}"]
    return [f"Spoke to {p['first']} at {p['company']} on {day(rng)}. " + " ".join(f"{rng.choice(['She', 'He'])} {f}."
            for f in facts) + " " + " ".join(grammar.business(rng, lang, 2))]


def letter(rng):
    p, lang, me = words.person(rng), lang_of(rng), words.person(rng)
    frame = {"en": ("Dear {},", "Thank you for your message. We are happy to send you our offer.",
                    "Please call me if you have any questions.", "Kind regards,"),
             "de": ("Sehr geehrte Frau {},", "vielen Dank für Ihre Anfrage. Gerne senden wir Ihnen unser Angebot.",
                    "Haben Sie noch Fragen? Rufen Sie mich an.", "Mit freundlichen Grüßen"),
             "fr": ("Bonjour Madame {},", "Merci pour votre message. Nous vous envoyons notre offre.",
                    "Avez-vous des questions ? Appelez-moi.", "Cordialement,"),
             "es": ("Estimada señora {}:", "Gracias por su mensaje. Le enviamos nuestra oferta.",
                    "¿Tiene alguna pregunta? Llámeme.", "Atentamente,")}[lang]
    return [frame[0].format(p["last"]), "", frame[1], ""] + paragraphs(rng, lang, rng.randint(1, 3), 3) + [frame[2],
            "", frame[3], f"{me['first']} {me['last']}", me["title"]]


def short_mail(rng):
    p, me = words.person(rng), words.person(rng)
    ask = rng.choice(["can you send me the {noun} file today?", "are you free at lunch? I booked a table.",
                      "did you see the post about the {noun}?",
                      "could you look at the draft of the {noun} contract?", "your parcel is at the desk.",
                      "I'm late, please start with the {noun}."])
    return [f"{rng.choice(['Hi', 'Hello', 'Hey'])} {p['first']},", "", grammar.expand(rng, ask, "en"), "",
            rng.choice(["Thanks,", "Best,", "Cheers"]), me["first"]]


def newsletter(rng):
    lang = lang_of(rng)
    more, stop = {"en": ("Read more", "You are receiving this because you signed up. Unsubscribe"),
                  "de": ("Mehr lesen", "Newsletter abmelden"),
                  "fr": ("Lire la suite", "Se désabonner"), "es": ("Leer más", "Darse de baja")}[lang]
    lines = [grammar.thing(rng, lang).capitalize(), ""]
    for _ in range(rng.randint(3, 6)):
        lines += [grammar.draw(rng, lang, "hook"), ""] + paragraphs(rng, lang,
                1) + [f"{more}: https://{words.syllables(rng, 3)}.example/{words.syllables(rng, 2)}", ""]
    return lines + [f"{stop}: https://{words.syllables(rng, 2)}.example/u/{rng.randint(1000, 9999)}"]


def press_release(rng):
    lang = lang_of(rng)
    contact = {"en": "Press contact", "de": "Pressekontakt", "fr": "Contact presse", "es": "Contacto de prensa"}[lang]
    dateline = f"{rng.choice(words.CITIES).upper()}, {day(rng)} {rng.choice(['-', '–', '—'])} "
    lines = [f"{words.company(rng, 'de')}: {grammar.thing(rng, lang)}", ""]
    lines += [dateline + " ".join(grammar.business(rng, lang, 3)), ""] + paragraphs(rng, lang, rng.randint(2, 4), 3)
    return lines + [f"{contact}: press@{words.syllables(rng, 2)}.example"]


def cv(rng):
    p = words.person(rng)
    lines = [f"{p['first']} {p['last']}", p["title"], f"{p['email']} | {p['phone']}", ""]
    for _ in range(rng.randint(2, 5)):
        year = rng.randint(1998, 2020)
        lines.append(f"{year} - {year + rng.randint(1, 6)}   {words.company(rng, 'en')}, {rng.choice(words.TITLES)}")
        lines += [f"- {s}" for s in grammar.business(rng, "en", 2)] + [""]
    return lines


def recipe(rng):
    def food():
        return words.syllables(rng, 2)

    def step():
        return f"Chop the {food()}, add {rng.randint(1, 9)} spoons of {food()} and stir for {rng.randint(2, 40)} minutes."
    title = f"{food().capitalize()} {rng.choice(['soup', 'cake', 'stew', 'Auflauf', 'tarte'])}"
    units = ["g", "ml", "tbsp", "EL", "pcs"]
    needed = [f"{rng.randint(1, 900)} {rng.choice(units)} {food()}" for _ in range(rng.randint(5, 10))]
    return [title, ""] + needed + [""] + [step() for _ in range(rng.randint(3, 6))]


def poem(rng):
    begin = ["and", "the", "under", "beside", "my", "no"]
    end = ["sleeps", "falls", "beneath the snow", "is gone", "and I", "you said"]

    def verse():
        return f"{rng.choice(begin)} {grammar.thing(rng)} {rng.choice(end)}"
    return [line for _ in range(rng.randint(2, 5)) for line in [verse() for _ in range(4)] + [""]]


def todo(rng):
    mark = rng.choice(["[ ] ", "- ", "☐ ", "* [x] ", ""])
    return [mark + f"{rng.choice(['call', 'send', 'book', 'check', 'write', 'order'])} {grammar.thing(rng)}"
            for _ in range(rng.randint(4, 14))]


def chat(rng):
    people = [words.person(rng)["first"] for _ in range(2)]
    style = rng.choice(["[{d}, {t}] {n}: {m}", "{d}, {t} - {n}: {m}", "{t} {n}: {m}", "{n}: {m}"])
    says = ["are you coming? 😀", "yes!", "what do you think?", "I like the {noun}", "see you at {number}", "lol 🎉",
            "did you get my {noun}?", "we lost the {adj} {noun} :("]
    date = day(rng)
    return [style.format(d=date, t=clock(rng), n=rng.choice(people), m=grammar.expand(rng, rng.choice(says), "en"))
            for _ in range(rng.randint(8, 40))]


def ticket(rng):
    p = words.person(rng)
    return [f"Ticket: {rng.randint(1000, 99999)}", f"Status: {rng.choice(['open', 'closed', 'pending'])}",
            f"Reporter: {p['email']}", f"Created: {day(rng)} {clock(rng)}", "",
            f"I cannot open the {grammar.thing(rng)} since {rng.choice(['Monday', 'the update', 'yesterday'])}. " +
            " ".join(grammar.business(rng, "en", 2)) + " Can you help?", "",
            f"Comment {clock(rng)}: " + " ".join(grammar.business(rng, "en", 1))]


def readme(rng):
    name = words.syllables(rng, 2)
    return [f"# {name}", "", f"We wrote {name} to sort your {grammar.noun(rng)}. You can use it for free.", "",
            "## Install", "", "```", f"make install PREFIX=/opt/{name}", "```", "",
            "## Usage", "", f"Run `{name} FILE`. " + " ".join(grammar.business(rng, "en", 2)), "", "## Contributing",
            "", f"Send your patches to dev@{name}.example.", "", "## License", "", "MIT"]


def article(rng):
    lang = lang_of(rng)
    lines = ["# " + grammar.draw(rng, lang, "hook"), ""]
    for _ in range(rng.randint(4, 6)):
        lines += ["## " + grammar.thing(rng, lang).capitalize(), ""] + paragraphs(rng, lang, 4, 6)
    return lines


def manual(rng):
    verbs = ["Remove", "Press", "Clean", "Open", "Turn", "Store", "Connect"]
    lines = []
    for part in range(1, rng.randint(3, 6)):
        lines += [grammar.thing(rng).capitalize(),
                  ""] + [f"{rng.choice(verbs)} the {grammar.thing(rng)} for {rng.randint(2, 60)} seconds. " +
                         grammar.business(rng, "en", 1)[0] for _ in range(3)] + [""]
    return lines


def agenda(rng):
    lang = lang_of(rng)
    return [f"Agenda {day(rng)}", ""] + [rng.choice([f"{i}. ", f"{clock(rng)}  "]) + grammar.thing(rng, lang)
                                         for i in range(1, rng.randint(5, 12))]


def report(rng):
    lang = lang_of(rng)
    return [grammar.thing(rng, lang).capitalize(), ""] + paragraphs(rng, lang, rng.randint(2, 5), 3)


def name_list(rng):
    return [words.full_name(rng) for _ in range(rng.randint(8, 60))]


def landing_page(rng):
    return [grammar.thing(rng).capitalize(), ""] + paragraphs(rng, "en", 2, 2) + [f"Price: {amount(rng)} EUR",
            "Add to cart", "Imprint", f"info@{words.syllables(rng, 2)}.example", "© 2026 All rights reserved"]


# ---- programs' files: (extension, text) ----

def source(rng):
    name, mail = words.ascii_word(words.syllables(rng, 2)), words.person(rng)["email"]
    heads = {"py": f'# Author: {mail}\nimport os\n\nclass {name.capitalize()}:\n    """Sort what you give us. #todo @{name}"""\n',
             "c": f"/* {mail} */\n#include <stdio.h>\n", "js": f"import x from './{name}';\n", "sql": f"-- {mail}\n"}
    parts = {"py": "    def f{i}(self, a, b={n}):\n        if a == b:\n            return [a, b]\n        return self.x(a + {n})\n\n",
             "c": "static int f{i}(int a)\n{{\n    // what do you think?\n    return a * {n};\n}}\n\n",
             "js": "export const v{i} = (a) => {{ return a + {n}; }};\n",
             "sql": "INSERT INTO t{i} (a, b) VALUES ({n}, 'x');\n"}
    kind = rng.choice(list(parts))
    return kind, heads[kind] + "".join(parts[kind].format(i=i, n=rng.randint(2, 99))
                                       for i in range(rng.randint(5, 20)))


def log(rng):
    def line():
        ip = ".".join(str(rng.randint(1, 254)) for _ in range(4))
        what = rng.choice(["login", "mail to", "bounce", "denied"])
        return rng.choice([f"{{}} INFO {what} {words.person(rng)['email']} from {ip}",
                           f"{{}} WARN timeout after {rng.randint(1, 99)} ms", f"{{}} ERROR no route to {ip}"])
    style = rng.choice(["2026-03-{:02} {}:{:02}", "2026/03/{:02} {}:{:02}"])
    return "log", "\n".join(line().format(style.format(rng.randint(1, 28), clock(rng), rng.randint(0, 59)))
                            for _ in range(rng.randint(20, 120))) + "\n"


def manifest(rng):
    p = words.person(rng)
    document = {"name": words.ascii_word(words.syllables(rng, 2)),
                "version": f"{rng.randint(0, 9)}.{rng.randint(0, 20)}.0",
                "author": f"{p['first']} {p['last']} <{p['email']}>",
                "dependencies": {words.ascii_word(words.syllables(rng, 2)): f"^{rng.randint(1, 9)}.0"
                                 for _ in range(rng.randint(3, 20))}}
    return "json", json.dumps(document, indent=2, ensure_ascii=False)


def configuration(rng):
    keys = [words.ascii_word(words.syllables(rng, 2)) for _ in range(rng.randint(6, 20))]
    if rng.random() < .5:
        return "json", json.dumps({k: rng.choice([True, rng.randint(1, 9000), {"host": words.syllables(rng, 2)}])
                                   for k in keys}, indent=1)
    return "ini", "[server]\n" + "".join(f"{k} = {rng.randint(1, 9000)}\n" for k in keys)


def calendar(rng):
    def event():
        return (f"BEGIN:VEVENT\r\nUID:{rng.randint(1, 10**9)}\r\nDTSTART:202603{rng.randint(1, 28):02}T090000Z\r\n"
                f"SUMMARY:{grammar.thing(rng)}\r\nDESCRIPTION:{grammar.business(rng, 'en', 1)[0]}\r\nEND:VEVENT\r\n")
    events = "".join(event() for _ in range(rng.randint(3, 20)))
    return "ics", f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"


# ---- tables ----

def table(rng, header, row, least=10, most=80):
    return [header] + [row() for _ in range(rng.randint(least, most))]


def price_list(rng):
    return table(rng, ["Item", "Pack", "EUR"], lambda: [grammar.thing(rng), str(rng.randint(1, 100)), amount(rng)])


def catalogue(rng):
    return table(rng, ["EAN", "Product", "Colour", "Stock"], lambda: ["4" + words.digits(rng, "#" * 12),
            f"{words.syllables(rng, 2)} {grammar.noun(rng)}", rng.choice("red blue green".split()),
            str(rng.randint(0, 999))])


def timesheet(rng):
    return table(rng, ["Name", "Date", "From", "To", "Project"], lambda: [words.full_name(rng), day(rng), clock(rng),
            clock(rng), grammar.noun(rng)])


def bank_statement(rng):
    return table(rng, ["Date", "Payee", "Reference", "Amount"], lambda: [day(rng),
            words.company(rng, rng.choice(list(words.GIVEN))), f"RE {rng.randint(10000, 9999999)}",
            rng.choice(["-", ""]) + amount(rng)])


def sensor(rng):
    return table(rng, ["time", "t", "rh", "p"], lambda: [f"2026-03-{rng.randint(1, 28):02}T{clock(rng)}:00Z"] +
                 [amount(rng) for _ in range(3)], 50, 400)


def survey(rng):
    lang = lang_of(rng)
    return table(rng, ["No", "Score", "Comment"], lambda: [str(rng.randint(1, 999)), str(rng.randint(1, 10)),
                                                           rng.choice([grammar.draw(rng, lang, "story"),
                                                                   grammar.business(rng, lang, 1)[0], ""])])


def staff_plan(rng):
    return table(rng, ["Name", "Team", "Days off"], lambda: [words.full_name(rng), rng.choice(words.TRADES),
            str(rng.randint(0, 30))])


def budget(rng):
    return table(rng, ["Cost centre", "Q1", "Q2", "Q3", "Q4"], lambda: [grammar.noun(rng)] +
                 [str(rng.randint(100, 99999)) for _ in range(4)])


def descriptions(rng):
    """A catalogue whose cells are as long as posts."""
    return table(rng, ["Item", "Description", "EUR"], lambda: [grammar.noun(rng), " ".join(grammar.business(rng, "en",
            rng.randint(3, 6))) + " " + rng.choice(["Order now.", "5 years of warranty.", "Delivery: 3 days."]),
            amount(rng)])


def ticket_export(rng):
    lang = lang_of(rng)
    return table(rng, ["Id", "Opened", "State", "Text"], lambda: [str(rng.randint(1000, 99999)), day(rng),
            rng.choice(["open", "closed"]), "\n".join(grammar.business(rng, lang, rng.randint(2, 5)) +
                                                      [rng.choice(["", "What should I do?", "Please help!"])])])


TEXTS = [invoice, contract, minutes, call_notes, letter, short_mail, newsletter, press_release, cv, recipe, poem,
         todo, chat, ticket, readme, article, manual, agenda, report,
         name_list, landing_page]
PROGRAMS = [source, log, manifest, configuration, calendar]
TABLES = [price_list, catalogue, timesheet, bank_statement, sensor, survey, staff_plan, budget, descriptions,
          ticket_export]
KINDS = TEXTS + PROGRAMS + TABLES


def write_text(rng, kind, lines):
    form = rng.choice({"landing_page": ["html"], "readme": ["md"], "article": ["md", "docx", "html"],
                       "letter": ["docx", "odt", "txt", "eml", "pdf"],
                       "short_mail": ["eml", "txt"], "newsletter": ["eml", "html"]}.get(kind, TEXT_FORMATS))
    if form == "pdf":
        data = formats.pdf(lines)
        if data is not None:
            return form, data
        form = "odt"
    p, to = words.person(rng), words.person(rng)
    writers = {"txt": lambda: formats.text_file(lines, rng.choice(["utf-8", "utf-8", "utf-16"])),
               "md": lambda: formats.text_file(lines), "docx": lambda: formats.docx(lines),
               "odt": lambda: formats.odt(lines), "rtf": lambda: formats.rtf(lines),
               "html": lambda: formats.html_text(lines, lines[0]),
               "eml": lambda: formats.eml(p["email"], to["email"], grammar.thing(rng), lines)}
    return form, writers[form]()


def write_table(rng, rows):
    form = rng.choice(TABLE_FORMATS)
    writers = {"csv": lambda: formats.csv_file(rows), "csv-semicolon": lambda: formats.csv_file(rows, ";",
            rng.choice(["utf-8", "cp1252"])), "tsv": lambda: formats.csv_file(rows, "\t"),
               "xlsx": lambda: formats.xlsx(rows), "ods": lambda: formats.ods(rows),
               "json": lambda: formats.json_file(rows), "html": lambda: formats.html_table(rows)}
    return form.partition("-")[0], writers[form]()


def make(rng, kind):
    """(extension, bytes) of one document of the kind, a function of KINDS."""
    if kind in PROGRAMS:
        extension, text = kind(rng)
        data = text.encode()
    elif kind in TABLES:
        extension, data = write_table(rng, kind(rng))
    else:
        extension, data = write_text(rng, kind.__name__, kind(rng))
    if rng.random() < .06:
        wrapper = rng.choice(list(formats.WRAPPERS))
        return f"{extension}.{wrapper}", formats.WRAPPERS[wrapper]("document." + extension, data)
    return extension, data
