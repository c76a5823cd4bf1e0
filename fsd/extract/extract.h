/*
 * extract: content of any file. Finds the reader by what libmagic and the first bytes say (never by name alone),
 * unwraps archives and encodings, each inside each, and pushes all that is found into one sink.
 *
 * Readers are given one input and one sink and know nothing of each other:
 *
 *   int extract_csv(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l);
 *
 * 0, also when the file is broken somewhere (what came before is pushed, and FACT_UNREADABLE flagged); -ECANCELED: the
 * sink or a limit said enough (FACT_CUT is flagged by who finds it); -EBADMSG: this is not my format at all, nothing
 * was pushed: the next may try; -ENOMEM; others from input_read. No reader recurses on its input's depth without limit,
 * keeps more than READER_BYTES of it, or is quadratic in anything the file chooses.
 */
#ifndef HOLDFAST_EXTRACT_EXTRACT_H
#define HOLDFAST_EXTRACT_EXTRACT_H

#include "extract/content.h"
#include "extract/input.h"

#include <stdbool.h>

enum {
    LIMIT_DEPTH = 5,         /* wrappers inside wrappers */
    LIMIT_ENTRIES = 10000,   /* members of all archives together */
    LIMIT_RATIO = 200,       /* unpacked to packed, once LIMIT_RATIO_FROM bytes came out */
    LIMIT_MEMBER = 32 << 20, /* bytes of a member that is kept in memory */
    LIMIT_CELL = 32 << 10,   /* bytes of a cell that are looked at */
    LIMIT_COLUMNS = 16384,   /* of a row; more are dropped and FACT_CUT flagged */
    READER_BYTES = 8 << 20,  /* what a reader may allocate beside a member */
    LIMIT_RATIO_FROM = 16 << 20,
};
#define LIMIT_BYTES (UINT64_C(4) << 30) /* read and unpacked in all, for one file */

/* What is left for this file; one struct from the outermost input to the innermost. */
struct limits {
    uint32_t depth;       /* of the input in hand */
    uint32_t entries;     /* seen so far */
    uint64_t bytes;       /* unpacked so far */
    uint64_t packed;      /* size of the outermost file */
    int64_t until_ns;     /* clock_mono_ns: when nobody waits any longer; 0: no deadline */
    int64_t cpu_until_ns; /* clock_cpu_ns: what it may cost, however busy the machine is; 0: whatever it does */
};

/* Count `bytes` more that came out of a wrapper. -ECANCELED when a limit is reached. */
int limits_count(struct limits *l, uint64_t bytes);
bool limits_is_over(const struct limits *l); /* either deadline; call it every some hundred kilobytes */

struct extract_hints {
    const char *mime;    /* as libmagic says; "" not known */
    const char *charset; /* libmagic's word, or what a wrapper says (a mail part's charset); "" not known */
};

/* The readers, one file each: extract_<format>.c. */
typedef int extract_reader(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l);
extract_reader extract_csv;   /* CSV, TSV, semicolon and pipe dialects; -EBADMSG if it is no table */
extract_reader extract_vcard; /* 2.1 to 4.0 */
extract_reader extract_ldif;
extract_reader extract_json;  /* a document, or JSON lines: arrays of objects are tables, other strings text */
extract_reader extract_plain; /* plain text and Markdown, in any charset */
extract_reader extract_html;
extract_reader extract_rtf;
extract_reader extract_xlsx; /* zip */
extract_reader extract_docx; /* zip; PPTX too: slides are text */
extract_reader extract_odf;  /* zip: ODS rows, ODT and ODP text */
extract_reader extract_ole;  /* OLE2: says whether it is encrypted; old .doc and .xls are FACT_UNREADABLE */
extract_reader extract_pdf;  /* pdftotext, in the same sandbox */

/* What a mail or an archive holds goes back to extract_any through this. -EBADMSG: no reader knows what it is. */
typedef int extract_member(void *ctx, struct input *member, const struct extract_hints *h);
int extract_mail(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l,
                 extract_member *member, void *ctx); /* EML and MBOX */
int extract_archive(struct input *in, struct content_sink *to, struct limits *l, extract_member *member,
                    void *ctx); /* zip tar gz xz bz2 7z, by libarchive */
int extract_base64(struct input *in, struct content_sink *to, struct limits *l, extract_member *member,
                   void *ctx); /* a text that is nothing else; -EBADMSG, too, if nobody can read what it decodes to */
int extract_embedded(struct input *in, struct content_sink *to, struct limits *l, extract_member *member,
                     void *ctx); /* base64 of 1 KiB or more inside a text that a reader has had; never -EBADMSG */

/*
 * All of it. `detect(ctx, in, mime, charset)` says what libmagic makes of an input (96 and 32 bytes). Facts that only
 * the outside shows (FACT_WRAPPED, FACT_MISMATCH) are flagged, too. 0 or -errno of reading the outermost input.
 */
typedef int extract_detect(void *ctx, const struct input *in, char *mime, char *charset);
int extract_any(struct input *in, extract_detect *detect, void *detect_ctx, struct content_sink *to, struct limits *l);

#endif
