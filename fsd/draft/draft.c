#include "draft/draft.h"

#include "draft/evidence.h"

#include <stdbool.h>

/* The best part, if what is like it is a good share of the text: one chapter of a manual may look like a post. */
static int score_parts(const struct shape *s, const char *path)
{
    uint64_t words = 0, draft_words = 0;
    int best = 0;
    for (size_t i = 0; i < s->part_count; i++) {
        int score = evidence_score(&(struct evidence_view){s, &s->parts[i], path});
        words += s->parts[i].tokens.words;
        if (score >= DRAFT_EVEN)
            draft_words += s->parts[i].tokens.words;
        if (score > best)
            best = score;
    }
    return best >= DRAFT_EVEN && draft_words * 3 < words ? DRAFT_EVEN - 5 : best;
}

static uint64_t share(uint64_t some, uint64_t all, uint64_t scale) { return all > 0 ? some * scale / all : 0; }

enum { CODE_SHARE = 40, LOG_LINES = 3 };

static bool is_program(const struct shape *s)
{
    return share(s->lines[LINE_CODE], s->line_count, 100) >= CODE_SHARE ||
           (s->lines[LINE_LOG] >= LOG_LINES && share(s->lines[LINE_LOG], s->line_count, 100) >= CODE_SHARE);
}

void draft_measure(const char *text, size_t len, const char *path, struct facts *f)
{
    struct shape shape;
    size_t seen = shape_read(&shape, text, len);
    struct token_counts all = shape.tokens;
    token_count(text + seen, len - seen, &all);
    f->words = all.words;
    f->hashtags = all.hashtags;
    f->mentions = all.mentions;
    f->links = all.links;
    if (is_program(&shape))
        f->flags |= FACT_CODE;
    int score = score_parts(&shape, path);
    f->draft = seen < len && score >= DRAFT_EVEN ? DRAFT_EVEN - 5 : (uint32_t)score;
}
