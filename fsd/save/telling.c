#include "save/telling.h"

#include "base/fdio.h"
#include "event/news.h"
#include "analyse/report.h"

#include <string.h>

/* The gravest first, as many as a message takes. */
static void take_findings(struct news *n, const struct report *r)
{
    const struct report_finding *worst[NEWS_FINDINGS_MOST];
    n->finding_count = (uint32_t)report_gravest(r, worst, NEWS_FINDINGS_MOST);
    for (size_t i = 0; i < n->finding_count; i++) {
        const struct report_finding *f = worst[i];
        n->findings[i] = (struct news_finding){.level = f->level,
                                               .line = f->line,
                                               .column = f->column,
                                               .row = f->row,
                                               .cell = f->row > 0 ? f->cell + 1 : 0,
                                               .rule = f->rule,
                                               .sheet = f->sheet,
                                               .excerpt = f->excerpt,
                                               .say = f->say,
                                               .repair = f->repair,
                                               .replace = f->replace,
                                               .cite = f->cite};
    }
}

static void put_message(struct telling *t, const struct news *n)
{
    static char message[NEWS_MESSAGE_BYTES]; /* the keeper's main thread alone keeps */
    ssize_t len = news_encode(n, message);
    if (len < 0 || t->pending.len + sizeof(uint32_t) + (size_t)len > TELLING_BATCH_BYTES) {
        t->dropped++;
        return;
    }
    uint32_t size = (uint32_t)len;
    buf_put(&t->pending, &size, sizeof size);
    buf_put(&t->pending, message, size);
}

void telling_note(struct telling *t, struct board *board, uint32_t mount, const struct record_version *v,
                  const struct inspection *found)
{
    char commit[RECORD_OID_HEX];
    uint32_t count = found->findings[0] + found->findings[1] + found->findings[2];
    uint32_t events = 1u << NEWS_ON_SAVE | (count > 0 ? 1u << NEWS_ON_FINDING : 0);
    events &= atomic_load(&board->teller.wants);
    if (t->fd < 0 || events == 0)
        return;
    report_auto report = {0};
    struct news n = {.events = events,
                     .mount = mount,
                     .seq = v->seq,
                     .saved_ns = v->saved_ns,
                     .path = v->path,
                     .commit = commit,
                     .class_name = v->class_name,
                     .records = v->records};
    record_oid_hex(&v->commit, commit);
    if (count > 0 && found->report_fd >= 0 && report_read(&report, found->report_fd, found->report_bytes) == 0)
        take_findings(&n, &report);
    n.more = count > n.finding_count ? count - n.finding_count : 0;
    put_message(t, &n);
}

void telling_send(struct telling *t, struct board *board)
{
    for (size_t at = 0; at < t->pending.len && !t->pending.failed;) {
        uint32_t size;
        memcpy(&size, t->pending.data + at, sizeof size);
        at += sizeof size;
        t->dropped += fd_send(t->fd, t->pending.data + at, size, NULL, 0) < 0;
        at += size;
    }
    atomic_fetch_add(&board->keeper.news_dropped, t->dropped);
    telling_forget(t);
}

void telling_forget(struct telling *t)
{
    buf_clear(&t->pending);
    t->pending.failed = false;
    t->dropped = 0;
}

void telling_free(struct telling *t) { buf_free(&t->pending); }
