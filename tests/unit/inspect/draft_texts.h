/* Texts of each kind, written for these tests. */
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
};

static const struct sample others[] = {
    {"source",
     "#include <stdio.h>\n/* Ask the user what you want. #todo @bob */\nint main(void)\n{\n    printf(\"What do you "
     "think?\\n\");\n    return 0;\n}\n"},
    {"python",
     "import sys\n\n@cache\ndef load(path):\n    # we read what you gave us\n    with open(path) as f:\n        "
     "return f.read()\n\nif __name__ == \"__main__\":\n    print(load(sys.argv[1]))\n"},
    {"readme",
     "# pipesort\n\nSorts your pipes. We built it because we needed it.\n\n## Install\n\n```\nmake install\n```\n\n## "
     "Usage\n\nRun `pipesort FILE`. You can pass several files.\n\n## Contributing\n\nWe welcome your patches! See "
     "https://example.org/pipesort.\n\n## License\n\nMIT\n"},
    {"contract",
     "SERVICE AGREEMENT\n\n1.1 The Supplier shall deliver the Services to the Client.\n\n1.2 The Client shall pay the "
     "fees within thirty days.\n\n2.1 Neither party shall be liable for indirect loss.\n\n2.2 This agreement is "
     "governed "
     "by the laws of Ireland.\n"},
    {"invoice",
     "Invoice 2026-0117\nDate: 12.03.2026\nCustomer: Harbour Foods Ltd\nContact: jo@harbour.example\n\nPallets   12   "
     "40.00   480.00\nDelivery   1   75.00   75.00\n\nTotal: 555.00 EUR\nThank you for your order!\n"},
    {"minutes",
     "Minutes of the sales meeting\nDate: 4 May\nPresent: Ann, Bo, Chen\n\n1. Pipeline\n- Bo reports two new leads\n- "
     "Chen to update the sheet\n\n2. Fair\n- Ann books the booth\n\nNext meeting: 11 May\n"},
    {"call notes",
     "Call with Harbour Foods, 3 March\n- spoke to Jo, she runs purchasing\n- budget not before June\n- uses two "
     "suppliers, unhappy with one\n- wants a quote for 200 pallets\nNext step: send quote by Friday\n"},
    {"call notes in sentences",
     "Spoke with Jo at Harbour Foods today. She runs purchasing and reports to the founder. Her budget opens in June. "
     "She asked for a quote and for two references. I will send both by Friday and call her again next week.\n"},
    {"letter",
     "Dear Ms Okafor,\n\nThank you for your time yesterday. I enjoyed our talk about your plans for the new plant.\n\n"
     "As promised, I attach our offer. Would Tuesday suit you for a call?\n\nKind regards,\nSven Lind\nKey Account "
     "Manager\n"},
    {"short mail", "Hi Ann,\n\ncan you look at the LinkedIn post before Thursday?\n\nThanks,\nTom\n"},
    {"German letter",
     "Sehr geehrter Herr Brandt,\n\nvielen Dank für Ihre Anfrage. Gerne senden wir Ihnen unser Angebot.\n\nHaben Sie "
     "noch Fragen? Rufen Sie mich an.\n\nMit freundlichen Grüßen\nMaren Vogt\n"},
    {"newsletter",
     "Our spring news\n\nWe have a new office! Come and see us.\n\nRead more: https://example.com/a\n\nYour favourite "
     "product is back. What will you order first?\n\nRead more: https://example.com/b\n\nYou are receiving this "
     "because "
     "you signed up. Unsubscribe: https://example.com/u\n"},
    {"press release",
     "LUND, 12 March 2026 - Nordhamn AB today announced the opening of a second plant in Gdansk, which will employ 140 "
     "people by the end of the year.\n\n\"We are proud of our team,\" said the chief executive.\n\nAbout the company\n"
     "Nordhamn makes pallets.\n\nPress contact: press@nordhamn.example\n"},
    {"CV",
     "Lena Sorel\nKey Account Manager\nlena@example.org, +33 1 55 00 00 00\n\nExperience\n2021 - 2026  Nordhamn AB, "
     "Key "
     "Account Manager\n2017 - 2021  Petit SA, Sales Representative\n\nEducation\n2017  MSc, Lyon\n\nLanguages\nFrench, "
     "English, Polish\n"},
    {"recipe", "Plum cake\n\n250 g flour\n120 g butter\n2 eggs\n1 kg plums\n\nMix flour, butter and eggs. Press into a "
               "tin. Halve "
               "the plums and lay them on top. Bake for 45 minutes at 180 degrees.\n"},
    {"poem",
     "I walked along the harbour wall\nwith you beside me in the rain\nand neither of us spoke at all\nof what we "
     "would "
     "not have again\n\nThe gulls were louder than the sea\nthe boats lay empty on the sand\nyou turned and gave your "
     "coat to me\nand I forgot to take your hand\n"},
    {"to-do", "[ ] call Jo\n[ ] send quote\n[x] book train\n[ ] write post for Monday\n"},
    {"chat",
     "[12.03.26, 10:32] Ann: are you coming?\n[12.03.26, 10:33] Bo: yes! 🎉\n[12.03.26, 10:33] Ann: great, what do you "
     "want to eat?\n[12.03.26, 10:35] Bo: anything\n"},
    {"chat by names",
     "Ann: did you see their post?\nBo: yes, what do you think?\nAnn: I like it 😀\nBo: me too, should we share it?\n"},
    {"log",
     "2026-03-12 10:00:01 INFO mail sent to jo@harbour.example\n2026-03-12 10:00:02 WARN retry 3\n2026-03-12 10:00:09 "
     "ERROR no answer from 10.0.0.7\n"},
    {"configuration", "[server]\nhost = 10.0.0.7\nport = 8080\n# who may come in\nallow = @staff, @sales\n"},
    {"yaml",
     "name: deploy\non: push\njobs:\n  build:\n    runs-on: linux\n    steps:\n      - uses: actions/checkout\n"},
    {"table", "name\temail\tphone\nAnn Hill\tann@example.com\t+1 555 0101\nBo Ek\tbo@example.com\t+46 8 555\n"},
    {"agenda", "Agenda, Monday 9:00\n\n1. Welcome\n2. Numbers of the quarter\n3. Trade fair\n4. Any other business\n"},
    {"manual",
     "Before first use\n\nRemove the film from the display. Connect the charger and wait until the lamp turns green. "
     "Press the button for three seconds to switch the device on.\n\nCleaning\n\nUse a soft cloth. Do not use alcohol "
     "or "
     "other solvents.\n"},
    {"ticket", "Ticket: 48213\nStatus: open\nPriority: high\nReporter: jo@harbour.example\n\nI cannot log in since "
               "Monday. The page "
               "stays white. Can you help me?\n"},
    {"out-reach mail", "Hi Jo,\n\nI saw that you are hiring. We help teams like yours to train new reps in half the "
                       "time.\n\nWould you have "
                       "ten minutes next week?\n\nBest,\nTom\n"},
    {"report", "Quarterly review\n"
               "\n"
               "Sales in the northern region increased by 4 percent against the previous quarter. The increase was "
               "driven by two large orders in March.\n"
               "\n"
               "The southern region remained flat. Two positions are still open.\n"
               "\n"
               "We recommend to move the budget for the autumn fair to the online campaign.\n"},
    {"memo", "Memo to all staff\n"
             "\n"
             "From 1 April the car park behind building C will be closed. Please use the spaces at the main gate.\n"
             "\n"
             "We apologise for the inconvenience. If you have any questions, contact facility management.\n"},
    {"template of an outreach",
     "Subject: Quick question\n"
     "\n"
     "Hi {{first_name}},\n"
     "\n"
     "I noticed {{company}} is hiring sales people. Congrats!\n"
     "\n"
     "We help companies like yours cut ramp time by 40%. Would you be open to a quick chat next week?\n"
     "\n"
     "Best,\n"
     "{{sender}}\n"},
    {"script", "Opening\n"
               "\"Good morning, this is [name] from Northfield. Do you have two minutes?\"\n"
               "\n"
               "If yes\n"
               "\"I'm calling because we work with three companies in your area. How do you handle returns today?\"\n"
               "\n"
               "If no\n"
               "\"When would be a better time to call you?\"\n"
               "\n"
               "Objection: too expensive\n"
               "\"I understand. What are you comparing us with?\"\n"},
    {"reference", "Customer reference: Brightwater Ltd\n"
                  "\n"
                  "Industry: food\n"
                  "Since: 2019\n"
                  "\n"
                  "\"We switched to Northfield after a difficult season. Their team was there from day one, and our "
                  "returns fell by a third. I would recommend them to anyone.\"\n"
                  "Dana Cole, Head of Operations\n"},
    {"diary", "Tuesday. Woke up late, missed the train. Meeting with Kurt at ten, he was in a bad mood again. Lunch "
              "with Sofia. In the afternoon I cleaned up the pipeline and deleted forty dead leads. Gym. Bed.\n"},
    {"proposal", "Proposal for Brightwater Ltd\n"
                 "\n"
                 "1. Situation\n"
                 "Brightwater operates three cold stores. Returns are handled manually.\n"
                 "\n"
                 "2. Our solution\n"
                 "We propose to install our tracking module in all three stores. You will be able to see every pallet "
                 "in real time.\n"
                 "\n"
                 "3. Investment\n"
                 "The one-off cost is 48,000 EUR. Your annual saving is estimated at 30,000 EUR.\n"
                 "\n"
                 "4. Next steps\n"
                 "Please sign and return this proposal by 30 April.\n"},
    {"questions and answers",
     "How do I reset my password?\n"
     "Click on \"Forgot password\" on the login page and follow the steps in the email we send you.\n"
     "\n"
     "Can I change my plan later?\n"
     "Yes. Go to Settings and choose the plan you want.\n"
     "\n"
     "Do you offer refunds?\n"
     "We refund the last month if you cancel within 14 days.\n"},
    {"job advertisement", "Sales Representative (m/f/d), Hamburg\n"
                          "\n"
                          "Your tasks\n"
                          "- You look after existing customers in the north\n"
                          "- You win new customers\n"
                          "- You prepare offers\n"
                          "\n"
                          "Your profile\n"
                          "- Completed vocational training\n"
                          "- Two years of experience in sales\n"
                          "- Driving licence\n"
                          "\n"
                          "We offer\n"
                          "- 30 days of holiday\n"
                          "- Company car\n"
                          "\n"
                          "Apply at jobs@northfield.example\n"},
    {"speech", "Ladies and gentlemen, dear colleagues,\n"
               "\n"
               "we have come a long way since this company was founded in a garage in 1974. Thank you for being with "
               "us tonight.\n"
               "\n"
               "When my father sold his first pump, he did not know that we would one day ship to sixty countries. He "
               "knew one thing: that you have to answer the phone.\n"
               "\n"
               "Please raise your glasses.\n"},
    {"thanks", "Dear Dana,\n"
               "\n"
               "thank you so much for the great meeting yesterday! We really enjoyed seeing your new plant.\n"
               "\n"
               "Attached you will find our presentation. What do you think about a follow-up in May?\n"
               "\n"
               "Kind regards\n"
               "Paul\n"},
    {"mail without greeting", "Can you send me the updated price list for Brightwater? I need it before the call at 3. "
                              "Also, did you hear back from legal about the NDA?\n"
                              "\n"
                              "Paul\n"},
    {"guidelines for posts",
     "Social media guidelines\n"
     "\n"
     "These guidelines apply to all employees who post about the company on LinkedIn, X or other networks.\n"
     "\n"
     "Be honest. Say that you work for us when you talk about our products.\n"
     "\n"
     "Do not share confidential information. Do not name customers without their consent.\n"
     "\n"
     "Use hashtags such as #northfield sparingly. If in doubt, ask the communications team.\n"},
    {"invitation", "Dear all,\n"
                   "\n"
                   "please join the kick-off on Monday at 10:00 in room 3. We will present the new territory plan and "
                   "answer your questions.\n"
                   "\n"
                   "Dial-in: https://meet.example.com/abc\n"
                   "\n"
                   "Best\n"
                   "Paul\n"},
    {"German mail",
     "Hallo Frau Schneider,\n"
     "\n"
     "wie telefonisch besprochen sende ich Ihnen die Unterlagen. Können Sie mir bis Freitag Bescheid geben?\n"
     "\n"
     "Ich freue mich auf Ihre Rückmeldung.\n"
     "\n"
     "Viele Grüße\n"
     "Paul Weber\n"},
    {"product page",
     "The Aqua 300 is our most efficient pump yet. It moves 300 litres per minute and uses 20 percent less energy than "
     "its predecessor.\n"
     "\n"
     "Thanks to its compact design it fits in any cabinet. You can install it in minutes, without tools.\n"
     "\n"
     "Available from May in three colours. Ask your dealer for a quote.\n"},
    {"feedback", "Feedback on Tom's presentation\n"
                 "\n"
                 "Good pace, clear voice. Slides too full. I would start with the customer story and drop the history "
                 "of the firm. Question handling was excellent.\n"
                 "\n"
                 "Next time: bring a handout.\n"},
    {"short article",
     "Why pumps fail in winter\n"
     "\n"
     "Every year in November our hotline rings more often than usual. The reason is nearly always the same: water that "
     "was left in the housing freezes and cracks it. In this article we explain how to avoid it.\n"
     "\n"
     "Drain the system\n"
     "\n"
     "Before the first frost, open the drain valve at the lowest point and let the water run out. Leave the valve open "
     "until spring.\n"
     "\n"
     "Insulate the pipes\n"
     "\n"
     "Pipes that cannot be drained should be insulated with foam of at least 20 millimetres. Pay special attention to "
     "elbows and valves, where foam often slips.\n"
     "\n"
     "Check the heater\n"
     "\n"
     "If your pump room has a frost guard, test it in October. Set the thermostat to 15 degrees and wait for the "
     "heater to start.\n"
     "\n"
     "If you follow these three steps, your pump will start in spring as if nothing had happened.\n"},
    {"one line", "Call the plumber\n"},
    {"nothing", ""},
    {"white space", " \n\t\n \n"},
};

#endif
