#!/usr/bin/env python3
"""A labelled corpus for `make accuracy`: corpus.py --out DIR [--seed N] [--count N].

Writes DIR/files/... and DIR/labels.tsv (path, class, kind, without a header). The same seed and count give the same
bytes; another seed gives other people, firms, texts, columns and formats, so that nothing can be tuned to the words of
one."""

import argparse
import pathlib
import random

import formats
import others
import posts
import prospects

LIST, POST, NONE = "prospect-list", "post-draft", "none"


def wrapped(rng, name, extension, data):
    """Now and then in an archive or an encoding, or in two."""
    if rng.random() >= .12:
        return extension, data
    wrapper = rng.choice(list(formats.WRAPPERS))
    return f"{extension}.{wrapper}", formats.WRAPPERS[wrapper](f"{name}.{extension}", data)


def make_list(rng, turn):
    form = prospects.LIST_FORMATS[turn % len(prospects.LIST_FORMATS)]
    extension, data = prospects.make(rng, form)
    return (form, *wrapped(rng, "leads", extension, data))


def make_post(rng, turn):
    form = posts.POST_FORMATS[turn % len(posts.POST_FORMATS)]
    return (form, *posts.make(rng, form))


def make_other(rng, turn):
    kind = others.KINDS[turn % len(others.KINDS)]
    return (kind.__name__, *others.make(rng, kind))


def make_name(rng, number, extension):
    """Says nothing of the class: the content has to."""
    folder = rng.choice(["", "", "Acme/", "2026/Q1/", "Alt/", "inbox/"])
    return f"{folder}{rng.choice(['file', 'doc', 'neu', 'copy', 'export', 'untitled', 'x'])}-{number:04}.{extension}"


def generate(seed, count):
    """Yields (path, class, kind, bytes): a quarter lists, a quarter drafts, half of other documents."""
    makers = [(LIST, make_list), (NONE, make_other), (POST, make_post), (NONE, make_other)]
    turns = {label: 0 for label, _ in makers}
    for number in range(count):
        label, make = makers[number % len(makers)]
        rng = random.Random(f"{seed}/{number}")
        kind, extension, data = make(rng, turns[label])
        turns[label] += 1
        yield make_name(rng, number, extension), label, kind, data


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    args = parser.parse_args()
    labels = []
    for path, label, kind, data in generate(args.seed, args.count):
        target = args.out / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        labels.append(f"{path}\t{label}\t{kind}\n")
    (args.out / "labels.tsv").write_text("".join(labels))
    print(f"{len(labels)} files in {args.out}")


if __name__ == "__main__":
    main()
