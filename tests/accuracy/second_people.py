"""People of many countries, as lists of prospects hold them: names, firms, titles, addresses and national phone writings."""

import collections
import unicodedata

Person = collections.namedtuple("Person", "given family full email phone company title city country profile")
# words: as that country's speakers would head a column; order: "western" or "family first"
Country = collections.namedtuple("Country", "code name given family firms titles cities phones zones words order")

FIELDS = ("given", "family", "full", "email", "phone", "company", "title", "city", "country", "profile")


def split(text):
    return [part.strip() for part in text.split("|")]


COUNTRIES = (
    Country("de", "Deutschland",
            split("Anke|Björn|Clemens|Dörte|Eberhard|Frauke|Gero|Heike|Ingo|Jörg|Kerstin|Lutz|Marlies|Norbert|Uwe|Silke"),
            split("Altmann|Brückner|Dietze|Eichhorn|Fröhlich|Görlitz|Hollmann|Jäkel|Krüger|Löwe|von der Heide|Nießen|Pfeifer|Schäfer|Weiß"),
            split("{f} Maschinenbau GmbH|Stadtwerke {c}|{f} & Söhne KG|{f} Logistik GmbH & Co. KG|Bäckerei {f}|{c}er Werkzeug AG"),
            split("Geschäftsführer|Leiterin Einkauf|Vertriebsleiter|IT-Leiter|Prokuristin|Werksleiter|Assistenz der Geschäftsleitung"),
            split("Bielefeld|Görlitz|Ulm|Jena|Kassel|Lübeck|Trier|Würzburg"),
            split("+49 ### #######|0### / ######|0### ######-##|(0###) ## ## ##|0049 ### ######|+49 (0)### #######|01## #######"),
            split("de|com"),
            split("Vorname|Nachname|Name|E-Mail|Telefon|Firma|Position|Ort|Land|LinkedIn"), "western"),
    Country("fr", "France",
            split("Amélie|Benoît|Cédric|Delphine|Étienne|Fabienne|Gaël|Hélène|Jérôme|Loïc|Maëlle|Noémie|Océane|Yannick"),
            split("Aubert|Besson|Chevalier|Delacroix|Fournier|Guérin|Lefèvre|Marchand|Noël|Perrot|Rivière|d'Estaing|Vasseur"),
            split("{f} & Fils|Groupe {f}|Ateliers {f} SARL|Transports {f} SAS|Cabinet {f}|Imprimerie de {c}"),
            split("Directrice des achats|Responsable commercial|Gérant|DSI|Chef de projet|Directeur général|Acheteuse"),
            split("Angers|Besançon|Brest|Dijon|Nîmes|Orléans|Saint-Étienne|Tours"),
            split("0# ## ## ## ##|+33 # ## ## ## ##|06.##.##.##.##|+33 (0)# ## ## ## ##|0#########"),
            split("fr|com|eu"),
            split("Prénom|Nom|Nom complet|Courriel|Téléphone|Société|Fonction|Ville|Pays|Profil"), "western"),
    Country("es", "España",
            split("Álvaro|Begoña|César|Dolores|Emilio|Fátima|Gonzalo|Inés|Joaquín|Lucía|Martín|Nuria|Rocío|Íñigo"),
            split("Aguilar|Benítez|Cabrera|Domínguez Ruiz|Echeverría|Gallardo|Ibáñez|Muñoz|Núñez|Ortega|Peña|Quintana|Zúñiga"),
            split("Grupo {f}|Talleres {f} S.L.|Bodegas {f}|Hoteles {c}|{f} Ingenieros|Aceites {c} S.A."),
            split("Directora comercial|Jefe de compras|Gerente|Responsable de TI|Director de operaciones|Administradora"),
            split("Almería|Burgos|Cádiz|Gijón|León|Murcia|Oviedo|Vigo"),
            split("+34 6## ### ###|9# ### ## ##|6########|+34 9## ## ## ##|(9##) ## ## ##"),
            split("es|com"),
            split("Nombre|Apellidos|Nombre y apellidos|Correo|Teléfono|Empresa|Cargo|Ciudad|País|Perfil"), "western"),
    Country("it", "Italia",
            split("Alessio|Beatrice|Carlo|Donatella|Enzo|Federica|Gianluca|Ilaria|Lorenzo|Mirella|Niccolò|Ornella|Piero"),
            split("Amato|Barbieri|Caruso|De Santis|Esposito|Ferrara|Gentile|Lombardi|Marchetti|Orlando|Pellegrini|Riva"),
            split("{f} Arredamenti S.r.l.|Officine {f}|Gruppo {f} S.p.A.|Pastificio {c}|Studio {f}|{f} Impianti"),
            split("Responsabile acquisti|Titolare|Direttore vendite|Amministratore delegato|Responsabile IT|Segretaria"),
            split("Ancona|Bergamo|Cuneo|Forlì|Lecce|Parma|Udine|Verona"),
            split("+39 0# #######|3## #######|0##/######|+39 3## ### ####|0##-#######"),
            split("it|com"),
            split("Nome|Cognome|Nominativo|Posta elettronica|Cellulare|Azienda|Ruolo|Città|Paese|Profilo"), "western"),
    Country("nl", "Nederland",
            split("Anouk|Bram|Coen|Daphne|Evert|Femke|Gijs|Hanneke|Joost|Karlijn|Lotte|Maarten|Niels|Sjoerd"),
            split("Aalbers|van den Berg|de Boer|Dijkstra|van Eck|Hoekstra|Kuipers|Mulder|Postma|ter Horst|Vermeulen|Zijlstra"),
            split("{f} Techniek B.V.|Drukkerij {f}|{f} Transport|Kwekerij {c}|{f} Advies|Bouwbedrijf {f} N.V."),
            split("Inkoper|Directeur|Hoofd verkoop|Bedrijfsleider|ICT-manager|Office manager"),
            split("Almelo|Breda|Delft|Gouda|Hoorn|Meppel|Zwolle"),
            split("0##-#######|+31 6 ########|06-########|+31 (0)## ### ####|0## ### ## ##"),
            split("nl|com"),
            split("Voornaam|Achternaam|Naam|E-mailadres|Telefoonnummer|Bedrijf|Functie|Plaats|Land|Profiel"), "western"),
    Country("pl", "Polska",
            split("Agnieszka|Bartosz|Dorota|Grażyna|Jarosław|Kinga|Łukasz|Małgorzata|Paweł|Sławomir|Urszula|Wojciech"),
            split("Adamczyk|Błaszczyk|Chmielewska|Dąbrowski|Gajewska|Jabłoński|Kołodziej|Majewska|Ostrowski|Świątek|Żak"),
            split("{f} sp. z o.o.|Zakłady {c} S.A.|Hurtownia {f}|{f} i Wspólnicy|Piekarnia {f}|Instal-{c}"),
            split("Kierownik zakupów|Dyrektor handlowy|Prezes zarządu|Specjalista ds. IT|Główna księgowa|Właściciel"),
            split("Białystok|Gdynia|Kielce|Łódź|Opole|Rzeszów|Toruń"),
            split("+48 ## ### ## ##|### ### ###|(##) ###-##-##|+48 ### ### ###|0-## ### ## ##"),
            split("pl|com.pl|eu"),
            split("Imię|Nazwisko|Imię i nazwisko|Adres e-mail|Telefon|Firma|Stanowisko|Miasto|Kraj|Profil"), "western"),
    Country("se", "Sverige",
            split("Åsa|Björn|Cecilia|Dag|Elin|Fredrik|Gunilla|Håkan|Ingrid|Jesper|Kajsa|Märta|Örjan|Torbjörn"),
            split("Åkesson|Bergström|Dahl|Ek|Forsberg|Gustavsson|Hedlund|Lindqvist|Nordin|Öberg|Sjögren|Wallin"),
            split("{f} Bygg AB|{c} Energi|AB {f}|{f} & Partners|Nordisk {f} Handel|{f}s Verkstad"),
            split("Inköpschef|VD|Säljare|IT-ansvarig|Platschef|Ekonomichef"),
            split("Borås|Gävle|Halmstad|Kalmar|Luleå|Umeå|Växjö"),
            split("0#-### ### ##|+46 70 ### ## ##|070-### ## ##|+46 (0)# ### ### ##|0###-## ## ##"),
            split("se|com|nu"),
            split("Förnamn|Efternamn|Namn|E-post|Telefon|Företag|Befattning|Ort|Land|Profil"), "western"),
    Country("br", "Brasil",
            split("Adriana|Bruno|Caetano|Débora|Everton|Flávia|Gláucia|Hélio|Jussara|Leandro|Mônica|Otávio|Thaís"),
            split("Almeida|Barbosa|Cavalcanti|da Silva|dos Santos|Figueiredo|Gonçalves|Magalhães|Nogueira|Pacheco|Teixeira"),
            split("{f} Comércio Ltda|Indústrias {f} S.A.|Grupo {f}|Auto Peças {c}|{f} Consultoria ME|Padaria {f}"),
            split("Gerente de compras|Diretor comercial|Sócia|Coordenador de TI|Analista|Supervisora"),
            split("Belém|Cuiabá|Goiânia|Maceió|Niterói|Recife|São José"),
            split("(##) 9####-####|+55 ## 9####-####|(##) 3###-####|## 3### ####|+55 (##) #####-####"),
            split("com.br|com|net.br"),
            split("Nome|Sobrenome|Nome completo|E-mail|Telefone|Empresa|Cargo|Cidade|País|Perfil"), "western"),
    Country("in", "India",
            split("Aditi|Bharat|Chitra|Deepak|Farhan|Gauri|Harish|Ishita|Karthik|Lakshmi|Manoj|Nandini|Ravi|Sunil"),
            split("Agarwal|Bhattacharya|Chopra|Deshpande|Ganesan|Iyer|Joshi|Kulkarni|Menon|Nair|Pillai|Reddy|Subramanian"),
            split("{f} Textiles Pvt Ltd|{c} Foods|{f} Exports|Sri {f} Agencies|{f} Infotech|{f} Brothers & Co"),
            split("Purchase Manager|Proprietor|VP Sales|Chief Engineer|Head - IT|Managing Partner"),
            split("Coimbatore|Indore|Kochi|Mysuru|Nagpur|Pune|Surat"),
            split("+91 9#### #####|09#### #####|0## #### ####|+91-9#########|+91 ## #### ####"),
            split("in|co.in|com"),
            split("First name|Surname|Full name|Email id|Mobile no.|Firm|Designation|City|Country|LinkedIn"), "western"),
    Country("jp", "Japan",
            split("Akira|Chie|Daisuke|Emi|Haruto|Kaori|Kenji|Mai|Naoki|Rie|Shinji|Yuko"),
            split("Fujimoto|Hasegawa|Ishii|Kawamura|Matsuda|Nishida|Okada|Sakamoto|Takeda|Ueno|Yamaguchi"),
            split("{f} Seiki K.K.|{c} Shoji|{f} Denki Co., Ltd.|{f} Foods|{c} Kogyo|{f} Trading"),
            split("Kacho|General Manager|Buyer|Section Chief|Plant Manager|Director"),
            split("Fukuoka|Kobe|Nagano|Niigata|Sendai|Utsunomiya"),
            split("03-####-####|+81 90-####-####|090-####-####|+81-3-####-####|(06) ####-####"),
            split("co.jp|jp|com"),
            split("First Name|Last Name|Name|Mail|Tel|Company|Title|Place|Country|Profile"), "family first"),
    Country("ja", "日本",
            split("彰|千恵|大輔|恵美|陽斗|香織|健二|真衣|直樹|理恵|慎二|裕子"),
            split("藤本|長谷川|石井|川村|松田|西田|岡田|坂本|武田|上野|山口"),
            split("{f}精機株式会社|株式会社{c}商事|{f}電機|有限会社{f}|{c}工業株式会社|{f}物産"),
            split("課長|部長|購買担当|代表取締役|工場長|主任"),
            split("福岡|神戸|長野|新潟|仙台|宇都宮"),
            split("03-####-####|090-####-####|０６－####－####|(052)###-####|080 #### ####"),
            split("co.jp|jp"),
            split("名|姓|氏名|メールアドレス|電話番号|会社名|役職|所在地|国|プロフィール"), "family first"),
    Country("us", "USA",
            split("Aaron|Brenda|Cody|Denise|Earl|Gwen|Hank|Jolene|Kendra|Lamar|Marcy|Troy|Wanda|Zach"),
            split("Abbott|Beasley|Carmichael|Dawson|Ellison|Fitzgerald|Greer|Hutchins|McAllister|O'Rourke|Pruitt|Vance|Whitaker"),
            split("{f} Plumbing Supply|{c} Credit Union|{f} & Associates, LLC|{f} Freight Inc.|{c} Dental Group|{f} Roofing"),
            split("Owner|VP of Operations|Procurement Lead|Office Manager|CTO|Regional Sales Director|Facilities Coordinator"),
            split("Akron|Boise|Duluth|Fresno|Lubbock|Spokane|Tulsa"),
            split("(2##) 555-####|3##-555-####|+1 4##.555.####|6##.555.#### x###|+1 (7##) 555-####|555-3##-####"),
            split("com|net|org|us"),
            split("First|Last|Contact|Email|Phone|Account|Job Title|City|Country|LinkedIn URL"), "western"),
    Country("uk", "United Kingdom",
            split("Alistair|Bronwen|Callum|Dympna|Ewan|Fiona|Gareth|Hamish|Imogen|Kieran|Nerys|Rhona|Siobhan"),
            split("Ashworth|Barraclough|Cartwright|Drummond|Fairbairn|Gillespie|Hargreaves|Llewellyn|Nightingale|Pickering|Tulloch"),
            split("{f} Haulage Ltd|{c} Housing Association|{f} Brothers|{f} Joinery|{c} Brewery plc|Messrs {f} & Co"),
            split("Director|Head of Procurement|Buyer|Practice Manager|Quantity Surveyor|Operations Manager"),
            split("Derby|Exeter|Hull|Inverness|Swansea|Truro|Wigan"),
            split("020 7946 0###|+44 (0)1### ######|07### ######|01### ######|+44 7### ######|(01##) ### ####"),
            split("co.uk|org.uk|com"),
            split("Forename|Surname|Name|Email address|Telephone|Organisation|Role|Town|Country|Profile link"), "western"),
)

FREE_MAIL = split("gmail.com|outlook.com|yahoo.com|gmx.de|web.de|orange.fr|libero.it|ziggo.nl|wp.pl|telia.com|uol.com.br|icloud.com|btinternet.com")
ROLES = split("info|sales|office|einkauf|contact|achats|compras|kontakt|hello|admin|inkoop|biuro")
KANA = {ord(a): b for a, b in zip("０１２３４５６７８９", "0123456789")}


def ascii_of(rng, text):
    """As an address writes a name: without accents; what has no Latin letter gets a plain stem."""
    text = text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("ø", "o")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = "".join(c for c in plain if c.isalnum())
    return plain or "".join(rng.choice("kstnhmyr") + rng.choice("aiueo") for _ in range(rng.randint(2, 3)))


def phone(rng, country):
    shape = rng.choice(country.phones)
    return "".join(str(rng.randint(2 if i and shape[i - 1] in "(+ " else 1, 9)) if c == "#" else c for i, c in enumerate(shape))


def domain(rng, country, firm):
    stem = ascii_of(rng, firm)[:rng.randint(8, 16)]
    return f"{stem}.{rng.choice(country.zones)}"


def address(rng, country, given, family, firm):
    g, f = ascii_of(rng, given), ascii_of(rng, family)
    local = rng.choice((f"{g}.{f}", f"{g[0]}.{f}", f"{g}{f[0]}", f"{f}", f"{f}.{g}", f"{g}_{f}", f"{g[0]}{f}"))
    kind = rng.random()
    if kind < 0.12:
        return f"{rng.choice(ROLES)}@{domain(rng, country, firm)}"
    if kind < 0.32:
        return f"{local}{rng.choice(['', str(rng.randint(1, 99))])}@{rng.choice(FREE_MAIL)}"
    mail = f"{local}@{domain(rng, country, firm)}"
    return mail.upper() if kind > 0.97 else mail


def firm_name(rng, country):
    return rng.choice(country.firms).format(f=rng.choice(country.family), c=rng.choice(country.cities))


def make(rng, country):
    given, family = rng.choice(country.given), rng.choice(country.family)
    firm = firm_name(rng, country)
    gap = "" if country.code == "ja" and rng.random() < 0.5 else " "
    full = f"{family}{gap}{given}" if country.order == "family first" else f"{given} {family}"
    slug = f"{ascii_of(rng, given)}-{ascii_of(rng, family)}-{rng.randint(1, 0xFFFFFF):x}"
    profile = rng.choice(("https://www.linkedin.com/in/{}", "linkedin.com/in/{}/", "https://{}.linkedin.com/in/{{}}".format(country.code)))
    return Person(given, family, full, address(rng, country, given, family, firm), phone(rng, country), firm,
                  rng.choice(country.titles), rng.choice(country.cities), country.name, profile.format(slug))


def crowd(rng, count, countries=None):
    countries = countries or rng.sample(COUNTRIES, rng.choice((1, 1, 2, 4)))
    return countries, [make(rng, rng.choice(countries)) for _ in range(count)]
