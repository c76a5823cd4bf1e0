/* Other documents, each near a draft in something; written for these tests. */
#ifndef HOLDFAST_TESTS_OTHER_TEXTS_H
#define HOLDFAST_TESTS_OTHER_TEXTS_H

#include "draft_texts.h"

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
    {"support reply", "Hi Dana,\n"
                      "\n"
                      "thanks for reaching out! I'm sorry to hear that the export does not work for you.\n"
                      "\n"
                      "Could you try the following?\n"
                      "1. Log out and in again\n"
                      "2. Clear your cache\n"
                      "3. Export again\n"
                      "\n"
                      "Let me know if that helps!\n"
                      "\n"
                      "Best,\n"
                      "Support team\n"},
    {"front matter of a page",
     "---\ntitle: Returns\nlayout: page\n---\n\n# Returns\n\nGoods may be returned within 30 days. "
     "The form must be enclosed.\n\n## Costs\n\nThe customer pays the postage, as agreed in "
     "the terms.\n"},
    {"front matter without end", "---\nchannel: X\n"},
    {"rules for posting",
     "# Posting about us\n\n- Say where you work.\n- Never name a customer without their consent.\n- Use "
     "two hashtags at most, #acme is ours.\n- Ask comms before you post photos.\n"},
    {"call script",
     "Opener: Good morning, this is [name] from Acme. Do you have two minutes?\n\nIf no: When may I call "
     "again?\n\nObjection \"too expensive\": Compared with what?\n\nClose: Would Tuesday at ten suit "
     "you?\n"},
    {"ticket in sentences", "Customer says the export button does nothing. I tried it on my machine and it works. She "
                            "uses an old browser. Asked her to update and try again. Waiting for reply.\n"},
    {"short message", "Running 10 min late, sorry! Can you start without me?\n"},
    {"landing", "Grow faster with Northfield\n"
                "\n"
                "The easiest way to manage your pallets.\n"
                "\n"
                "Start free trial\n"
                "\n"
                "Trusted by 2,000 companies\n"
                "\n"
                "Features\n"
                "Real-time tracking\n"
                "Know where your pallets are at any time.\n"
                "Simple billing\n"
                "One invoice for all your sites.\n"
                "\n"
                "Pricing\n"
                "Starter 29 EUR per month\n"
                "Pro 99 EUR per month\n"
                "\n"
                "Contact us at info@northfield.example\n"},
    {"story", "The old man put his cup down and looked out of the window. It had been raining since morning, and the "
              "street was empty but for a dog.\n"
              "\n"
              "\"You should have told me,\" he said.\n"
              "\n"
              "Anna did not answer. She folded the letter twice and put it in her pocket.\n"
              "\n"
              "Later, when the light was almost gone, he asked again. She only shook her head.\n"},
    {"notes about posts", "Notes on our LinkedIn strategy\n"
                          "\n"
                          "- two posts per week\n"
                          "- mix of product and people\n"
                          "- use #northfield in every post\n"
                          "- Paula approves drafts\n"
                          "- measure reach every month\n"},
    {"answers of a survey", "Q1 How satisfied are you with our service?\n"
                            "Very satisfied\n"
                            "\n"
                            "Q2 What did you like most?\n"
                            "The driver was friendly and called me before he arrived.\n"
                            "\n"
                            "Q3 What should we improve?\n"
                            "I would like to choose the time of delivery myself.\n"},
    {"NDA", "Mutual non-disclosure agreement\n"
            "\n"
            "between Northfield Ltd, 4 Harbour Road, Leeds, and Brightwater Ltd, 9 Mill Lane, York.\n"
            "\n"
            "The parties wish to exchange information about a possible cooperation. Each party undertakes to keep the "
            "other party's information secret and to use it for this purpose only.\n"
            "\n"
            "This agreement ends two years after signature.\n"
            "\n"
            "Leeds, 3 March 2026\n"},
    {"expenses", "Expense report March\n"
                 "\n"
                 "Train to Leeds 84.20\n"
                 "Hotel 120.00\n"
                 "Dinner with customer 64.50\n"
                 "Taxi 18.00\n"
                 "\n"
                 "Sum 286.70\n"},
    {"handover", "Handover while I'm on holiday\n"
                 "\n"
                 "Brightwater: Dana waits for the offer, please send it on Monday. I promised her a call.\n"
                 "Harbour Foods: nothing to do before June.\n"
                 "Mill Lane: they will call you about the broken pallets. Be friendly, I really want to keep them.\n"
                 "\n"
                 "My mobile is off, but you can reach Jana.\n"},
    {"mail to all",
     "Hello everyone,\n"
     "\n"
     "my name is Tom and I joined the sales team on Monday. Before that I worked for five years in a brewery.\n"
     "\n"
     "I look forward to meeting you all. Come by my desk on the second floor!\n"
     "\n"
     "Best regards\n"
     "Tom Baker\n"},
    {"resignation", "Dear Mr Cole,\n"
                    "\n"
                    "I hereby resign from my position as sales representative with effect from 30 June 2026.\n"
                    "\n"
                    "Thank you for the trust you have placed in me. I have learned a great deal.\n"
                    "\n"
                    "Sincerely,\n"
                    "Tom Baker\n"},
    {"short README", "northfield-cli\n"
                     "\n"
                     "A small command line tool that talks to our API. You need Python 3.\n"
                     "\n"
                     "Install it with pip and run it with your token. If you find a bug, please open an issue on "
                     "GitHub: https://github.example/northfield/cli\n"
                     "\n"
                     "Have fun!\n"},
    {"changelog", "## 2.1.0\n"
                  "- Added export to CSV\n"
                  "- Fixed a crash when you open an empty file\n"
                  "\n"
                  "## 2.0.0\n"
                  "- New design\n"
                  "- We dropped support for version 1\n"},
    {"out of office", "I am out of office until 14 March and will read your mail when I am back. In urgent cases "
                      "please contact my colleague Jana at jana@northfield.example. Thank you for your patience.\n"},
    {"pitch to one",
     "Hi Dana, I came across your profile and I'm impressed by what you're building at Brightwater. We help companies "
     "like yours to cut return costs. Would you be open to a short call next week? Best, Tom\n"},
    {"reference letter", "To whom it may concern\n"
                         "\n"
                         "Ms Paula Stone worked in our sales department from 2019 to 2025. She looked after forty "
                         "customers in the north and exceeded her targets every year. She is reliable, friendly and "
                         "quick. We regret her leaving and wish her all the best.\n"},
    {"lyrics", "Oh baby I was wrong\n"
               "you were here all along\n"
               "Tell me what I should do\n"
               "I just wanna be with you\n"
               "\n"
               "Oh oh oh\n"
               "don't go\n"},
    {"verse with commas", "A gull, a stone,\nand then the rain,\nmy father's coat\nunder the bridge.\n\n"
                          "The lamps are low,\nnobody knows,\nmy mother's door,\nin February snow.\n"},
    {"round mail with a link", "Dear all,\n\nour new time sheet is online. You will find it here: "
                               "https://intra.example/sheet\n\nKind regards\nPaul\n"},
    {"question in a note", "Lunch on Monday? @sam\n"},
    {"one line", "Call the plumber\n"},
    {"nothing", ""},
    {"white space", " \n\t\n \n"},
    {"review of a restaurant",
     "We went to Trattoria Lupo last Saturday for my wife's birthday. The starters were excellent and the waiter knew "
     "every wine on the list. Unfortunately the main course took almost an hour, and my steak was well done although I "
     "had ordered it rare. They took it off the bill without discussion. Would we go again? Yes, but on a weekday.\n"
     "\n"
     "Food 4/5, service 5/5, value 3/5\n"},
    {"mail to a friend", "Hey Sophie! 😊\n"
                         "\n"
                         "How was your trip? I saw the pictures and I'm so jealous! 🏝️\n"
                         "\n"
                         "We're fine here, Ben started school last week and he loves it. Do you want to come over on "
                         "Sunday? I'm making lasagne 🍝\n"
                         "\n"
                         "Can't wait to hear everything! ❤️\n"
                         "Nina\n"},
    {"message to a contact",
     "Hi Laura, thanks for connecting! I liked your talk in Berlin, especially the part about pricing. I'd love to "
     "hear how you did the change with your existing customers. Are you up for a short call some day next week?\n"},
    {"visit report", "Visited Alder & Sons in Leeds yesterday. We spoke to the new buyer, Mrs Finch, and her boss. "
                     "They like our delivery times but find the price per unit too high. Our contact from last year "
                     "has left the company. Next step: offer with two options until the end of the month.\n"},
};

#endif
