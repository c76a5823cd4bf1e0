"""People, companies, phones and header words of many countries, drawn from pools so large that no list of words covers
them: most surnames and all companies are put together from syllables."""

GIVEN = {
    "de": "Anke Jörg Lüder Maren Sönke Birte Uwe Gesine Holger Wiebke Tilman Käthe",
    "fr": "Hélène Loïc Maëlle Thibault Aurélie Gaëtan Margaux Rémi Noémie Bastien Solène",
    "es": "Íñigo Begoña Álvaro Rocío Joaquín Nuria Gonzalo Inés Ramón Maite Iván",
    "it": "Giulia Matteo Chiara Luca Federica Tommaso Ilaria Niccolò Serena Davide",
    "pl": "Małgorzata Łukasz Zofia Paweł Agnieszka Wojciech Jagoda Michał Grażyna Bartosz",
    "se": "Åsa Björn Linnéa Göran Sigrid Håkan Elin Torsten Märta Viggo",
    "en": "Harriet Callum Imogen Graham Tamsin Rhys Beverly Dwayne Shelby Duncan Maeve Trent",
    "in": "Aarav Lakshmi Rohan Priyanka Vikram Ananya Sanjay Meera Arjun Kavitha",
    "cn": "Wei Xiaoming Jing Haoran Mei Zhiqiang Lili Jun Yuxuan Fang",
    "jp": "Haruto Yui Kenta Sakura Daichi Aoi Takumi Rin Naoki Emi",
    "ng": "Chidi Folake Emeka Ngozi Tunde Amara Obinna Yetunde Ifeanyi Bisi",
    "tr": "Çağla Emre Şebnem Ozan Gülay İlker Tuğba Barış Elif Kerem",
    "ar": "Layla Omar Yasmin Khalid Noura Tariq Huda Samir Rania Faisal",
    "gr": "Αλέξης Ελένη Γιώργος Μαρία Νίκος Σοφία",
    "ru": "Ольга Сергей Наталья Дмитрий Ирина Павел",
}
ONSETS = "b br ch d dr f fr g gr h j k kl kr l m n p pr r s sch st sz t tr v w z".split()
VOWELS = "a e i o u ai ei au ia ö å é ou y".split()
CODAS = "l n r s t m nd rk ss th lm rg x ck n n r l".split()
SURNAME_ENDS = {
    "de": "mann berg hoff er inger feld stein", "fr": "ard eau ot ier ault ette", "es": "ez ado ero illa ano",
    "it": "elli ini ato one etti", "pl": "ski wicz czyk ak owska", "se": "ström lund gren kvist dahl",
    "en": "son ton ley ford worth well by", "in": "an kar war jee ani", "cn": "ng an ao u",
    "jp": "moto mura da kawa no",
    "ng": "we ke nle chi la", "tr": "oğlu lı can er", "ar": "i an awi ari", "gr": "ίδης όπουλος άκης",
    "ru": "ов ин ский енко",
}
TLDS = {"de": "de", "fr": "fr", "es": "es", "it": "it", "pl": "pl", "se": "se", "en": "co.uk com", "in": "in co.in",
        "cn": "cn com", "jp": "co.jp jp", "ng": "ng com", "tr": "com.tr", "ar": "ae com", "gr": "gr", "ru": "ru"}
FORMS = {"de": "GmbH|AG|KG|e.K.", "fr": "SARL|SAS|SA", "es": "S.L.|S.A.", "it": "S.r.l.|S.p.A.",
         "pl": "sp. z o.o.|S.A.",
         "se": "AB", "en": "Ltd|Inc.|LLC|plc|& Sons", "in": "Pvt. Ltd.|Industries", "cn": "Co., Ltd.",
         "jp": "K.K.|Co., Ltd.",
         "ng": "Nigeria Ltd|Ventures", "tr": "A.Ş.|Ltd. Şti.", "ar": "LLC|FZE", "gr": "A.E.|Ε.Π.Ε.", "ru": "ООО|АО"}
TRADES = ("Foods Logistics Steel Textile Pharma Energy Optics Software Timber Packaging Marine Robotics Dental "
          "Glass Paper "
          "Mobility Ceramics Analytics Seeds Tools Brewing Acoustics Media Tech Consulting Solar").split()
PHONES = {  # '#' is a digit, '+' and the rest stand
    "de": "+49 ### #######|0### / ######|0## ### ## ##|(0###) #####-##|0049#########",
    "fr": "0# ## ## ## ##|+33 # ## ## ## ##|0#.##.##.##.##",
    "es": "+34 6## ### ###|9## ## ## ##|6########", "it": "+39 0# ########|3## ### ####",
    "pl": "+48 ### ### ###|(##) ###-##-##",
    "se": "+46 8-### ## ##|070-### ## ##",
    "en": "+44 20 7### ####|(###) 555-01##|+1-###-555-01##|07### ######|###.555.01##",
    "in": "+91 9#### #####|0##-########", "cn": "+86 1## #### ####|0##-########",
    "jp": "+81 3-####-####|0#-####-####",
    "ng": "+234 80# ### ####|080########", "tr": "+90 5## ### ## ##|0(5##) ### ## ##", "ar": "+971 5# ### ####",
    "gr": "+30 69# ### ####|21# ### ####", "ru": "+7 (9##) ###-##-##|8 9## ### ## ##"}
TITLES = ("Head of Procurement|Einkaufsleiter|Directrice des achats|Jefe de compras|Responsabile acquisti|CEO|CFO|"
          "VP Sales|"
          "Plant Manager|Geschäftsführer|Prokuristin|Chef de projet|Director Comercial|Inköpschef|Buyer|Kierownik "
          "zakupów|"
          "Senior Consultant|IT Director|Owner|Werkleiter|Responsable marketing|Gerente general|Operations Lead|"
          "Founder").split("|")
HEADERS = {
    "first": "First Name|Vorname|Prénom|Nombre|given_name|fname|Förnamn|Imię|firstname",
    "last": "Last Name|Nachname|Nom|Apellidos|family_name|surname|Efternamn|Nazwisko|lastname",
    "name": "Name|Full Name|Contact|Ansprechpartner|Contacto|Nom complet|Kontakt|Lead|Person",
    "email": "Email|E-Mail|Courriel|Correo electrónico|email_address|Mail|E-mail 1|Adres e-mail|work_email",
    "phone": "Phone|Telefon|Téléphone|Teléfono|Tel.|mobile|Handy|Direct|phone_1|Telefono",
    "company": "Company|Firma|Société|Empresa|Account|Organisation|Azienda|Account Name|Kunde|Företag",
    "title": "Title|Position|Fonction|Cargo|Job Title|Funktion|Rolle|jobtitle",
    "profile": "LinkedIn|Profile URL|Profil|linkedin_url|Perfil",
    "city": "City|Ort|Ville|Ciudad|Stadt|Città|Miasto",
    "note": "Notes|Notiz|Remarque|Comentarios|Anmerkung|Next step",
    "owner": "Owner|Betreuer|Vendeur|rep|Commercial", "id": "ID|Nr.|Lead ID|#|Ref",
    "date": "Created|Datum|Date|Fecha|last_seen",
    "stage": "Stage|Status|Phase|Etapa|lead_status", "value": "Value|Umsatz|Potential EUR|CA|Valor",
}
CITIES = "Lyon Gdańsk Bremen Sevilla Leeds Uppsala Torino Kano İzmir Pune Osaka Porto Tampere Graz Cork Lille Ghent Brno Vigo".split()
CYRILLIC_TO_LATIN = dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюяαβγδεζηθικλμνξοπρσςτυφχψωάέίόύή",
                             "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya "
                             "a v g d e z i th i k l m n x o p r s s t y f ch ps o a e i o y i".split(" ")))


def syllables(rng, count):
    return "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if rng.random() < .4 else "")
                   for _ in range(count))


def surname(rng, country):
    if country in ("gr", "ru"):
        stem = "".join(rng.choice("бвгдклмнпрст" if country == "ru" else "βγδκλμνπρστ") +
                       rng.choice("аеио" if country == "ru" else "αειο") for _ in range(2))
        stem += rng.choice("внлр" if country == "ru" else "νλρ")
    else:
        stem = syllables(rng, 1 if rng.random() < .6 else 2)
    return (stem + rng.choice(SURNAME_ENDS[country].split())).capitalize()


def company(rng, country):
    stem = syllables(rng, 2).capitalize()
    return rng.choice([f"{stem} {rng.choice(TRADES)} {{}}", f"{stem} {{}}",
                       f"{stem}{rng.choice(TRADES).lower()} {{}}"]).format(
        rng.choice(FORMS[country].split("|")))


def digits(rng, pattern):
    return "".join(str(rng.randint(1, 9)) if c == "#" else c for c in pattern)


def ascii_word(text):
    import unicodedata
    text = "".join(CYRILLIC_TO_LATIN.get(c, c) for c in text.lower())
    text = text.translate(str.maketrans({"ł": "l", "ı": "i", "ø": "o", "ß": "ss"}))
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if c.isascii() and c.isalnum())


def person(rng, country=None):
    """One contact, as a dict by the keys of HEADERS."""
    country = country or rng.choice(list(GIVEN))
    first, last = rng.choice(GIVEN[country].split()), surname(rng, country)
    firm = company(rng, country)
    domain = ascii_word(firm.split()[0]) + "." + rng.choice(TLDS[country].split())
    f, l = ascii_word(first), ascii_word(last)
    local = rng.choice([f"{f}.{l}", f"{f[0]}{l}", f, f"{l}.{f[0]}", f"{f}_{l}", f"{l}{rng.randint(1, 99)}"])
    return {
        "first": first, "last": last, "name": rng.choice([f"{first} {last}", f"{last}, {first}", f"{first} {last}"]),
        "email": f"{local}@{domain}", "phone": digits(rng, rng.choice(PHONES[country].split("|"))), "company": firm,
        "title": rng.choice(TITLES), "profile": f"https://www.linkedin.com/in/{f}-{l}-{rng.randint(100, 99999):x}",
        "city": rng.choice(CITIES), "note": "", "owner": rng.choice(GIVEN["en"].split()),
        "id": str(rng.randint(1000, 99999)),
        "date": f"20{rng.randint(22, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "stage": rng.choice("new open warm cold won Angebot contacté".split()),
        "value": str(rng.randint(5, 900) * 100),
        "country": country, "domain": domain,
    }


def full_name(rng):
    p = person(rng)
    return f"{p['first']} {p['last']}"
