#!/usr/bin/env python3
"""A second labelled corpus, by another hand: second.py --out DIR [--seed N].

Written from what the product promises, without knowledge of how it looks at files, so that its figure tells something
that the first corpus's cannot. Writes DIR/files/... and DIR/labels.tsv (path, label, kind). Kinds labelled "unscored" are those that
people would not agree on; accuracy.py counts them apart."""

import argparse
import pathlib
import random

import second_files as files
import second_lists as lists
import second_other as other
import second_posts as posts

LIST, POST, NEITHER, UNSCORED = "prospect-list", "post-draft", "none", "unscored"


class Corpus:
    def __init__(self, root, seed):
        self.root, self.rng, self.rows = root / "files", random.Random(f"second {seed}"), []

    def add(self, label, kind, ending, data):
        """Names tell nothing: a folder and a number, as the product may take a name for weak evidence only."""
        path = f"{self.rng.choice('abcd')}/{len(self.rows):04}.{ending}"
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data if isinstance(data, bytes) else data.encode())
        self.rows.append((path, label, kind))

    def wrapped(self, label, kind, ending, data):
        wrap = self.rng.choice(sorted(files.WRAPS))
        self.add(label, f"{kind} in {wrap}", wrap, files.WRAPS[wrap](f"file.{ending}", data))

    def table(self, label, kind, sheets, wrap=False):
        form = self.rng.choice(sorted(files.TABLES))
        put = self.wrapped if wrap else self.add
        put(label, f"{kind} {form}", form.split(".")[-1], files.TABLES[form](self.rng, sheets))

    def document(self, label, kind, blocks, forms=tuple(files.DOCUMENTS), wrap=False):
        form = self.rng.choice([f for f in forms if f != "pdf" or files.fits_pdf(blocks)])
        put = self.wrapped if wrap else self.add
        put(label, f"{kind} {form}", form, files.DOCUMENTS[form](self.rng, blocks))


def prospects(corpus):
    rng = corpus.rng
    for _ in range(50):
        corpus.table(LIST, "table", lists.workbook(rng))
    for form in files.TABLES:
        for _ in range(4):
            corpus.add(LIST, f"table {form}", form.split(".")[-1], files.TABLES[form](rng, lists.workbook(rng)))
    for kind, ending, make in (("vcard", "vcf", lists.vcf), ("ldif", "ldif", lists.ldif), ("json", "json", lists.json_export), ("json lines", "jsonl", lists.json_lines)):
        for _ in range(8):
            corpus.add(LIST, kind, ending, make(rng))
    for form in files.DOCUMENTS:
        for _ in range(4):
            corpus.document(LIST, "writing", lists.writing(rng), (form, "txt") if form == "pdf" else (form,))
    for _ in range(10):
        corpus.table(LIST, "table", lists.workbook(rng), wrap=True)
        corpus.document(LIST, "writing", lists.writing(rng), ("txt", "docx", "odt"), wrap=True)
    for _ in range(6):
        corpus.add(LIST, "attached", "eml", lists.attached(rng))


def drafts(corpus):
    rng = corpus.rng
    for style in posts.STYLES:
        for form in files.DOCUMENTS:
            for _ in range(3):
                corpus.document(POST, style, posts.draft(rng, style), (form, "txt") if form == "pdf" else (form,))
        corpus.document(POST, style, posts.draft(rng, style), ("txt", "docx"), wrap=True)
    for _ in range(12):
        corpus.document(POST, "mailed", posts.mailed(rng, rng.choice(sorted(posts.STYLES))), ("eml",))


def neither(corpus):
    rng = corpus.rng
    for kind, make in other.TABLES.items():
        for _ in range(5):
            corpus.table(NEITHER, kind, make(rng))
    for kind, make in other.DOCUMENTS.items():
        for _ in range(6):
            corpus.document(NEITHER, kind, make(rng))
    for kind, make in other.BYTES.items():
        for _ in range(4):
            corpus.add(NEITHER, kind, *make(rng))
    for _ in range(12):
        kind = rng.choice(sorted(other.DOCUMENTS))
        corpus.document(NEITHER, kind, other.DOCUMENTS[kind](rng), wrap=True)


def unscored(corpus):
    rng = corpus.rng
    for kind, make in other.UNSCORED.items():
        for _ in range(4):
            corpus.table(UNSCORED, kind, make(rng))
    for _ in range(6):
        corpus.table(UNSCORED, "table of drafts", posts.calendar(rng))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--seed", default="1")
    args = parser.parse_args()
    corpus = Corpus(args.out, args.seed)
    for part in (prospects, drafts, neither, unscored):
        part(corpus)
    (args.out / "labels.tsv").write_text("".join("\t".join(row) + "\n" for row in corpus.rows), encoding="utf-8")


if __name__ == "__main__":
    main()
