"""Drafts of posts: in four languages, with and without hashtags, links and emoji, alone, several in a file, as threads,
by a person or a firm, and inside a mail to a colleague."""

import formats
import grammar
import words

POST_FORMATS = ("txt txt txt md md docx docx odt rtf html eml eml pdf txt-utf16 txt-cp1252 docx-zip txt-gz md-tar.gz "
                "txt-b64 mbox csv xlsx ods").split()
EMOJI = "🎉 👇 🚀 💡 ✅ 🙏 👉 😅 📣 ❤️".split()
COVER = {
    "en": ["here's my draft for LinkedIn, ok to post?", "can you read this draft before I post it?",
           "below is my post for Thursday, any objections?"],
    "de": ["anbei mein Entwurf für LinkedIn, passt das so?", "kannst du meinen Entwurf kurz lesen, bevor ich poste?"],
    "fr": ["voici mon brouillon pour LinkedIn, d'accord pour le publier ?",
           "peux-tu relire mon post avant de publier ?"],
    "es": ["aquí va mi borrador para LinkedIn, ¿lo ves bien?", "¿puedes leer mi post antes de publicarlo?"],
}
GREET = {"en": "Hi", "de": "Hallo", "fr": "Bonjour", "es": "Hola"}
THANKS = {"en": ["Thanks", "Cheers"], "de": ["Danke", "Viele Grüße"], "fr": ["Merci", "Cordialement"],
          "es": ["Gracias", "Un saludo"]}
MARKS = {"en": ["Post", "Draft", "Option"], "de": ["Entwurf", "Beitrag"], "fr": ["Brouillon", "Publication"],
         "es": ["Borrador", "Post"]}


def hashtags(rng, lang, count):
    def tag():
        word = "".join(w.capitalize() for w in grammar.thing(rng,
                lang).split()) if rng.random() < .5 else grammar.noun(rng, lang).lower()
        return "#" + "".join(c for c in word if c.isalnum())
    return " ".join(tag() for _ in range(count))


def body(rng, lang):
    """Sentences in paragraphs: one a line with air between, or in blocks."""
    story = [grammar.draw(rng, lang, "story") for _ in range(rng.randint(3, 9))]
    story += [grammar.draw(rng, lang, "lesson") for _ in range(rng.randint(1, 3))]
    lines, airy = [], rng.random() < .7
    while story:
        take = 1 if airy and rng.random() < .7 else rng.randint(2, 3)
        lines += [" ".join(story[:take]), ""]
        story = story[take:]
    return lines


def points(rng, lang):
    mark = rng.choice(["✅ ", "👉 ", "- ", "→ ", "• ", "1"])
    items = [grammar.draw(rng, lang, rng.choice(["lesson", "story"])) for _ in range(rng.randint(3, 5))]
    return [(f"{i}. " if mark == "1" else mark) + text for i, text in enumerate(items, 1)] + [""]


def post(rng, lang=None):
    lang = lang or rng.choice(["en", "en", "en", "de", "fr", "es"])
    lines = [grammar.draw(rng, lang, "hook") + (" " + rng.choice(EMOJI) if rng.random() < .35 else ""), ""]
    lines += body(rng, lang)
    if rng.random() < .25:
        lines += points(rng, lang)
    tags = rng.choice([0, 0, 2, 3, 3, 5])
    if tags == 0 or rng.random() < .6:
        lines += [grammar.draw(rng, lang, "ask"), ""]
    if rng.random() < .2:
        lines += [f"https://{words.syllables(rng, 3)}.example/{words.syllables(rng, 2)}", ""]
    if rng.random() < .15:
        lines[2] += f" @{words.full_name(rng).replace(' ', '')}"
    return lines + ([hashtags(rng, lang, tags)] if tags else [])


def news(rng):
    """A firm's: no person speaks, but it is tagged."""
    lang = rng.choice(list(MARKS))
    lines = [" ".join(grammar.business(rng, lang, rng.randint(1, 2))) + " " + rng.choice(EMOJI), ""]
    for sentence in grammar.business(rng, lang, rng.randint(1, 3)):
        lines += [sentence, ""]
    if rng.random() < .5:
        lines += [f"https://{words.syllables(rng, 3)}.example/{words.syllables(rng, 2)}", ""]
    return lines + [hashtags(rng, lang, rng.randint(2, 6))]


def several(rng):
    lang = rng.choice(list(MARKS))
    lines, mark, style = [], rng.choice(MARKS[lang]), rng.choice(["rule", "# {} {}", "## {} {}", "{} {}:",
            "**{} {}**"])
    for number in range(1, rng.randint(3, 5)):
        if style == "rule":
            lines += [rng.choice(["---", "***", "======"]), ""] if number > 1 else []
        else:
            lines += [style.format(mark, number), ""]
        lines += post(rng, lang) + [""]
    return lines


def thread(rng):
    lang = rng.choice(["en", "de", "es"])
    parts = rng.randint(4, 8)
    roles = ["hook"] + ["story"] * (parts - 2) + ["ask"]
    lines = []
    for number, role in enumerate(roles, 1):
        lines += [f"{number}/{parts} {grammar.draw(rng, lang, role)} {grammar.draw(rng, lang, 'lesson')}", ""]
    return lines


def framed(rng):
    lang = rng.choice(list(COVER))
    divide = ["---", ""] if rng.random() < .5 else []
    return ([f"{GREET[lang]} {words.person(rng)['first']},", "", rng.choice(COVER[lang]), ""] + divide + post(rng,
            lang) + [""] + divide +
            [rng.choice(THANKS[lang]) + rng.choice([",", ""]), words.person(rng)["first"]])


def mail(rng):
    sender, to = words.person(rng), words.person(rng)
    lines = framed(rng) if rng.random() < .75 else post(rng)
    return formats.eml(sender["email"], to["email"], rng.choice(["Draft", "Post?", "LinkedIn", "for Thursday",
            "Text"]), lines)


def content_calendar(rng):
    """Rows of a date, a channel, a state and the text of a post, in one order or another."""
    order = rng.sample(range(4), 4)
    day = rng.randint(1, 9)
    rows = [["Date", "Channel", "State", "Text"]]
    for number in range(rng.randint(4, 20)):
        rows.append([f"2026-05-{day + number:02}", rng.choice(["LinkedIn", "X", "Instagram"]),
                     rng.choice(["planned", "draft", "posted", ""]), "\n".join(post(rng)).strip()])
    return [[row[i] for i in order] for row in rows]


def make(rng, form):
    """(extension, bytes) of one draft, or of a file of some."""
    lines = rng.choices([post, news, several, thread, framed], [8, 2, 2, 1, 2])[0](rng)
    plain, _, wrapper = form.partition("-")
    writers = {
        "txt": lambda: formats.text_file(lines, eol=rng.choice(["\n", "\r\n"])),
        "md": lambda: formats.text_file(lines),
        "docx": lambda: formats.docx(lines), "odt": lambda: formats.odt(lines), "rtf": lambda: formats.rtf(lines),
        "html": lambda: formats.html_text(lines, "draft"), "eml": lambda: mail(rng),
        "mbox": lambda: formats.mbox([mail(rng)]),
        "pdf": lambda: formats.pdf(post_for_pdf(rng)),
        "csv": lambda: formats.csv_file(content_calendar(rng), rng.choice(",;\t")),
        "xlsx": lambda: formats.xlsx(content_calendar(rng)), "ods": lambda: formats.ods(content_calendar(rng)),
    }
    if wrapper in ("utf16", "cp1252"):
        return plain, formats.text_file(lines, {"utf16": "utf-16", "cp1252": "cp1252"}[wrapper])
    data = writers[plain]()
    if wrapper:
        return f"{plain}.{wrapper}", formats.WRAPPERS[wrapper]("draft." + plain, data)
    return plain, data


def post_for_pdf(rng):
    while True:
        lines = post(rng)
        if formats.pdf(lines) is not None:
            return lines
