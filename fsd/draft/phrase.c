#include "draft/phrase.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* One row is one role in all languages; phrases are divided by '|' and written folded. */
static const struct {
    enum phrase_role role;
    const char *phrases;
} table[] = {
    {PHRASE_FIRST, "i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we're|we've|we'll|our|ours"},
    {PHRASE_FIRST, "ich|mir|mich|mein|meine|meinen|meinem|meiner|wir|uns|unser|unsere|unseren|unserem|unserer"},
    {PHRASE_FIRST, "je|j'ai|j'en|j'y|j'étais|j'aime|j'avais|moi|mon|ma|m'a|m'ont|nous|notre|nos"},
    {PHRASE_FIRST, "yo|mi|mis|me|nosotros|nosotras|nos|nuestro|nuestra|nuestros|nuestras|estoy|tengo|creo|soy"},
    {PHRASE_FIRST, "mio|mia|noi|nostro|nostra|ho|meu|minha|nós|nosso|nossa|ik|mijn|wij|ons|onze"},
    {PHRASE_FIRST,
     "llevo|quiero|puedo|voy|hago|sé|sigo|espero|recuerdo|aprendí|empecé|perdí|hemos|tenemos|estamos|somos|vamos"},
    {PHRASE_FIRST, "sono|abbiamo|siamo|vorrei|credo|temos|somos|estou|tenho|jestem|mój|moja|nasz|jag|vår"},
    {PHRASE_FIRST, "io|mi|ci|nostri|nostre|eu|meus|minhas|nossos|nossas|wij|mij|jestem|jesteśmy|mamy|mnie|nas|nam"},
    {PHRASE_FIRST, "nasze|naszej|moje|vi|oss|vårt|våra|mig|mitt|mina"},
    {PHRASE_FIRST,
     "ich hab|mam|byłem|byłam|mną|nami|naszą|naszych|naszym|chcę|mogę|robię|lubię|wiem|vores|vore|jeg|miei"},
    {PHRASE_FIRST, "mie|teve|fiz|fui|tive|quis|fico"},
    {PHRASE_SELF,
     "i|i'm|i've|i'd|i'll|me|my|mine|myself|ich|mir|mich|mein|meine|meinen|meinem|meiner|je|j'ai|moi|mon|ma"},
    {PHRASE_SELF, "yo|mi|mis|llevo|quiero|puedo|estoy|tengo|creo|soy|mio|mia|meu|minha|ik|mijn|jag|mój|moja|jestem"},
    {PHRASE_SECOND, "you|your|yours|you're|you've|you'll|you'd|yourself"},
    {PHRASE_SECOND, "du|dir|dich|dein|deine|deinen|deinem|deiner|ihr|euch|euer|eure|euren|eurem|eurer"},
    {PHRASE_SECOND, "tu|toi|ton|tes|t'as|vous|votre|vos|avez-vous|pensez-vous"},
    {PHRASE_SECOND, "tú|te|ti|tus|usted|ustedes|vosotros|vuestro|vuestra|vuestros|vuestras"},
    {PHRASE_SECOND, "voi|vostro|vostra|você|vocês|jij|jouw|jullie|je"},
    {PHRASE_SECOND, "tuo|tua|vostri|vostre|uw|jou|dig|dina|ditt|ert|era|wam|wasz|wasze|twój|twoja|ciebie"},
    {PHRASE_SECOND, "din|ni|u|twoje|twoim|wasza|waszych|masz|macie|ty|wy|vi|tuoi|tue|teu|teus|tuas|seu|sua|dere|deg"},
    {PHRASE_THIRD, "she|her|hers|he's|him|his|she's|er|elle|elles|ella|él|lui"},

    {PHRASE_ASK,
     "what do you think|what are your thoughts|your thoughts|any thoughts|what would you|how do you|do you agree"},
    {PHRASE_ASK,
     "agree or|let me know|tell me|drop me|drop a|dm me|message me|comment below|in the comments|the comments"},
    {PHRASE_ASK, "follow me|follow for|follow along|tag a|tag your|save this|double tap|raise your hand|share "
                 "this|repost|tag someone|link in bio|link below|sign up|join us|reach out"},
    {PHRASE_ASK, "who else|am i the only|have you|what's your|what is your|how are you|change my mind|ping me"},
    {PHRASE_ASK, "was denkt ihr|was denkst du|was meint ihr|was meinst du|wie seht ihr|wie siehst du|wie geht ihr"},
    {PHRASE_ASK, "schreibt mir|schreib mir|in die kommentare|in den kommentaren|im kommentar|eure meinung|folgt mir"},
    {PHRASE_ASK, "wie macht ihr|was sind eure|link im|meldet euch|melde dich|seht ihr das|habt ihr|kennt ihr"},
    {PHRASE_ASK,
     "qu'en pensez-vous|qu'en penses-tu|et vous|dites-moi|en commentaire|en commentaires|vos avis|votre avis"},
    {PHRASE_ASK, "suivez-moi|partagez|écrivez-moi|contactez-moi|rejoignez|rejoignez-nous|êtes-vous|avez-vous"},
    {PHRASE_ASK,
     "qué opináis|qué opinas|qué opinan|qué pensáis|qué piensas|qué os parece|y tú|y vosotros|os leo|te leo"},
    {PHRASE_ASK, "en comentarios|en los comentarios|déjame|cuéntame|contadme|escríbeme|sígueme|comparte|te ha pasado"},
    {PHRASE_ASK,
     "che ne pensate|nei commenti|e voi|o que acham|nos comentários|wat denk jij|wat vinden jullie|in de reacties"},

    {PHRASE_ASK, "thoughts|curious to hear|love to hear|hear from you|what's your take|what about you|which one"},
    {PHRASE_ASK, "who's in|who's with me|who's joining|vote|vote below|in the comment|first comment|drop your|drop us"},
    {PHRASE_ASK, "dm us|dms are open|send me a message|send us a message|message us|swipe|tag them|tag us|share your"},
    {PHRASE_ASK, "tell us|show us|spread the word|pass it on|retweet|rt if|follow us|like if|be honest|guess|comment"},
    {PHRASE_ASK, "comments|know someone|who's coming|who wants|what would|when did you|when was the last time"},
    {PHRASE_ASK, "what did you|ever had|has anyone|or is it just me|what's one|what else"},
    {PHRASE_ASK, "eure erfahrungen|eure gedanken|was sagt ihr|was sagst du|wie handhabt ihr|wie haltet ihr|wie macht"},
    {PHRASE_ASK, "wer ist dabei|wer kommt|wer noch|wer von euch|schreibt es|schreib es|schreibt uns|schreib uns"},
    {PHRASE_ASK, "kommentiert|kommentar|kommentare|kommentaren|gerne teilen|markiert|markiere|verlinkt|folgt uns"},
    {PHRASE_ASK, "folge mir|stimmt ab|schaut vorbei|schau vorbei|sichert euch|sichere dir|erzählt|erzähl|verratet"},
    {PHRASE_ASK, "ehrliche frage|hand aufs herz|und ihr|und du|und bei euch|seid ihr|wart ihr"},
    {PHRASE_ASK, "et toi|ton avis|dites-nous|dis-moi|racontez|racontez-moi|commentez|commentaire|commentaires"},
    {PHRASE_ASK,
     "merci de partager|partage|likez|abonnez-vous|taguez|identifiez|venez nous|qui vient|qui sera|lien en"},
    {PHRASE_ASK, "en message privé|en mp|écris-moi|contactez-nous|votez|vous aussi|et chez vous"},
    {PHRASE_ASK, "cuál es tu|cuál es vuestra|cuéntanos|contadnos|dinos|decidnos|comenta|comentad|comentarios|etiqueta"},
    {PHRASE_ASK, "etiquetad|compartid|guarda este|síguenos|apúntate|escríbenos|enlace en|vota|nos vemos|te vienes"},
    {PHRASE_ASK, "vienes|qué harías|cuánto|y a ti|y usted|y ustedes|a quién"},
    {PHRASE_ASK, "e tu|cosa ne pensate|che ne pensi|raccontatemi|raccontami|raccontateci|ditemi|dimmi|diteci|dicci"},
    {PHRASE_ASK, "scrivimi|scrivetemi|scriveteci|commentate|commenti|taggate|tagga|condividi|condividete|seguiteci"},
    {PHRASE_ASK, "seguimi|iscriviti|iscrivetevi|chi viene|passate a|venite a|quanti di voi|come fate"},
    {PHRASE_ASK, "e vocês|e você|o que achas|o que você|qual é a tua|qual é a sua|conta-me|conta-nos|contem|me conta"},
    {PHRASE_ASK, "comentem|comentários|partilhem|partilha|compartilhe|marquem|marque|segue-me|siga|inscrevam-se"},
    {PHRASE_ASK, "inscreve-te|inscreva-se|quem vem|quem mais|apareçam"},
    {PHRASE_ASK, "wat vind jij|wat vind je|hoe doen jullie|hoe doe jij|wie komt|wie gaat|wie herkent|herkenbaar"},
    {PHRASE_ASK, "reageer|reacties|laat het weten|laat weten|delen mag|tag|volg mij|volg ons|stuur me|stuur ons"},
    {PHRASE_ASK, "stuur een|meld je|schrijf je|benieuwd naar|en jij|en jullie|kom je"},
    {PHRASE_ASK, "a wy|a ty|co myślicie|co sądzicie|dajcie znać|daj znać|napisz|napiszcie|komentarzu|komentarzach"},
    {PHRASE_ASK, "oznacz|oznaczcie|udostępnij|udostępnijcie|obserwuj|obserwujcie|kto będzie|kto jedzie|zarejestruj"},
    {PHRASE_ASK, "jak wy|a jak|macie|czy wy"},
    {PHRASE_ASK, "vad tycker|vad tror|hur gör|berätta|skriv i|kommentarerna|kommentarsfältet|kommentera|dela|följ"},
    {PHRASE_ASK, "anmäl|anmäl dig|länk i|vem kommer|vilka kommer|hör av|och ni|och du|vad är ditt|hva tenker"},
    {PHRASE_ASK, "kommentarfeltet"},
    {PHRASE_COVER,
     "my draft|here's a draft|here is a draft|draft below|draft post|post draft|the draft for|draft for our"},
    {PHRASE_COVER, "here's the draft|here is the draft|a draft of|draft of a|draft of the post|linkedin draft"},
    {PHRASE_COVER, "ok to post|okay to post|fine to post|good to post|safe to post|before i post|before i publish"},
    {PHRASE_COVER,
     "before it goes out|my post|this post|the post below|post for linkedin|linkedin post|can i post this"},
    {PHRASE_COVER, "i'd like to post|i want to post|planning to post|going to post|i would post|would like to post"},
    {PHRASE_COVER, "mein entwurf|entwurf für|der entwurf|ein entwurf|meinen entwurf|den entwurf|mein post|meinen post"},
    {PHRASE_COVER,
     "mein beitrag|meinen beitrag|linkedin-post|linkedin-beitrag|so posten|bevor ich poste|würde ich posten"},
    {PHRASE_COVER,
     "mon brouillon|le brouillon|un brouillon|mon post|mon projet de post|avant de publier|avant publication"},
    {PHRASE_COVER,
     "ce post|post linkedin|projet de post|voici mon|mi borrador|un borrador|el borrador|mi post|este post"},
    {PHRASE_COVER, "antes de publicar|antes de publicarlo|post para linkedin|publicación para linkedin|borrador de"},
    {PHRASE_COVER,
     "put this on|put this up|stellst du das|stell das bitte|mets ça sur|pon esto en|zet dit op|zet dit online"},
    {PHRASE_COVER, "here's the text|here is the text|this one's for|this one is for|could you post|can you post"},
    {PHRASE_COVER, "can someone post|please post|post this|publish this|before it goes|before this goes"},
    {PHRASE_COVER, "goes on our linkedin|on my own profile|on my profile|ok to publish|okay to publish"},
    {PHRASE_COVER, "ready to publish|ready to post|ok to go out"},
    {PHRASE_COVER, "hier der text|hier mein text|der text für|text für linkedin|zum posten|posten wir"},
    {PHRASE_COVER, "auf meinem profil|kann das so raus|so online|voici le texte|le texte pour|à publier"},
    {PHRASE_COVER, "peux-tu publier|sur mon profil|aquí va el texto|el texto para|puedes publicar|en mi perfil"},
    {PHRASE_COVER, "ecco il testo|il testo per|da pubblicare|puoi pubblicare|aqui vai o texto|o texto para"},
    {PHRASE_COVER, "para publicar|podes publicar|hier de tekst|de tekst voor|tekst voor linkedin|op linkedin zetten"},
    {PHRASE_COVER, "kun je dit plaatsen|oto tekst|tekst na|do publikacji|här är texten|texten till|kan du lägga upp"},
    {PHRASE_POST, "post|posts|caption|carousel|instagram|tweet|tweets|draft|drafts|linkedin|beitrag|entwurf|brouillon|"
                  "borrador|publicación"},
    {PHRASE_POST, "version|variante|variant|variante|option|opción|publication|bozza|thread|versión|take"},

    {PHRASE_GREET,
     "hi|hello|dear|hey|good morning|good afternoon|hallo|liebe|lieber|liebes|sehr geehrte|sehr geehrter"},
    {PHRASE_GREET, "guten tag|guten morgen|moin|servus|ladies and gentlemen|meine "
                   "damen|mesdames|señoras|bonjour|cher|chère|chers|madame|monsieur|salut|hola|estimado"},
    {PHRASE_GREET,
     "estimada|estimados|querido|querida|buenos días|buenas tardes|ciao|gentile|caro|cara|olá|beste|prezado"},
    {PHRASE_EVERYONE, "everyone|everybody|all|network|friends|community|linkedin|folks|team linkedin|connections"},
    {PHRASE_EVERYONE, "zusammen|netzwerk|leute|an alle|community|réseau|tous|toutes|todos|todas|red|tutti|pessoal"},
    {PHRASE_CLOSE,
     "best regards|kind regards|warm regards|regards|best wishes|all the best|best|cheers|thanks|thank you"},
    {PHRASE_CLOSE, "many thanks|sincerely|yours sincerely|yours faithfully|yours truly|mit freundlichen grüßen"},
    {PHRASE_CLOSE,
     "mit besten grüßen|viele grüße|beste grüße|liebe grüße|freundliche grüße|schöne grüße|herzliche grüße"},
    {PHRASE_CLOSE, "mfg|vg|lg|gruß|danke|vielen dank|danke und|cordialement|bien cordialement|bien à vous|sincères"},
    {PHRASE_CLOSE, "merci|merci d'avance|à bientôt|bonne journée|saludos|un saludo|un abrazo|atentamente|gracias"},
    {PHRASE_CLOSE,
     "muchas gracias|cordiali saluti|distinti saluti|grazie|atenciosamente|met vriendelijke groet|groeten"},
    {PHRASE_CLOSE, "veuillez agréer|saludos cordiales|un cordial saludo|abrazos|cdt|br|viele liebe grüße"},
    {PHRASE_BULK, "to unsubscribe|unsubscribe here|view in browser|view this email|manage preferences|update your "
                  "preferences|opt out"},
    {PHRASE_BULK,
     "email preferences|you are receiving this|you're receiving this|newsletter abmelden|newsletter abbestellen"},
    {PHRASE_BULK, "im browser ansehen|im browser anzeigen|se désabonner|se désinscrire|désabonnement|désinscription"},
    {PHRASE_BULK,
     "darse de baja|darte de baja|cancelar la suscripción|ver en el navegador|annulla iscrizione|afmelden"},
    {PHRASE_LEAVE, "unsubscribe|abmelden|abbestellen|desinscription|baja|afmelden"},
    {PHRASE_RELEASE, "for immediate release|press release|press contact|media contact|media inquiries|media enquiries"},
    {PHRASE_RELEASE, "notes to editors|pressemitteilung|medienmitteilung|pressekontakt|medienkontakt|zur sofortigen"},
    {PHRASE_RELEASE, "communiqué de presse|contact presse|nota de prensa|contacto de prensa|comunicado de prensa"},
    {PHRASE_RELEASE,
     "über das unternehmen|about the company|comunicato stampa|persbericht|à propos de|diffusion immédiate"},
    {PHRASE_CLOSE,
     "love|lots of love|hugs|big hug|xoxo|xx|see you|talk soon|take care|warmly|bis bald|bis dann|bis morgen"},
    {PHRASE_CLOSE, "bises|bisous|besos|beijos|un beso|baci|un abbraccio|abraços|um abraço|alles liebe|dicken drücker"},
    {PHRASE_CLOSE, "groetjes|groet|liefs|hälsningar|med vänlig hälsning|pozdrawiam|tanti saluti|a presto|hasta pronto"},
    {PHRASE_STARS, "stars|sterne|sternen|étoiles|estrellas|stelle|sterren|estrelas|gwiazdek|stjärnor"},
    {PHRASE_PUBLIC, "thank you to|thanks to all|thanks to everyone|thanks to our|thanks to my|thank you everyone|huge "
                    "thanks|big thanks|thank you all|shout-out|shoutout"},
    {PHRASE_PUBLIC, "grateful|proud|congratulations|congrats|welcome to the team|we're hiring|we are hiring|hiring"},
    {PHRASE_PUBLIC, "is looking for|we are looking for|we're looking for|excited to|thrilled|delighted|happy to share"},
    {PHRASE_PUBLIC, "announce|join us|come by|stop by|drop by|see you there|see you in|save the date|apply here"},
    {PHRASE_PUBLIC,
     "register|free to join|webinar|learn more|read more|open our doors|big news|personal news|milestone"},
    {PHRASE_PUBLIC, "danke an|danke euch|dank an|dankbar|stolz|glückwunsch|herzlichen glückwunsch|willkommen im team"},
    {PHRASE_PUBLIC,
     "wir suchen|wir stellen ein|kommt vorbei|meldet euch an|jetzt anmelden|anmeldung|freuen uns|mehr dazu"},
    {PHRASE_PUBLIC,
     "merci à|merci aux|fier|fière|fiers|félicitations|bravo|bienvenue|nous recrutons|on recrute|inscription"},
    {PHRASE_PUBLIC, "inscriptions|venez|rendez-vous|ravi|ravie|heureux|gracias a|gracias por|orgulloso|orgullosa"},
    {PHRASE_PUBLIC, "orgullosos|enhorabuena|felicidades|bienvenido|bienvenida|buscamos|inscríbete|os esperamos"},
    {PHRASE_PUBLIC, "grazie a|orgoglioso|orgogliosa|complimenti|benvenuto|benvenuta|cerchiamo|vi aspettiamo"},
    {PHRASE_PUBLIC, "obrigado a|obrigada a|orgulho|parabéns|bem-vindo|bem-vinda|contratando|procuramos"},
    {PHRASE_PUBLIC, "dank aan|bedankt|trots|gefeliciteerd|welkom|wij zoeken|we zoeken|tack till|stolt|stolta|grattis"},
    {PHRASE_PUBLIC, "välkommen|vi söker|dziękuję|dziękujemy|gratulacje|gratuluję|witamy|szukamy|zapraszamy|takk til"},
    {PHRASE_PUBLIC, "honored|honoured|humbled|pleased to announce|happy to announce|excited for|so excited|so proud"},
    {PHRASE_PUBLIC, "it's official|we did it|we're live|is live|now live|live now|now available|is now available"},
    {PHRASE_PUBLIC, "introducing|meet us|visit us|find us|warm welcome|welcome aboard|please welcome|kudos|hats off"},
    {PHRASE_PUBLIC, "props to|here's to|cheers to|happy birthday|anniversary|last call|spots left|seats are limited"},
    {PHRASE_PUBLIC,
     "giveaway|new episode|just launched|just shipped|launching|big day|well deserved|well done|can't wait"},
    {PHRASE_PUBLIC, "stay tuned|coming soon|new role|new chapter|next chapter|massive thanks|a big thank|a huge thank"},
    {PHRASE_PUBLIC, "special thanks|personal update|some personal|some news|we've moved|we're moving|years ago today"},
    {PHRASE_PUBLIC, "today marks|out now|pre-order|limited edition"},
    {PHRASE_PUBLIC, "es ist soweit|es ist so weit|es ist offiziell|wir sagen danke|wir gratulieren|gratulation"},
    {PHRASE_PUBLIC,
     "gratulieren|herzlich willkommen|willkommen an bord|freue mich|voller stolz|neues kapitel|jetzt live"},
    {PHRASE_PUBLIC, "ist live|ab sofort|gewinnspiel|dankeschön|großes danke|neu bei uns|verstärkung|tag der offenen"},
    {PHRASE_PUBLIC, "wir sind dabei|besucht uns|trefft uns|wir feiern|jubiläum|ausgezeichnet"},
    {PHRASE_PUBLIC, "c'est officiel|c'est parti|heureuse|honoré|honorée|bienvenue à|un grand merci|un immense merci"},
    {PHRASE_PUBLIC, "merci à tous|nouvelle aventure|nouveau chapitre|retrouvez-nous|retrouvez|rejoint notre"},
    {PHRASE_PUBLIC, "joyeux anniversaire|bonne route|bonne nouvelle|portes ouvertes|nous fêtons|cherche un|cherchons"},
    {PHRASE_PUBLIC,
     "ya es oficial|es oficial|gracias a todos|mil gracias|bienvenidos|qué orgullo|orgullo|nuevo capítulo"},
    {PHRASE_PUBLIC, "nueva etapa|hace ilusión|ilusión|ven a|visítanos|hoy quiero|feliz de|felices de|contentos de"},
    {PHRASE_PUBLIC, "presumir|celebramos|cumplimos|te esperamos|se busca"},
    {PHRASE_PUBLIC, "è ufficiale|siamo felici|sono felice|grazie a tutti|grazie di cuore|congratulazioni|benvenuti"},
    {PHRASE_PUBLIC,
     "nuova avventura|nuovo capitolo|ci vediamo|è arrivata|è arrivato|siamo lieti|fieri|festeggiamo|compie"},
    {PHRASE_PUBLIC, "stiamo cercando|traguardo|auguri"},
    {PHRASE_PUBLIC,
     "é oficial|muito feliz|obrigado a todos|obrigada a todos|obrigado|obrigada|novo capítulo|nova etapa"},
    {PHRASE_PUBLIC, "novo desafio|bem-vindos|venham|esperamos por|completamos|abrimos as portas|vagas"},
    {PHRASE_PUBLIC,
     "het is officieel|trots op|proficiat|welkom bij|bedankt voor|dank je wel|dank jullie|dankbaar|zin in"},
    {PHRASE_PUBLIC, "kom langs|tot dan|nieuwe stap|vacature|kom jij|ben jij|we vieren|jubileum|zoeken een|hoera|feest"},
    {PHRASE_PUBLIC, "miło nam|z dumą|dumny|dumna|dumni|z radością|gratulujemy|do zobaczenia|zapraszam|mamy to|dołącz"},
    {PHRASE_PUBLIC, "aplikuj|rekrutujemy|świętujemy|dziękujemy wszystkim|nowy rozdział|oferujemy|wracamy"},
    {PHRASE_PUBLIC, "vi är stolta|stort tack|tack alla|glada att|äntligen|lanserar|släpper|välkomna|vi ses|kom förbi"},
    {PHRASE_PUBLIC, "nytt kapitel|nytt jobb|nya jobb|vi anställer|vi rekryterar|vi firar|firar|bjuder in|gratulerer"},
    {PHRASE_PUBLIC, "stolte|velkommen"},
    {PHRASE_WHEN,
     "today|yesterday|this morning|last night|last week|last month|last year|this week|years ago|months ago"},
    {PHRASE_WHEN,
     "weeks ago|heute|gestern|letzte woche|letzten monat|letztes jahr|diese woche|vor einem jahr|vor zwei"},
    {PHRASE_WHEN, "vor drei|vor zehn|aujourd'hui|hier soir|il y a|la semaine dernière|ce matin|hoy|ayer|esta semana"},
    {PHRASE_WHEN, "la semana pasada|hace|oggi|ieri|anni fa|settimana scorsa|hoje|ontem|há|semana passada|vandaag"},
    {PHRASE_WHEN, "gisteren|vorige week|deze week|jaar geleden|dziś|dzisiaj|wczoraj|temu|idag|igår|i dag|i går|förra"},
    {PHRASE_REQUEST,
     "can you|could you|would you mind|can i|could i|please|kannst du|könntest du|können sie|könnten sie"},
    {PHRASE_REQUEST, "bitte|peux-tu|tu peux|pouvez-vous|pourriez-vous|s'il te plaît|s'il vous plaît|merci de|puedes"},
    {PHRASE_REQUEST, "podrías|podría|por favor|puoi|potresti|può|per favore|você pode|kun je|wil je|wil jij|kunt u"},
    {PHRASE_REQUEST, "kan du|kan ni|snälla|czy możesz|proszę|prosimy"},
    {PHRASE_FORMULA, "i am writing|i'm writing to|thank you for your|thanks for your|further to|with reference to"},
    {PHRASE_FORMULA, "do not hesitate|don't hesitate|hearing from you soon|hope you are well|hope this finds"},
    {PHRASE_FORMULA, "hope you're well|mr|mrs|ms|when we spoke|as mentioned|per our|on our call"},
    {PHRASE_FORMULA, "vielen dank für ihr|vielen dank für ihre|vielen dank für das|danke für deine|danke für ihre"},
    {PHRASE_FORMULA, "bezug nehmend|für rückfragen|stehe ich ihnen|herr|herrn|frau|wie telefonisch|hänge ich an"},
    {PHRASE_FORMULA, "suite à|dans l'attente de|je reste à|mme|m. |monsieur|madame|comme évoqué"},
    {PHRASE_FORMULA, "quedo a|en respuesta|no dude en|le adjunto|te adjunto|como comentamos|sra|sr|in riferimento"},
    {PHRASE_FORMULA,
     "resto a disposizione|in attesa di|le invio|ti mando|dott|naar aanleiding|mevrouw|meneer|dhr|mevr"},
    {PHRASE_FORMULA, "fico a aguardar|na sequência|envio em|w odpowiedzi|w razie pytań|pan|pani|panie|med anledning"},
    {PHRASE_FORMULA,
     "i've attached|i attached|is attached|are attached|attached is|attached are|attached you|see attached|attached "
     "the|enclosed|as discussed|as agreed|as promised|as requested|see below|please find|asap|fyi"},
    {PHRASE_FORMULA,
     "anbei|im anhang|anhang|wie besprochen|wie vereinbart|wie gewünscht|ci-joint|ci-joints|en pièce jointe"},
    {PHRASE_FORMULA,
     "comme convenu|adjunto|adjunta|adjuntos|como acordamos|in allegato|come d'accordo|em anexo|conforme "
     "combinado|bijgevoegd|bijlage|zoals besproken|w załączniku|załączniku|bifogat|bifogar|enligt överenskommelse"},
    {PHRASE_WORK,
     "customer|customers|client|clients|buyer|buyers|prospect|prospects|team|teams|colleague|colleagues|sales"},
    {PHRASE_WORK, "company|companies|business|deal|deals|demo|pitch|lead|leads|quote|quotes|crm|proposal|pipeline|boss|"
                  "manager|leaders|reps|rep|office|career"},
    {PHRASE_WORK,
     "kunde|kunden|kundin|kollege|kollegin|kollegen|vertrieb|firma|unternehmen|büro|azubi|angebot|chef|équipe"},
    {PHRASE_WORK, "entreprise|collègue|collègues|cliente|clientes|vente|ventes|métier|equipo|empresa|ventas|compañero"},
    {PHRASE_WORK,
     "oficina|clienti|azienda|colleghi|vendite|vendas|equipe|klant|klanten|collega|bedrijf|verkoop|klient"},
    {PHRASE_WORK, "klienta|firmy|zespół|sprzedaży|kund|kunder|företag|kollega|kundene|kunden"},
    {PHRASE_LEGAL, "shall|hereby|herein|hereinafter|thereof|hereto|pursuant to|notwithstanding|the parties|warranties"},
    {PHRASE_LEGAL, "gemäß|vertragsparteien|auftraggeber|auftragnehmer|les parties|ci-après|conformément|las partes"},
    {PHRASE_LEGAL,
     "en virtud|el presente contrato|le présent contrat|le prestataire|dieser vertrag|jurisdiction|indemnify"},
};

/* Phrases by the hash of their first word; built once, read only afterwards. */
enum { PHRASES_MOST = 2048, BUCKETS = 4096 };

struct phrase {
    const char *text;
    uint32_t hash; /* of its first word */
    uint16_t len;
    uint8_t role;
    uint16_t next; /* in its bucket, plus 1 */
};

static struct phrase phrases[PHRASES_MOST];
static uint16_t buckets[BUCKETS];
static pthread_once_t built = PTHREAD_ONCE_INIT;

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 || c == '\'' || c == '-' || (c >= '0' && c <= '9');
}

static size_t word_len(const char *text, size_t len, uint32_t *hash)
{
    size_t n = 0;
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; n < len && is_word_byte(text[n]); n++)
        h = (h ^ (unsigned char)text[n]) * 16777619u;
    *hash = h ^ h >> 15;
    return n;
}

static void build_index(void)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (const char *p = table[i].phrases; *p != 0 && count < PHRASES_MOST;) {
            size_t len = strcspn(p, "|");
            uint32_t hash;
            word_len(p, len, &hash);
            phrases[count] = (struct phrase){p, hash, (uint16_t)len, (uint8_t)table[i].role, buckets[hash % BUCKETS]};
            buckets[hash % BUCKETS] = (uint16_t)++count;
            p += len + (p[len] == '|');
        }
}

static bool begins_with(const char *text, size_t len, uint32_t hash, const struct phrase *p)
{
    return p->hash == hash && p->len <= len && memcmp(text, p->text, p->len) == 0 &&
           (p->len == len || !is_word_byte(text[p->len]));
}

/* Where verbs need no pronoun, their endings say "we": Spanish and Portuguese "llegamos", Italian "abbiamo". */
static bool is_we_verb(const char *word, size_t len)
{
    static const char endings[][5] = {"amos", "emos", "imos", "iamo"};
    for (size_t i = 0; len >= 6 && i < sizeof endings / sizeof *endings; i++)
        if (memcmp(word + len - 4, endings[i], 4) == 0)
            return true;
    return false;
}

void phrase_count(const char *folded, size_t len, struct phrase_counts *to)
{
    pthread_once(&built, build_index);
    for (size_t at = 0; at < len;) {
        uint32_t hash;
        size_t word = word_len(folded + at, len - at, &hash);
        to->of[PHRASE_FIRST] += is_we_verb(folded + at, word);
        if (word > 0)
            for (unsigned p = buckets[hash % BUCKETS]; p != 0; p = phrases[p - 1].next)
                if (begins_with(folded + at, len - at, hash, &phrases[p - 1]))
                    to->of[phrases[p - 1].role]++;
        at += word + 1;
    }
}

void phrase_add(struct phrase_counts *to, const struct phrase_counts *more)
{
    for (size_t i = 0; i < PHRASE_ROLES; i++)
        to->of[i] += more->of[i];
}

uint32_t phrase_at_start(const char *folded, size_t len)
{
    pthread_once(&built, build_index);
    uint32_t hash, roles = 0;
    if (word_len(folded, len, &hash) == 0)
        return 0;
    for (unsigned p = buckets[hash % BUCKETS]; p != 0; p = phrases[p - 1].next)
        if (begins_with(folded, len, hash, &phrases[p - 1]))
            roles |= 1u << phrases[p - 1].role;
    return roles;
}

size_t phrase_fold(const char *line, size_t len, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)line[i], next = i + 1 < len ? (unsigned char)line[i + 1] : 0;
        if (c >= 'a' && c <= 'z') {
            to[n++] = (char)c;
        } else if (c >= 'A' && c <= 'Z') {
            to[n++] = (char)(c | 0x20);
        } else if (c <= ' ' || (c == 0xc2 && next == 0xa0)) {
            i += c == 0xc2;
            if (n > 0 && to[n - 1] != ' ')
                to[n++] = ' ';
        } else if (c == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97) {
            to[n++] = (char)c;
            to[n++] = (char)(next | 0x20);
            i++;
        } else if (c == 0xe2 && i + 2 < len && next == 0x80 && (unsigned char)line[i + 2] == 0x99) {
            to[n++] = '\'';
            i += 2;
        } else {
            to[n++] = (char)c;
        }
    }
    while (n > 0 && to[n - 1] == ' ')
        n--;
    return n;
}
