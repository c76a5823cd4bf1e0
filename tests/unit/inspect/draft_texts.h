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
    {"one line", "Call the plumber\n"},
    {"nothing", ""},
    {"white space", " \n\t\n \n"},
};

#endif
