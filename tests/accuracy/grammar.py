"""Sentences by a small grammar: '{noun}' draws from the language's list of nouns, and so on, until nothing is left to
draw. The pools are wide and about anything: a post is told by whom it speaks to, not by its topic."""

import re

LANGUAGES = {
    "en": {
        "noun": "warehouse|garden|spreadsheet|bicycle|kitchen|forklift|piano|contract|airport|notebook|harbour|"
                "workshop|bakery|"
                "calendar|elevator|budget|vineyard|prototype|library|tractor|dashboard|school|printer|festival|"
                "clinic|ferry",
        "adj": "quiet|stubborn|unexpected|tiny|expensive|honest|noisy|brilliant|slow|forgotten|curious|messy|simple|"
               "bold|strange",
        "who": "my manager|our newest colleague|a customer|my daughter|an old friend|our team|a supplier|the "
               "founder|my neighbour",
        "did": "cancelled the meeting|asked one simple question|rebuilt the {noun}|taught me to wait|wrote it on a "
               "napkin|"
               "laughed at our {noun}|painted the {noun} green|drove nine hours for a {noun}|gave back the {adj} "
               "{noun}|"
               "counted every {noun} twice|walked out of the {noun}|turned our {noun} upside down",
        "when": "Last week|Three years ago|Yesterday|On Monday|In my first month|This spring|Two days before the "
                "deadline|At lunch",
        "number": "4|7|11|19|23|42|60|90|120|365",
        "thing": "a {adj} {noun}|one {noun}|the wrong {noun}|{number} hours|patience|trust|a second opinion",
    },
    "de": {
        "noun": "Lager|Fahrrad|Klavier|Büro|Rezept|Labor|Konzert|Museum|Boot|Fenster|Projekt|Dach|Regal|Handbuch|"
                "Netzwerk|Auto",
        "adj": "stille|neue|kleine|teure|ehrliche|laute|langsame|vergessene|einfache|seltsame|mutige|halbe",
        "who": "mein Chef|unsere neue Kollegin|ein Kunde|meine Tochter|ein alter Freund|unser Team|die Gründerin|"
               "mein Nachbar",
        "did": "hat das {noun} abgesagt|hat nur eine Frage gestellt|hat unser {noun} neu gebaut|hat mir Geduld "
               "beigebracht|"
               "hat das {noun} grün gestrichen|ist neun Stunden für ein {noun} gefahren|hat jedes {noun} zweimal "
               "gezählt",
        "when": "Letzte Woche|Vor drei Jahren|Gestern|Am Montag|In meinem ersten Monat|Im Frühjahr|Kurz vor der Abgabe",
        "number": "4|7|11|19|23|42|60|90|120",
        "thing": "das {adj} {noun}|ein {noun}|{number} Stunden|Geduld|Vertrauen|eine zweite Meinung",
    },
    "fr": {
        "noun": "jardin|bureau|piano|vélo|contrat|marché|four|bateau|projet|carnet|musée|tableau|moulin|camion|"
                "prototype",
        "adj": "discret|inattendu|minuscule|honnête|bruyant|brillant|lent|oublié|curieux|simple|étrange",
        "who": "mon responsable|notre nouvelle collègue|un client|ma fille|un vieil ami|notre équipe|la fondatrice|"
               "mon voisin",
        "did": "a annulé la réunion|a posé une seule question|a reconstruit le {noun}|m'a appris à attendre|a "
               "repeint le {noun}|"
               "a ri de notre {noun}|a fait neuf heures de route pour un {noun}|a compté chaque {noun} deux fois",
        "when": "La semaine dernière|Il y a trois ans|Hier|Lundi|Le premier mois|Ce printemps|À midi|Deux jours "
                "avant l'échéance",
        "number": "4|7|11|19|23|42|60|90|120",
        "thing": "un {noun} {adj}|le mauvais {noun}|{number} heures|la patience|la confiance|un deuxième avis",
    },
    "es": {
        "noun": "almacén|jardín|piano|contrato|horno|barco|proyecto|cuaderno|museo|molino|camión|mercado|taller|"
                "puerto|teatro",
        "adj": "silencioso|inesperado|diminuto|caro|honesto|ruidoso|brillante|lento|olvidado|curioso|simple|extraño",
        "who": "mi jefa|nuestro nuevo compañero|un cliente|mi hija|un viejo amigo|nuestro equipo|la fundadora|mi "
               "vecino",
        "did": "canceló la reunión|hizo una sola pregunta|reconstruyó el {noun}|me enseñó a esperar|pintó el {noun} "
               "de verde|"
               "se rió de nuestro {noun}|condujo nueve horas por un {noun}|contó cada {noun} dos veces",
        "when": "La semana pasada|Hace tres años|Ayer|El lunes|En mi primer mes|Esta primavera|A mediodía",
        "number": "4|7|11|19|23|42|60|90|120",
        "thing": "un {noun} {adj}|el {noun} equivocado|{number} horas|paciencia|confianza|una segunda opinión",
    },
}
POSTS = {
    "en": {
        "hook": "Unpopular opinion: {thing} beats every {noun}.|I was wrong about the {noun}.|{number} lessons from "
                "a {adj} {noun}.|"
                "Nobody told me this about a {noun}|{when} I almost gave up.|Stop buying a {noun}.|We did it!|My "
                "{noun} broke and I am glad.",
        "story": "{when} {who} {did}.|I thought we needed {thing}.|It cost us {number} hours and {thing}.|We tried "
                 "{thing} instead.|"
                 "And then {who} {did}.|I still think about that {noun}.|Our {adj} {noun} was never the problem.|"
                 "I had planned for {thing}, not for {thing}.|We started with {thing}. We ended with {thing}.|My "
                 "own part in it? {thing}, no more.",
        "lesson": "What I learned: {thing} matters more than {thing}.|You can't fake {thing}.|You don't need "
                  "{thing}. You need {thing}.|"
                  "Give your people {thing} and they will surprise you.|If your {noun} is {adj}, start there.",
        "ask": "What do you think?|How would you have handled it?|Which {noun} changed your mind?|Have you ever "
               "lost {thing}?|Agree or not?|"
               "What was your {adj} moment this year?|Tell me about your {noun} in the comments.|Who has been there?",
    },
    "de": {
        "hook": "Unbeliebte Meinung: {thing} schlägt alles.|Ich lag falsch.|{number} Dinge, die mich {thing} "
                "gelehrt hat.|"
                "{when} wollte ich aufgeben.|Das hat uns niemand gesagt.|Mein {noun} ist kaputt, und ich bin froh "
                "darüber.",
        "story": "Ja, {who} {did}.|Ich dachte, wir brauchen {thing}.|Das hat uns {number} Stunden gekostet.|Wir "
                 "haben es mit Ruhe versucht.|"
                 "Und dann? Ja, {who} {did}.|Ich denke noch heute an das {noun}.|Unser {noun} war nie das Problem.|"
                 "Mir fehlte nur {thing}.",
        "lesson": "Was ich gelernt habe: {thing} zählt mehr als {thing}.|Ihr braucht nicht {thing}, ihr braucht "
                  "{thing}.|"
                  "Gib deinem Team {thing}, und es überrascht dich.",
        "ask": "Was denkt ihr?|Wie hättet ihr entschieden?|Habt ihr das auch erlebt?|Wie macht ihr das in eurem Team?|"
               "Schreibt es mir in die Kommentare.|Was war euer mutigstes {noun}?",
    },
    "fr": {
        "hook": "Opinion impopulaire : {thing}, c'est surfait.|Je me suis trompée.|{number} leçons d'un {noun} {adj}.|"
                "{when}, j'ai failli abandonner.|Personne ne m'avait prévenu.|Nous l'avons fait !",
        "story": "{when}, {who} {did}.|Je pensais qu'il nous fallait {thing}.|Cela nous a coûté {number} heures.|"
                 "Nous avons essayé autre chose.|"
                 "Et puis {who} {did}.|Je pense encore à ce {noun}.|Notre {noun} n'était pas le problème.|Il me "
                 "manquait {thing}.",
        "lesson": "Ma leçon : {thing} compte plus que {thing}.|Vous n'avez pas besoin d'un {noun}.|Offrez {thing} à "
                  "vos équipes.",
        "ask": "Qu'en pensez-vous ?|Et vous, qu'auriez-vous fait ?|Avez-vous déjà vécu cela ?|Dites-moi tout en "
               "commentaire.|Quel est votre {noun} ?",
    },
    "es": {
        "hook": "Opinión impopular: {thing} no sirve de nada.|Me equivoqué.|{number} lecciones de un {noun} {adj}.|"
                "{when} casi abandono.|Nadie me lo había contado.|¡Lo hemos conseguido!",
        "story": "{when} {who} {did}.|Yo pensaba que nos hacía falta {thing}.|Nos costó {number} horas.|Probamos "
                 "otra cosa con nuestro equipo.|"
                 "Y entonces {who} {did}.|Todavía pienso en mi {noun}.|Nuestro {noun} no era el problema.|A mí me "
                 "faltaba {thing}.",
        "lesson": "Mi lección: {thing} vale más que {thing}.|No necesitas un {noun}, necesitas {thing}.|Dale "
                  "{thing} a tu equipo.",
        "ask": "¿Qué opináis?|¿Y tú, qué habrías hecho?|¿Os ha pasado alguna vez?|Te leo en comentarios.|¿Cuál es "
               "tu {noun}?",
    },
}
BUSINESS = {  # sentences of any other document: third person, statements
    "en": "The {noun} was delivered in {number} days.|The department reviewed the {adj} {noun}.|Costs for the "
          "{noun} rose by {number} percent.|"
          "A {adj} {noun} is stored in hall {number}.|The supplier confirmed the {noun}.|Work on the {noun} "
          "continues until autumn.|"
          "The new {noun} replaces the {adj} one.|No decision was taken about the {noun}.|The {noun} has a capacity "
          "of {number} units.",
    "de": "Das {noun} wurde in {number} Tagen geliefert.|Die Abteilung prüfte das {adj} {noun}.|Die Kosten stiegen "
          "um {number} Prozent.|"
          "Der Lieferant bestätigte das {noun}.|Die Arbeiten am {noun} dauern bis Herbst.|Zum {noun} fiel keine "
          "Entscheidung.",
    "fr": "Le {noun} a été livré en {number} jours.|Le service a examiné le {noun} {adj}.|Les coûts ont augmenté de "
          "{number} pour cent.|"
          "Le fournisseur a confirmé le {noun}.|Les travaux sur le {noun} continuent.|Aucune décision sur le {noun}.",
    "es": "El {noun} se entregó en {number} días.|El departamento revisó el {noun} {adj}.|Los costes subieron un "
          "{number} por ciento.|"
          "El proveedor confirmó el {noun}.|Las obras del {noun} continúan.|No hubo decisión sobre el {noun}.",
}


def expand(rng, text, lang):
    """Replace every {name} by a draw, again and again; sentences begin with a capital letter."""
    pools = LANGUAGES[lang]
    while "{" in text:
        text = re.sub(r"\{(\w+)\}", lambda m: rng.choice(pools[m[1]].split("|")), text)
    return text[0].upper() + text[1:]


def draw(rng, lang, role):
    """A sentence of a post: role is a key of POSTS."""
    return expand(rng, rng.choice(POSTS[lang][role].split("|")), lang)


def business(rng, lang, count):
    return [expand(rng, rng.choice(BUSINESS[lang].split("|")), lang) for _ in range(count)]


def noun(rng, lang="en"):
    return expand(rng, "{noun}", lang)


def thing(rng, lang="en"):
    return expand(rng, "{adj} {noun}", lang)
