/*
 * The word lists, folded as wording_fold does. Words divided by exactly one space. A word may be in several lists.
 */
#include "words/wording.h"

const struct word_list word_lists[] = {
    {WORD_HONORIFIC,
     "mr mrs ms miss mx dr prof professor sir dame herr frau hr fr dipl ing mag mme mlle monsieur madame "
     "mademoiselle sr sra srta don dona dott dottssa avv sig signor signora signora dhr mevr drs pan pani "
     "phd mba md esq jr msc bsc llm ii iii iv ba ma"},
    {WORD_PARTICLE,
     "von van der den de del della di da do dos das la le du zu zum zur af av al el bin ibn ben ten ter y e "
     "und lo los las san"},
    {WORD_LEGAL,
     "gmbh mbh ag kg kgaa ohg ug gbr ev eg inc incorporated corp corporation co company llc llp lp ltd limited "
     "plc pty sa sas sarl sasu eurl snc sci spa srl srls sl slu sau bv nv vof cv oy oyj ab as asa aps ivs hf "
     "ehf kk gk zoo spzoo sro doo dd ood eood kft zrt nyrt sia uab ou eireli ltda mbb se scs sca pvt pte bhd "
     "sdn jsc ooo pao zao oao tov ооо оао зао пао 株式会社 有限公司"},
    {WORD_ORG,
     "group gruppe groupe grupo gruppo holding holdings solutions systems systeme software technologies technology "
     "technik technologie industries industrie industria partners partner consulting consultants beratung "
     "services service bank banque banco sparkasse versicherung insurance assurances capital ventures invest "
     "investments logistics logistik logistique transport spedition energy energie pharma pharmaceuticals medical "
     "medtech clinic klinik hospital krankenhaus labs laboratories werke werk bau maschinenbau handel vertrieb "
     "verlag druckerei media studios studio design agency agentur agence agencia foods bakery brewery brauerei "
     "hotel hotels resort restaurant university universitat universite universidad institute institut school "
     "foundation stiftung association verein union council ministry motors auto automotive aviation airlines "
     "shipping telecom communications networks network data digital cloud analytics robotics manufacturing "
     "products produkte supply supplies trading traders import export international global worldwide brothers "
     "bros sons sohne freres hermanos cia works steel stahl metal metall chemicals chemie plastics textiles "
     "electronics elektronik elektro electric engineering construction immobilien realty properties estates "
     "retail stores markt foundry mills farms dairy wine winery farma fabrik fabrica usine atelier societe "
     "enterprises enterprise ventures llc farmacia associates advisors security creative dynamics"},
    {WORD_TITLE,
     "manager managerin managing director direktor direktorin directeur directrice directora direttore direttrice head "
     "leiter leiterin leitung chief officer ceo cto cfo coo cio cmo cpo cro ciso vp svp evp vice president prasident "
     "presidente chairman chairwoman vorstand geschaftsfuhrer geschaftsfuhrerin gf prokurist prokuristin inhaber "
     "inhaberin owner founder cofounder grunder partner engineer ingenieur ingenieurin ingeniero developer entwickler "
     "architect analyst consultant berater beraterin consultor specialist spezialist coordinator koordinator assistant "
     "assistent assistentin asistente associate executive representative rep agent buyer einkaufer einkauferin "
     "acheteur "
     "comprador purchasing einkauf procurement sales vertrieb verkauf ventes ventas marketing finance finanzen hr "
     "personal recruiter controller accountant buchhalter buchhalterin comptable contable secretary sekretarin "
     "supervisor teamlead teamleiter lead senior junior principal staff administrator technician techniker "
     "technologist scientist researcher professor lecturer teacher nurse physician lawyer counsel attorney "
     "rechtsanwalt rechtsanwaltin avocat abogado responsable gerente jefe jefa encargado responsabile responsabili "
     "capo chef cheffe gestionnaire charge chargee adjoint pdg dg drh daf directie hoofd inkoper verkoper bestuurder "
     "kierownik dyrektor prezes specjalista operations business development customer success account key product "
     "project programme program quality regional plant operator planner strategist editor designer"},
    {WORD_GIVEN,
     "ann anna anne anke andrea andreas andrew alexander alexandra alex alice alicia alan albert alfred ahmed ali "
     "amina "
     "amir amy angela anil anita antoine anton antonio arthur aisha barbara beatrice ben benjamin bernd bernard beth "
     "bettina birgit bjorn bob boris brian bruno camille carl carla carlos carmen carol caroline catherine cecilia "
     "charles charlotte chen chloe chris christa christian christina christine christoph claire clara claudia claus "
     "clement colin cristina cynthia daniel daniela david deborah deepak denis dennis diana diego dieter dimitri dirk "
     "dmitri dominik donald dora doris dorothea edward elena eleni elif elisa elisabeth elizabeth elke ella emil emily "
     "emma enrique eric erik erika ernst esther eva evelyn fabian fabio fatima felix fernando florian francesca "
     "francesco francisco francois frank franz frederic friedrich fritz gabriel gabriela george georg gerald gerd "
     "gerhard "
     "gianni giorgio giovanni giulia giuseppe gloria grace greg grzegorz guido gunther gustav hanna hannah hans harald "
     "harry hassan heather heike heinrich heinz helen helena helga helmut henri henrik henry herbert hiroshi holger "
     "hugo ian ibrahim igor ina ines ingrid irene irina isabel isabella ivan jack jacob jacques jakob jakub james jan "
     "jana jane janet jason javier jean jeff jennifer jens jessica jesus jim jo joan joanna joao joe joel johan johann "
     "johanna johannes john jonas jonathan jordan jorge jose josef joseph juan judith julia julian julie julien jurgen "
     "justin kai karen karim karin karl katarzyna kate katharina katherine kathrin katja kelly kenji kevin kim klaus "
     "konrad krzysztof kumar lars laura lea lena leo leon leonardo lina linda lisa liu lorenzo louis louise luca lucas "
     "lucia lucy luigi luis luisa lukas lukasz magdalena manfred manuel manuela marc marcel marcin marco marcus "
     "margaret "
     "maria mariam marie marina mario marion mark marko markus marta martha martin martina mary mateusz mathias "
     "matteo matthew matthias max maximilian mehmet mei melanie michael michaela michal michel michele miguel mike "
     "mikhail "
     "milan miriam mohamed mohammed monica monika muhammad nadia nadine nancy natalia natalie nathan nick nicola "
     "nicolas nicole niels nikolai nils nina noah nora norbert olaf oleg olga oliver olivia olivier omar oscar oskar "
     "otto pablo paola paolo pascal patricia patrick paul paula paulo pavel pedro peter petra philip philipp philippe "
     "pierre piotr priya rachel rafael rainer raj rajesh ralf ralph ramon raul ravi rebecca regina reinhard renate "
     "rene "
     "ricardo riccardo richard rita robert roberto robin rodrigo roger roland rolf roman ronald rosa rosemary rudolf "
     "russell "
     "ruth ryan sabine sally salma sam samantha samir samuel sandra sara sarah sebastian sergei sergio sharon silke "
     "silvia simon simone sofia sonia sonja sophia sophie stefan stefanie stefano steffen stella stephan stephanie "
     "stephen steve steven sunita susan susanne sven svetlana sylvia takashi tamara tanja tara tatiana teresa theo "
     "theresa thomas tim timo tina tobias tom tomas tomasz toni tony torsten ulrich ulrike ursula uwe valentina "
     "valerie "
     "vera veronika victor victoria viktor vincent virginia vladimir volker walter wei werner wilhelm will william "
     "wojciech wolfgang xavier yan yasmin yuki yuri yusuf yves zhang zoe анна иван мария сергеи александр елена "
     "дмитрии "
     "ольга андреи наталья"},
    {WORD_COMMON,
     "the a an and or of for with from to in on at by your our we you us please thank thanks dear hello hi hey regards "
     "best "
     "kind warm sincerely yours cheers call contact visit email mail phone fax tel web website www http https page "
     "copy "
     "date subject re fwd cc bcc sent total subtotal invoice order number amount price tax vat payment due terms "
     "conditions privacy policy office headquarters support help info news newsletter unsubscribe all rights reserved "
     "copyright street road avenue strasse str platz rue via calle city state country monday tuesday wednesday "
     "thursday "
     "friday saturday sunday january february march april june july august september october november december und "
     "oder "
     "der die das mit von fur bei sehr geehrte geehrter liebe lieber grusse freundlichen viele bitte danke sie wir uns "
     "unser ihre ihr et ou les des pour avec vous nous votre notre merci bonjour cordialement el los las con para por "
     "su nuestro gracias saludos hola il gli per cordiali saluti grazie met vriendelijke groet error warning failed "
     "success login logout request response user password reset note notes yes no not none unknown null true false new "
     "old open closed active inactive pending meeting minutes agenda next steps team department this that is are was "
     "be have has can will free now today click here more united states kingdom north south east west"},
    {WORD_SAYS_EMAIL, "email emails mail mails emailaddress mailadresse courriel correo posta mailaddress epost "
                      "sahkoposti 邮箱 电子邮件 メール почта"},
    {WORD_SAYS_PHONE,
     "phone phones tel telephone telefon telefono telefone telefoon mobile mobil mobiltelefon handy cell cellphone "
     "movil "
     "portable cellulare gsm fax telefax rufnummer durchwahl celular komorka telnr phonenumber mobilephone puhelin "
     "direct extension whatsapp 手机 电话 電話 電話番号 телефон 전화"},
    {WORD_SAYS_PROFILE, "linkedin xing profile profil url twitter facebook"},
    {WORD_SAYS_NAME,
     "name names fullname contact kontakt ansprechpartner nom nombre nome naam fn n person prospect client kunde "
     "displayname contactname interlocuteur contacto contatto imie nazwisko lead 姓名 氏名 名前 имя фио 이름"},
    {WORD_SAYS_PART, "first last firstname lastname given family surname forename middle vorname nachname familienname "
                     "prenom apellido apellidos cognome voornaam achternaam givenname sn familyname sobrenome fornamn "
                     "efternamn фамилия 姓 名"},
    {WORD_SAYS_COMPANY,
     "company organization organisation org firma unternehmen account employer societe entreprise empresa "
     "azienda ditta bedrijf business companyname firm o arbeitgeber foretag firmenname accountname 公司 会社 会社名 "
     "компания организация 회사"},
    {WORD_SAYS_TITLE,
     "title job jobtitle position role function funktion rolle stelle beruf poste fonction cargo puesto "
     "ruolo functie stanowisko occupation headline titel designation 职位 役職 должность"},
    {WORD_SAYS_OTHER,
     "city town street address adresse country state region zip postcode plz ort stadt land strasse note notes comment "
     "status stage date datum created updated amount price total quantity qty id number nr no sku article item product "
     "produkt artikel description beschreibung currency iban bic account invoice order rechnung kunde kundennummer "
     "owner source industry branche type category ip time timestamp level message host version size weight hours "
     "project task balance saldo betrag menge preis ean isbn serial uuid ville pays rue montant fecha ciudad pais "
     "precio citta prezzo data action event subject"},
    {WORD_ILLNESS,
     "diabetes diabetic hypertension cancer carcinoma tumor tumour leukemia leukaemia lymphoma asthma copd epilepsy "
     "depression depressive schizophrenia bipolar anxiety dementia alzheimer alzheimers parkinson stroke hiv aids "
     "hepatitis tuberculosis pneumonia influenza covid infarction angina arrhythmia anemia anaemia arthritis "
     "osteoporosis migraine psoriasis eczema sclerosis fibrosis cirrhosis pregnancy miscarriage chemotherapy insulin "
     "metformin lisinopril amlodipine atorvastatin simvastatin ibuprofen prednisone warfarin heparin sertraline "
     "fluoxetine citalopram diazepam lorazepam methadone amoxicillin levothyroxine omeprazole ramipril bisoprolol "
     "diabetisch bluthochdruck krebs brustkrebs schlaganfall herzinfarkt demenz epilepsie depressionen rheuma "
     "schwangerschaft cancers diabete hypertonie asthme epilepsia cancer depresion demencia embarazo tumore ictus "
     "hypertonia cukrzyca nowotwor infection melanoma arthrose allergie hypothyroidism thrombosis thrombose sepsis"},
    {WORD_PATIENT,
     "patient patients patientin diagnosed diagnosis diagnose diagnostiziert prescribed prescription treated treatment "
     "therapy therapie symptoms suffers suffering mrn anamnese befund leidet erkrankt behandelt verschrieben "
     "diagnostique paciente paziente patiente souffre atteint diagnosticado diagnosticada padece sufre diagnosi "
     "prognosis hospitalized hospitalised admitted discharged dosage mg medication medikation krankgeschrieben"},
    {WORD_PERSON,
     "he she his her him him mr mrs ms er sie seine seiner ihr ihre ihrer herr frau il elle son sa el ella su "
     "lui lei ze zijn haar dob geb geboren born nee ne"},
    {WORD_DEAL,
     "pipeline opportunity opportunities quota forecast forecasts forecasted upsell crosssell winrate "
     "negotiation verhandlung abschlusswahrscheinlichkeit umsatzprognose verkaufschance verkaufschancen arr mrr "
     "acv tcv opportunite opportunites oportunidad oportunidades previsione trattativa qualified closedwon "
     "closedlost cotevendita walkaway dealsize vertriebsprognose"},
    {WORD_DEAL_TOO,
     "deal deals stage probability win won lost discount discounts rabatt nachlass pricing floor margin marge "
     "closing close commit renewal proposal abschluss prognose angebot wahrscheinlichkeit remise descuento "
     "sconto phase etape fase etapa cierre chiusura bookings churn target ziel mindestpreis bestcase"},
    {WORD_SECRET, "confidential vertraulich confidentiel confidentielle confidencial riservato riservata confidenziale "
                  "vertrouwelijk fortrolig fortroligt konfidentiell konfidentiellt luottamuksellinen poufne duverne "
                  "konfidenziell verschlusssache bizalmas конфиденциально секретно 機密 社外秘 机密 대외비"},
    {WORD_SECRET_TOO,
     "internal intern interne interner internes internen interno interna interni secret geheim segreto "
     "secreto restricted proprietary privileged sekretess hemlig tajne nda sensitive wewnetrzne"},
    {WORD_MARK,
     "only use strictly streng strikt strictement estrictamente strettamente highly commercial commercially "
     "commercially company document dokument documento document business information do not distribute "
     "distribution copy forward for fur den zum gebrauch nur dienstgebrauch usage uso exclusivamente solo solamente "
     "in confidence and und et y e a top very trade for eyes your private personal prive not nicht weitergeben "
     "classification classified klassifizierung sensitivity keywords label confidentiality vertraulichkeit draft "
     "entwurf wewnetrznego uzytku kun voor gebruik uniquement reservado seulement diffuser ne pas"},
    {WORD_DISCLAIMER, "email mail message recipient recipients intended addressee sender disclose disclosure nachricht "
                      "empfanger adressat destinataire destinatario mensaje messaggio"},
    {WORD_NATIONAL_ID,
     "ssn social security nino insurance steuerid steueridentifikationsnummer idnr steuernummer tin nir insee "
     "secu securite sociale dni nie nif codice fiscale bsn burgerservicenummer sofinummer pesel "
     "personnummer nationalid taxid nationality identifikationsnummer identity"},
    {WORD_ORDINARY, wording_ordinary},
};
const size_t word_list_count = sizeof word_lists / sizeof *word_lists;
