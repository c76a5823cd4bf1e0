"""Drafts of posts for the networks, in several languages and styles; wrapped as people hand them round."""

# By language: openings, middles, closings to the reader; tags and calls that go with them.
ENGLISH = {
    "hook": (
        "I said no to a {size} deal on {day}. Here's what happened next.", "Nobody warns you about the second year in {field}.",
        "Unpopular opinion: most {thing}s do not need a {tool}.", "{number} things I wish I had known before my first {thing}.",
        "Yesterday a customer taught me more than any course on {field}.", "We did it! {number} {thing}s shipped since January 🎉",
        "Big news from the team in {city} 👇", "What if your {thing} could run itself on a {day}?", "Stop sending your {role}s to another {thing}.",
        "After {number} years in {field} I still get nervous before a {thing}.", "Proud moment: our {role} just passed {number} installs.",
        "Hot take: {field} is not a numbers game.", "Can we talk about {field} for a second?", "It's official — we are opening in {city} this {day}!",
        "A {role} in {city} asked me a simple question last week.",
    ),
    "middle": (
        "The {thing} took three weeks longer than planned, and that was the best part.", "We listened. We rebuilt the {tool}. We listened again.",
        "Most of it came down to one {role} who refused to guess.", "The lesson? Slow down, write it on paper, and ask the {role} twice.",
        "Our {tool} now does in {number} minutes what used to eat a whole {day}.", "No slides. No jargon. Just people who know {field}.",
        "I used to think the {tool} was the problem. It was me.", "Turns out the {role}s had been asking for this since the spring.",
        "And yes, there was cake 🍰", "We lost {number} nights of sleep over this one and I would do it all again.",
        "It isn't magic: measure, talk, repeat.", "You don't need a bigger team. You need fewer {thing}s.",
    ),
    "close": (
        "What would you have done? Tell me below 👇", "Agree? Disagree? I'd love to hear your take in the comments.", "Link in the first comment.",
        "Drop a 🙌 if you've been there.", "Follow along for more on {field}.", "DM me if you want the template.", "See you there? Sign up: https://{site}/go",
        "Who else has tried this?", "Tag a {role} who needs to read this.", "Read the whole story → https://{site}/blog", "Share this with someone in {field}.",
        "How do you handle it at your place?",
    ),
    "tag": "#{field} #sales #leadership #B2B #{city}Tech #growth #mondaymotivation #TeamWork #customerfirst #hiring #learning".split(),
    "thing": ("rollout", "audit", "kick-off", "forecast", "site visit", "migration", "trade fair", "demo"),
    "tool": ("dashboard", "scanner", "booking app", "pump", "planner", "robot"),
    "role": ("buyer", "plant manager", "dispatcher", "nurse", "foreman", "teacher"),
    "field": ("logistics", "procurement", "packaging", "dentistry", "farming", "cybersecurity", "catering"),
    "city": ("Leeds", "Porto", "Tulsa", "Malmö", "Pune", "Lille"),
    "day": ("Monday", "Thursday", "weekend", "Friday"),
    "size": ("six-figure", "$40k", "huge", "two-year"),
}
OTHERS = {
    "de": {"hook": ("Ehrlich gesagt: Ich hatte Angst vor diesem Projekt.", "Heute mal was Persönliches. 🙂", "{number} Jahre {firm} – was für eine Reise! 🚀", "Was macht einen guten Vertrieb aus?", "Wir haben Zuwachs bekommen! 🎉"),
           "middle": ("Drei Monate lang haben wir getüftelt, verworfen und neu angefangen.", "Am Ende zählte nur eines: zuhören.", "Das ganze Team ist über sich hinausgewachsen.", "Seit letzter Woche läuft die Anlage, und alle schlafen wieder gut."),
           "close": ("Wie seht ihr das? Schreibt es mir in die Kommentare!", "Mehr dazu im Link 👉 https://{site}", "Wer ist dabei?", "Teilt den Beitrag gern mit euren Leuten."),
           "tag": "#Vertrieb #Mittelstand #Teamarbeit #Digitalisierung #Handwerk #Zukunft".split()},
    "fr": {"hook": ("On ne vous dit pas tout sur la vente.", "Quelle semaine ! 🙌", "{number} ans déjà chez {firm}…", "Et si on arrêtait de relancer pour rien ?", "Grande nouvelle : nous ouvrons à Lille !"),
           "middle": ("Tout a commencé par un simple appel un vendredi soir.", "L'équipe a tenu bon malgré les retards.", "J'ai appris une chose : se taire et écouter.", "Le résultat dépasse ce que nous espérions."),
           "close": ("Et vous, qu'en pensez-vous ? Dites-le en commentaire 👇", "Le lien est en premier commentaire.", "Partagez si cela vous parle !", "Inscription ici : https://{site}"),
           "tag": "#vente #PME #équipe #innovation #recrutement #logistique".split()},
    "es": {"hook": ("Hoy quiero contaros algo que casi nadie cuenta.", "¡Ya somos {number}! 🎉", "¿Por qué seguimos midiendo mal las ventas?", "Gran noticia desde Vigo 👇"),
           "middle": ("Empezamos con una mesa prestada y mucha ilusión.", "El cliente nos pidió lo imposible y dijimos que sí.", "Aprendimos a preguntar antes de proponer.", "El equipo de {firm} ha estado enorme."),
           "close": ("¿Qué opináis? Os leo en los comentarios 👇", "Más información: https://{site}", "¡Comparte si te ha pasado!", "¿Nos vemos allí?"),
           "tag": "#ventas #pymes #equipo #industria #liderazgo #feria".split()},
    "it": {"hook": ("Una cosa che ho imparato questa settimana.", "Che emozione! 🎉 {number} anni insieme.", "Perché nessuno parla degli errori?", "Siamo pronti per la fiera di Parma!"),
           "middle": ("Il progetto sembrava fermo, poi una telefonata ha cambiato tutto.", "Abbiamo ascoltato chi lavora in officina.", "La squadra di {firm} ci ha messo il cuore."),
           "close": ("E voi cosa ne pensate? Scrivetelo nei commenti 👇", "Link nel primo commento.", "Vi aspettiamo: https://{site}"),
           "tag": "#vendite #PMI #squadra #innovazione #fiera".split()},
    "nl": {"hook": ("Eerlijk? Ik had dit niet zien aankomen.", "Trots op dit team! 💪", "{number} jaar {firm}: tijd voor taart.", "Waarom bellen we eigenlijk nog koud?"),
           "middle": ("We begonnen met een kladblok en een kop koffie.", "De klant vroeg iets wat niemand eerder vroeg.", "Sinds maandag draait alles zoals het hoort."),
           "close": ("Hoe doen jullie dat? Laat het weten in de reacties!", "Meer lezen? https://{site}", "Delen mag 👇"),
           "tag": "#verkoop #ondernemen #samenwerken #logistiek #trots".split()},
    "pt": {"hook": ("Hoje foi dia de aprender. 🙏", "Chegamos a {number} clientes!", "Você já perdeu uma venda por falar demais?", "Novidade na {firm} 👇"),
           "middle": ("Tudo começou com um café e uma pergunta sincera.", "O time virou a noite e entregou.", "Errei, pedi desculpas e recomecei."),
           "close": ("E você, o que faria? Conta aqui nos comentários 👇", "Link na bio.", "Marca alguém que precisa ler isso!", "Saiba mais: https://{site}"),
           "tag": "#vendas #empreendedorismo #time #gratidão #inovação".split()},
    "sv": {"hook": ("Vilken vecka! 🎉", "En sak jag lärt mig om försäljning.", "Äntligen får vi berätta!", "{number} år med {firm}."),
           "middle": ("Vi lyssnade på montörerna och byggde om allt.", "Det blev inte som vi tänkt oss. Det blev bättre."),
           "close": ("Hur gör ni? Skriv gärna i kommentarerna 👇", "Läs mer: https://{site}", "Dela gärna!"),
           "tag": "#försäljning #teamwork #industri #stolt".split()},
    "pl": {"hook": ("Krótka historia z wczoraj. 👇", "To już {number} lat! 🎉", "Czy cold calling ma jeszcze sens?", "Mamy to!"),
           "middle": ("Klient zadał jedno pytanie i zamilkliśmy.", "Zespół {firm} pracował do późna, ale było warto."),
           "close": ("A jak jest u Was? Dajcie znać w komentarzu!", "Link w komentarzu 👇", "Więcej: https://{site}"),
           "tag": "#sprzedaż #zespół #logistyka #biznes".split()},
    "ja": {"hook": ("展示会、無事に終わりました！🎉", "営業で一番大切なことは何でしょうか？", "本日、新製品を発表しました✨"),
           "middle": ("準備に三か月、チーム全員で走り切りました。", "お客様の一言がすべてを変えました。", "失敗から学ぶことばかりです。"),
           "close": ("皆さんはどう思いますか？コメントで教えてください👇", "詳しくはこちら→ https://{site}", "ぜひシェアしてください！"),
           "tag": "#営業 #展示会 #製造業 #新製品".split()},
}
WRAPPERS = ("Draft v{n} for {day}", "LinkedIn, {day}", "Post for review", "For the company page - please check by {day}", "Entwurf für {day}", "Brouillon (v{n})",
            "Caption, {day}", "Tweet idea", "FB post - {city} event", "to go out {day} 9:00")
MENTIONS = ("@acme_pumps", "@SamOrr", "@TradeFairLeeds", "@nordbygg", "@JoleneP")
SITES = ("bit.ly/3xQpump", "northwind.example", "lnkd.in/e4Tq", "example.org/fair")


def fill(rng, text):
    words = {key: rng.choice(ENGLISH[key]) for key in ("thing", "tool", "role", "field", "city", "day", "size")}
    return text.format(number=rng.randint(3, 90), n=rng.randint(1, 5), site=rng.choice(SITES), firm=rng.choice(("Halden", "Brightwell", "Torvik", "Casa Lume")), **words)


def language(rng):
    return ENGLISH if rng.random() < 0.55 else OTHERS[rng.choice(sorted(OTHERS))]


def some(rng, pool, least, most):
    return [fill(rng, text) for text in rng.sample(pool, min(rng.randint(least, most), len(pool)))]


def tags(rng, words, count):
    return " ".join(fill(rng, tag).replace(" ", "") for tag in rng.sample(words["tag"], min(count, len(words["tag"]))))


def long_post(rng):
    """A post of short paragraphs, as LinkedIn likes them; tags are usual, and not always there."""
    words = language(rng)
    parts = some(rng, words["hook"], 1, 1) + some(rng, words["middle"], 2, 5) + some(rng, words["close"], 1, 2)
    if rng.random() < 0.3:
        parts.insert(2, "\n".join(f"{rng.choice(('✅', '👉', '➡️', '-'))} {line}" for line in some(rng, words["middle"], 3, 3)))
    if rng.random() < 0.65:
        parts.append(tags(rng, words, rng.randint(2, 6)))
    return parts


def tweet(rng):
    words = language(rng)
    text = " ".join(some(rng, words["hook"], 1, 1) + some(rng, words["close"], 1, 1))
    text += rng.choice((" " + tags(rng, words, 2), f" {rng.choice(MENTIONS)}", " " + tags(rng, words, 1) + " https://" + rng.choice(SITES)))
    return [text]


def thread(rng):
    words = language(rng)
    parts = some(rng, words["hook"], 1, 1) + some(rng, words["middle"], 2, 6) + some(rng, words["close"], 1, 1)
    style = rng.choice(("{i}/{n} {text}", "{text} {i}/{n}", "{i}/ {text}", "({i}/{n}) {text}", "🧵{i}/{n}\n{text}"))
    return [style.format(i=i, n=len(parts), text=text) for i, text in enumerate(parts, 1)]


def caption(rng):
    words = language(rng)
    return [" ".join(some(rng, words["hook"], 1, 1) + some(rng, words["middle"], 1, 2)) + rng.choice((" ❤️", " ✨", " 😍🙌", " 📸")), tags(rng, words, rng.randint(3, 8))]


def event(rng):
    return [fill(rng, rng.choice(("📅 Save the date!", "You're invited 🎈", "Join us live!"))),
            fill(rng, "{day}, {number} April, 18:00, old market hall, {city}. Free coffee, honest talk about {field}, and our {role}s answer everything."),
            fill(rng, rng.choice(("Register now: https://{site}", "Tell us you are coming in the comments!", "Places are few: https://{site}")))] + (
                [tags(rng, ENGLISH, 2)] if rng.random() < 0.5 else [])


STYLES = {"long": long_post, "tweet": tweet, "thread": thread, "caption": caption, "event": event}


def draft(rng, style):
    blocks = [("p", part) for part in STYLES[style](rng)]
    if rng.random() < 0.4:
        blocks.insert(0, ("h", fill(rng, rng.choice(WRAPPERS))))
    if rng.random() < 0.1:
        blocks.append(("p", rng.choice(("[photo: stand, left side]", "Image: team on the roof", "Alt text: two people beside a pump"))))
    return blocks


def mailed(rng, style):
    """A draft in a mail to a colleague: a line before, the post, a name after."""
    before = ("p", rng.choice(("Hi Sam, here is the post for Thursday, can you look it over?", "My draft, tell me if the tone is right:", "Can I post this?")))
    return [before] + [("p", part) for part in STYLES[style](rng)] + [("p", rng.choice(("Thanks\nPat", "Best, Pat", "P.")))]


def calendar(rng):
    rows = [rng.choice((["Date", "Channel", "Copy", "Status"], ["Datum", "Kanal", "Text", "Bild"]))]
    for i in range(rng.randint(6, 20)):
        rows.append([f"2024-04-{i + 1:02}", rng.choice(("LinkedIn", "X", "Instagram")), " ".join(tweet(rng)), rng.choice(("draft", "ok", "posted"))])
    return [("April", rows)]
