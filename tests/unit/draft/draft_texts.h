/* Drafts of each kind, written for these tests. */
#ifndef HOLDFAST_TESTS_DRAFT_TEXTS_H
#define HOLDFAST_TESTS_DRAFT_TEXTS_H

struct sample {
    const char *kind, *text;
};

static const struct sample drafts[] = {
    {"hashtags and link",
     "Three years ago I almost quit sales.\n\nMy first quarter ended at 22% of target and nobody said a word.\n\n"
     "Today our team opened its second office in Gdansk.\n\nWhat changed? We stopped guessing and started "
     "listening.\n\n"
     "Link to the full story in the comments.\n\n#sales #leadership #growth\n"},
    {"opinion without hashtag or link",
     "Unpopular opinion: nobody reads your quarterly deck.\n\nI built forty of them. I know.\n\n"
     "The last one took me two weekends. The buyer opened it once, on a phone, in a taxi.\n\n"
     "Now I send five lines and one number. Meetings got shorter and better.\n\nHow many slides did you send last "
     "week?\n"},
    {"front matter",
     "---\nchannel: LinkedIn\nwhen: Tuesday 9:00\nstatus: ready\n---\n\nNobody ever thanked us for a longer "
     "contract.\n\nThis spring we cut ours to two pages. Our customers sign in a day now, and our lawyer "
     "has learned to whistle.\n"},
    {"cover below a subject",
     "friday\n\nTom, can you put this on our page on Friday? Photo comes later.\n\nWe've moved! From "
     "Monday you'll find us in Quay Street, two doors down from the bakery.\n\nCome by and say "
     "hello, the kettle is on.\n"},
    {"greeting that is a cover",
     "Moin Ute, hier der Text f\xc3\xbcr Montag:\n\nGestern hat unser J\xc3\xbcngster seinen "
     "ersten Kunden allein besucht. Ohne mich. Ich sa\xc3\x9f im Auto und habe gewartet.\n\nEr "
     "kam zur\xc3\xbc"
     "ck und grinste.\n\nWir sind stolz auf dich, Emil!\n"},
    {"ends in see you there",
     "Save the date! On 3 June we open our new hall in Ghent.\n\nCome by, have a waffle, see the line "
     "run.\n\nRegister for free: https://hall.example/open\n\nSee you there!\n"},
    {"a word quoted before a colon",
     "Every customer who says \"just one question\": we know you. We love you. It's never just "
     "one. \xf0\x9f\x98\x84\n"},
    {"two languages",
     "EN\nWe're hiring! Two technicians for our team in Ghent. Know somebody? Tag them!\n\nNL\nWij zoeken "
     "versterking! Twee technici voor ons team in Gent. Ken je iemand? Tag ze!\n"},
    {"opinion in one block",
     "We keep telling new reps that persistence wins. I don't think so any more. Last month I let a prospect go after "
     "the second call because we were not the right fit for them, and I told them who would be. Today they sent us two "
     "referrals. Maybe honesty is the better follow-up. What do you think?\n"},
    {"German",
     "Letzte Woche habe ich einen Auftrag verloren.\n\nUnd ich bin froh darüber.\n\nWir hätten dem Kunden etwas "
     "verkauft, das er nicht braucht. Mein Team hat das erst im dritten Gespräch verstanden.\n\n"
     "Seitdem fragen wir anders: Was passiert, wenn ihr gar nichts tut?\n\nWie macht ihr das in euren Teams?\n"},
    {"French",
     "J'ai dit non à un client hier.\n\nPas par orgueil. Parce que notre offre n'était pas faite pour lui.\n\n"
     "Il m'a remercié. C'est la première fois que cela m'arrive en dix ans.\n\n"
     "Et vous, avez-vous déjà refusé une vente ?\n\n#vente #confiance\n"},
    {"Spanish", "Ayer perdí una reunión por llegar cinco minutos tarde.\n\nMi cliente no dijo nada. No hacía falta.\n\n"
                "Desde entonces llego media hora antes y aprovecho para pensar en lo que realmente necesita.\n\n"
                "¿Y tú, qué has aprendido de tus errores este año?\n"},
    {"list with emoji",
     "5 things I wish I knew before my first trade fair 👇\n\n✅ Nobody wants your pen\n✅ Comfortable shoes beat a new "
     "suit\n"
     "✅ Write down names before lunch\n✅ Follow up within two days\n✅ Ask, don't pitch\n\nWhat would you add?\n"},
    {"short with mention",
     "So proud of the crew today! Thank you @Nadia for making our booth the place to be 🎉 Come and see us in hall 4 "
     "until Thursday. #tradefair #team\n"},
    {"thread",
     "1/4 Most demos fail in the first minute. Here is why, and what we do instead.\n\n2/4 You talk about you. Your "
     "buyer "
     "came with one worry. Ask for it before you share a screen.\n\n3/4 You show everything. Show the one thing that "
     "answers the worry, then stop.\n\n4/4 You ask for feedback. Ask for the next date. Agree?\n"},
    {"several drafts",
     "# Post 1\n\nWe said goodbye to commissions in spring.\n\nI was the loudest sceptic. I was wrong.\n\nWould you "
     "work "
     "without one?\n\n---\n\n# Post 2\n\nMy calendar has a new colour: green means nobody may book me.\n\n"
     "It is my best week in years. Try it and tell me.\n\n#focus #work\n"},
    {"cover note",
     "Hi Petra,\n\nhere's my draft for LinkedIn, ok to post?\n\nThis spring we moved our whole warehouse in one "
     "weekend.\n\nForty people, nine trucks, no accident. I have never been so tired or so proud.\n\nThank you to "
     "everyone who carried a box.\n\n#logistics #teamwork\n\nThanks,\nTom\n"},
    {"German cover note",
     "Hallo Jens,\n\nanbei mein Entwurf für LinkedIn, passt das so?\n\n---\n\nWir haben unser Büro verschenkt.\n\n"
     "Seit März sitzt dort eine Schule. Ich arbeite jetzt vom Küchentisch und vermisse nur den Kaffee.\n\n"
     "Was würdet ihr mit leeren Räumen tun?\n\n---\n\nViele Grüße\nMaren\n"},
    {"hashtags in another alphabet", "Сегодня мы открыли новый офис, и я очень горжусь нашей командой! Приходите к нам "
                                     "на кофе, расскажем всё сами. #продажи #команда #офис\n"},
    {"event",
     "We're hiring! And no, you don't need ten years of anything.\n\nYou need curiosity, a driving licence and the "
     "nerve to call people you have never met.\n\nKnow someone? Tag them below or send me a message.\n\n"
     "https://jobs.example.com/field-sales\n\n#hiring #jobs\n"},
    {"a firm's news",
     "We're excited to announce that Northfield Systems has opened a new distribution center in Rotterdam!\n"
     "\n"
     "The 12,000 sqm site will serve customers across the Benelux and create 80 jobs.\n"
     "\n"
     "A huge thank you to our partners and the local team who made this happen.\n"
     "\n"
     "Learn more: https://northfield.example/rotterdam\n"
     "\n"
     "#logistics #supplychain #Rotterdam\n"},
    {"a firm's news without a person", "Big news from the factory floor.\n"
                                       "\n"
                                       "Line 3 reached one million units today, eight weeks ahead of plan.\n"
                                       "\n"
                                       "Congratulations to the whole team in Brno.\n"
                                       "#manufacturing #milestone\n"},
    {"tweet", "Just wrapped up day one at #SaaStr. My feet hurt, my notebook is full and I met the nicest people. See "
              "you tomorrow?\n"},
    {"opinion without a question",
     "I stopped sending follow-up emails on Fridays.\n"
     "\n"
     "For years I told my team that persistence pays. It does not, when your buyer is trying to get home.\n"
     "\n"
     "Now we send them on Tuesday morning, and we say something new every time.\n"
     "\n"
     "Our reply rate doubled. Our unsubscribe rate fell to almost nothing.\n"
     "\n"
     "Less is more, as long as you mean it.\n"},
    {"opinion in long paragraphs",
     "Ten years ago a customer hung up on me after eleven seconds. I remember because I had a stopwatch running, as "
     "our manager asked us to. He believed that every second on the phone was a second closer to a deal. I believed "
     "him too.\n"
     "\n"
     "Today I run a team of fourteen people, and we have no stopwatches. We have a rule instead: if the person on the "
     "other end has not spoken for thirty seconds, stop talking. It sounds simple. It is the hardest thing I have ever "
     "taught anyone.\n"
     "\n"
     "When you are nervous, you fill the silence. When you believe in your product, you fill the silence. When your "
     "quarter is not going well, you fill it even faster. And your customer, who took the call because something in "
     "their business is broken, never gets to tell you what it is.\n"
     "\n"
     "So here is my advice to anyone starting out this year. Count the words of the other person. If they say more "
     "than you, you are selling. If they say less, you are performing.\n"
     "\n"
     "I wish I had learned it before those eleven seconds.\n"},
    {"German opinion", "Kaltakquise ist tot? Von wegen.\n"
                       "\n"
                       "Gestern habe ich 37 Anrufe gemacht. 5 Gespräche, 2 Termine, 1 neuer Kunde.\n"
                       "\n"
                       "Das Telefon ist nicht das Problem. Das Problem sind Skripte, die niemand hören will.\n"
                       "\n"
                       "Mein Tipp: Ruf an, weil du etwas zu sagen hast. Nicht, weil die Liste es verlangt.\n"
                       "\n"
                       "Wie seht ihr das?\n"},
    {"German firm's news", "Wir freuen uns sehr: Unser Team wächst!\n"
                           "\n"
                           "Ab Mai verstärkt Jana den Vertrieb in Süddeutschland. Herzlich willkommen an Bord! 🎉\n"
                           "\n"
                           "#vertrieb #team #willkommen\n"},
    {"French opinion", "On me demande souvent pourquoi j'ai quitté un grand groupe pour une PME de 12 personnes.\n"
                       "\n"
                       "La réponse est simple : ici, quand un client appelle, c'est moi qui décroche.\n"
                       "\n"
                       "Pas de ticket. Pas de transfert. Une personne, un prénom, une solution.\n"
                       "\n"
                       "Je ne reviendrais en arrière pour rien au monde.\n"},
    {"Spanish without pronouns", "Llevo 15 años vendiendo y todavía me pongo nerviosa antes de cada reunión.\n"
                                 "\n"
                                 "Y está bien así.\n"
                                 "\n"
                                 "El día que deje de importarme, cambiaré de trabajo.\n"},
    {"numbered list", "7 mistakes I made in my first year as an account executive:\n"
                      "\n"
                      "1. I talked more than I listened\n"
                      "2. I sent proposals without a call\n"
                      "3. I discounted before anyone asked\n"
                      "4. I ignored the finance team\n"
                      "5. I forgot to say thank you\n"
                      "6. I never asked why we lost\n"
                      "7. I worked weekends and called it hustle\n"
                      "\n"
                      "Save this for later. Which one hurts the most?\n"},
    {"Markdown with title", "# LinkedIn post - draft\n"
                            "\n"
                            "**Nobody buys a drill because they like drills.**\n"
                            "\n"
                            "They buy the hole. Actually, they buy the shelf. Actually, they buy the look on their "
                            "partner's face when the books are finally off the floor.\n"
                            "\n"
                            "So why does your pitch deck start with the motor?\n"
                            "\n"
                            "#marketing #storytelling\n"},
    {"plan of a week",
     "Social media plan week 12\n"
     "\n"
     "Post 1 (Monday):\n"
     "Our new catalogue is here! Flip through it and tell us your favourite. #newcollection #design\n"
     "\n"
     "Post 2 (Wednesday):\n"
     "Behind the scenes: meet Paula, who has been packing your orders for 11 years. #team #logistics\n"
     "\n"
     "Post 3 (Friday):\n"
     "Friday quiz: how many parcels did we ship this week? Comment your guess!\n"},
    {"quoted in a mail", "Hello Marcus,\n"
                         "\n"
                         "could you have a quick look at this before I publish it tomorrow? Legal hasn't seen it yet.\n"
                         "\n"
                         "\"Three things I tell every new hire: Know your product. Know your customer. Know when to "
                         "shut up. The third one takes the longest. What would you add?\"\n"
                         "\n"
                         "Thanks a lot\n"
                         "Ines\n"},
    {"mail with signature",
     "Hi team,\n"
     "\n"
     "See below my LinkedIn post for the product launch. Let me know if it is OK to share.\n"
     "\n"
     "We did it! After 18 months of hard work our new platform is live. I could not be prouder of this team. If you "
     "want to see how we help sales teams save 5 hours a week, come by for a demo.\n"
     "\n"
     "#productlaunch #saas #sales\n"
     "\n"
     "Best regards,\n"
     "Julia Berger\n"
     "Marketing Manager\n"
     "Tel. +49 30 123456\n"},
    {"Portuguese", "Hoje celebramos 10 anos de empresa! 🎂 Obrigado a todos os clientes e parceiros que fazem parte "
                   "desta história. #aniversário #gratidão\n"},
    {"Dutch", "Vandaag mocht ik spreken op het congres in Utrecht. Wat een energie! Dank aan alle collega's die erbij "
              "waren. Wie zie ik volgend jaar? #sales #congres\n"},
    {"one sentence", "Proud to share that our engineers won the regional innovation award for the second year in a "
                     "row. #innovation #engineering #award\n"},
    {"numbered tips", "5 tips for your next sales call:\n"
                      "\n"
                      "1. Research the company first.\n"
                      "2. Prepare three questions.\n"
                      "3. Listen more than you talk.\n"
                      "4. Agree on the next step before you hang up.\n"
                      "5. Send a summary within an hour.\n"
                      "\n"
                      "What would you add to the list?\n"
                      "\n"
                      "#SalesTips #B2B\n"},
    {"emoji list", "🚀 Exciting news! 🚀\n"
                   "\n"
                   "We just closed our Series B!\n"
                   "\n"
                   "✨ 40 new colleagues\n"
                   "✨ 3 new markets\n"
                   "✨ 1 big mission\n"
                   "\n"
                   "Thank you to our customers, partners and investors.\n"
                   "\n"
                   "👉 Read the full story: https://northfield.example/series-b\n"
                   "\n"
                   "#startup #funding #growth #team\n"},
    {"invitation to all", "Join our webinar on 12 May at 3 pm CET!\n"
                          "\n"
                          "Learn how leading manufacturers cut their energy bill by 20%.\n"
                          "\n"
                          "Register here: https://northfield.example/webinar\n"
                          "\n"
                          "#energy #manufacturing\n"},
    {"without stops", "hot take\n"
                      "\n"
                      "most sales teams don't have a lead problem\n"
                      "\n"
                      "they have a listening problem\n"
                      "\n"
                      "i've sat in on 200 calls this year\n"
                      "\n"
                      "the best reps talked less than a third of the time\n"
                      "\n"
                      "try it tomorrow\n"},
    {"a sentence a line", "I got fired on a Tuesday.\n"
                          "\n"
                          "My boss cried.\n"
                          "\n"
                          "I didn't.\n"
                          "\n"
                          "I walked to the car, sat down and laughed.\n"
                          "\n"
                          "Because for the first time in six years,\n"
                          "\n"
                          "I was free.\n"
                          "\n"
                          "Here's what nobody tells you about losing a job:\n"
                          "\n"
                          "It's not the end.\n"
                          "\n"
                          "It's a plot twist.\n"},
    {"with labels",
     "DRAFT - LinkedIn\n"
     "\n"
     "Hook: Nobody wakes up wanting to buy software.\n"
     "\n"
     "They wake up wanting to get home on time. That's the product we sell, and I think we forget it far too often.\n"
     "\n"
     "CTA: What does your customer really want?\n"
     "\n"
     "Hashtags: #software #customers\n"},
    {"tweets with titles",
     "Tweet 1: I've closed 100 deals. Only 3 of them came from a cold email.\n"
     "\n"
     "Tweet 2: The rest came from people who already knew us, or knew someone who did.\n"
     "\n"
     "Tweet 3: So why do we spend 80% of our time on the other 3%? Curious how you split yours.\n"},
    {"French news", "Fière d'annoncer que notre équipe remporte le prix de l'innovation 2026 ! 🏆\n"
                    "\n"
                    "Un grand bravo à toutes celles et ceux qui y ont cru.\n"
                    "\n"
                    "#innovation #équipe\n"},
    {"German story", "Montagmorgen, 8 Uhr, erster Kundentermin. Ich war 20 Minuten zu spät.\n"
                     "\n"
                     "Statt Ausreden habe ich gesagt: \"Das war mein Fehler.\"\n"
                     "\n"
                     "Der Kunde hat gelacht und Kaffee geholt. Eine Stunde später hatten wir den Auftrag.\n"
                     "\n"
                     "Ehrlichkeit ist kein Risiko. Sie ist die Abkürzung.\n"
                     "\n"
                     "#Vertrieb #Ehrlichkeit\n"},
    {"Italian", "Ieri un cliente mi ha detto di no. E io l'ho ringraziato.\n"
                "\n"
                "Perché un no chiaro vale più di dieci forse.\n"
                "\n"
                "E voi, come reagite a un no?\n"},
    {"one line with a link behind its label",
     "We open the new hall in Leeds on Saturday! Come and see it: https://bit.ly/3xhall #Leeds #openday\n"},
    {"one line that ends in a mention",
     "Nobody warned me about the paperwork behind a pallet. Who has found a way around it? @nordbygg\n"},
    {"trade words that look like colours",
     "Stop counting calls. Count the answers you remember. Who is with me? #B2B #B2C\n"},
    {"thread with a sign before each number", "\xf0\x9f\xa7\xb5"
                                              "1/3\nNobody told me that pricing is mostly listening.\n\n"
                                              "\xf0\x9f\xa7\xb5"
                                              "2/3\nThe best price list I ever wrote had three lines.\n\n"
                                              "\xf0\x9f\xa7\xb5"
                                              "3/3\nMore of this on Friday.\n"},
    {"Japanese", "展示会が無事に終わりました！\n\n準備に三か月、チーム全員で走り切りました。\n\n"
                 "皆さんはどう思いますか？\n\n#営業 #展示会\n"},
    {"Swedish", "Vi lyssnade på våra kunder och byggde om allt.\n\nDet blev inte som vi tänkt oss. Det blev bättre.\n\n"
                "Hur gör ni hos er?\n"},
    {"handed over in a greeting", "Hi Sam, here is the post for Thursday, can you look it over?\n\n"
                                  "We moved the whole shop in one night. Nobody slept, everybody laughed.\n\n"
                                  "Would you do it again? I would.\n\nThanks\nPat\n"},
    {"with a note for the picture", "We did it! \xf0\x9f\x8e\x89 Ninety machines since January, and not one late. "
                                    "Thank you, all of you. #teamwork\n\n[photo: stand, left side]\n"},
    {"hiring without a tag",
     "We are looking for two account managers for our office in Leeds.\n"
     "\n"
     "You will look after around forty customers in the food industry, most of them family businesses. You do not have "
     "to have sold before. You do have to enjoy being on the road.\n"
     "\n"
     "We offer a car, thirty days of holiday and a team that eats lunch together.\n"
     "\n"
     "Apply here: https://careers.example.com/leeds-am\n"},
    {"numbered poll", "Quick poll for everyone in field sales:\n"
                      "\n"
                      "How many visits do you manage on a good day?\n"
                      "\n"
                      "1. Two or fewer\n"
                      "2. Three or four\n"
                      "3. Five or six\n"
                      "4. More than that\n"
                      "\n"
                      "I'll share the results on Friday.\n"},
    {"anecdote in broken lines", "My first boss had a rule.\n"
                                 "Nobody leaves a meeting without saying what they learned.\n"
                                 "We hated it.\n"
                                 "Ten years later I run a team of nine\n"
                                 "and guess what I make them do every Thursday.\n"},
    {"Dutch", "Vandaag mijn eerste werkdag als teamleider.\n"
              "\n"
              "Om negen uur had ik al drie fouten gemaakt. Om tien uur wist iedereen het. Om elf uur stond er taart.\n"
              "\n"
              "Ik denk dat ik hier wel op mijn plek ben.\n"},
};

#endif
