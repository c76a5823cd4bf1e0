#!/usr/bin/env python3
"""Fits the weights of draft/evidence.c: refit.py --texts PATH... --corpus DIR... [--write].

--texts names a folder with labels.tsv and files/ as written/dev is, one with folders post/ and other/ of files, or one
file of many texts as texts.txt is ("@@post NAME" begins each); each text counts in full. --corpus is a folder that corpus.py or second.py made: since one generator made
its files, they count together as COUNTS_AS texts. A logistic regression;
the weights set by hand are the prior (a weight moves only as far as texts pull it), signs stay, so that no accident
of the texts turns evidence round. Of a file with several parts, the one that scores best is fitted. Prints how well
texts are told apart that were left out of the fit, then the weights; --write puts them into the table."""

import argparse
import collections
import math
import pathlib
import re
import subprocess
import tempfile

TABLE = pathlib.Path("fsd/draft/evidence.c")
ROW = re.compile(r'(\{"([^"]+)",\s*\w+,\s*)(-?\d+)(\})')
BASE = re.compile(r"(\bBASE = )(-?\d+)")
EVEN, POINTS_PER_LOGIT = 50, 10
COUNTS_AS, FOLDS, ROUNDS, ROUNDS_IN_FOLD = 120, 5, 400, 150
OTHER_COUNTS = 1.25  # times a draft: a wrong class is worse than none
KEPT = {"so called"}  # the path is never fitted
PRIOR = {  # as set by hand, before any fit; a new row needs its own
    "BASE": 18, "hashtags": 34, "ends in tags": 12, "mentions": 8, "link": 5, "emoji": 10, "speaks as i": 14,
    "speaks to you": 12, "ends in question": 18, "ends in link": 12, "asks readers": 10, "hook": 8, "rhythm": 22,
    "thread": 36, "presented": 22, "so called": 4, "kicker": 8, "hook of a sentence": 5,
    "speaks in public": 12, "opens with when": 6, "of work": 3, "poll": 25, "points": 5, "speaks both": 0, "lone": 5, "statement": 10, "formulas": -10,
    "code": -120, "record": -80, "list": -35, "letter": -60, "mass mail": -80, "release": -80, "contract": -70,
    "long": -80, "scant": -60, "fragments": -35, "verse": -40, "impersonal": -30, "official": -20,
    "about others": -14, "figures": -40, "chaptered": -45, "rating": -30, "names somebody": -25, "addresses": -10,
    "dense": -5, "titled": 0, "questionnaire": -20, "form": -30, "dated": -20, "block": -8, "requests": -10,
    "private": -10,
}

Text = collections.namedtuple("Text", "path source draft counts parts")


def unpack(source, scratch):
    """One file of many texts, as a folder of files."""
    folder = pathlib.Path(scratch) / source.name
    for label, name, text in re.findall(r"^@@(\w+) (\S+)\n(.*?)(?=^@@|\Z)", source.read_text(encoding="utf-8"), re.S | re.M):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def read_table(folder, counts):
    rows = [line.split("\t") for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[1] in ("post-draft", "none")]
    for row in rows:
        yield folder / "files" / row[0], str(folder), row[1] == "post-draft", counts(rows)


def read_labels(args, scratch):
    for source in args.texts:
        if (source / "labels.tsv").exists():
            yield from read_table(source, lambda rows: 1)
            continue
        folder = unpack(source, scratch) if source.is_file() else source
        for name in ("post", "other"):
            for path in sorted((folder / name).iterdir()):
                yield path, str(folder), name == "post", 1
    for corpus in args.corpus:
        yield from read_table(corpus, lambda rows: COUNTS_AS / len(rows))


def read_texts(args):
    with tempfile.TemporaryDirectory() as scratch:
        return measure(args, list(read_labels(args, scratch)))


def measure(args, labels):
    asked = "".join(f"{path}\n" for path, *_ in labels)
    told = subprocess.run([args.evidence], input=asked, stdout=subprocess.PIPE, text=True, check=True).stdout
    parts = collections.defaultdict(list)
    for line in told.splitlines():
        path, words, _, *strengths = line.split("\t")
        if int(words) > 0:
            parts[path].append([1.0] + [int(s) / 100 for s in strengths])
    return [Text(str(path), source, draft, counts, parts[str(path)])
            for path, source, draft, counts in labels if parts[str(path)]]


def points(weights, part):
    return sum(w * s for w, s in zip(weights, part) if s)


def score(weights, text):
    return max(points(weights, part) for part in text.parts)


def gradient(weights, prior, texts, spread):
    slope = [(w - p) / spread ** 2 for w, p in zip(weights, prior)]
    for text in texts:
        part = max(text.parts, key=lambda part: points(weights, part))
        off = max(-40, min(40, (points(weights, part) - EVEN) / POINTS_PER_LOGIT))
        wrong = (1 / (1 + math.exp(-off)) - text.draft) * text.counts * (1 if text.draft else OTHER_COUNTS) / POINTS_PER_LOGIT
        for i, strength in enumerate(part):
            if strength:
                slope[i] += wrong * strength
    return slope


def keep_sign(weight, prior):
    return max(0.0, weight) if prior > 0 else min(0.0, weight) if prior < 0 else weight


def fit(prior, fixed, texts, spread, rounds):
    """Adam; the step shrinks to nothing."""
    weights, mean, square = list(prior), [0.0] * len(prior), [0.0] * len(prior)
    for n in range(1, rounds + 1):
        for i, slope in enumerate(gradient(weights, prior, texts, spread)):
            mean[i] = .9 * mean[i] + .1 * slope
            square[i] = .99 * square[i] + .01 * slope * slope
            if i in fixed or not square[i]:
                continue
            step = mean[i] / (1 - .9 ** n) / math.sqrt(square[i] / (1 - .99 ** n))
            weights[i] = keep_sign(weights[i] - 1.5 * (1 - n / (rounds + 1)) * step, prior[i])
    return [round(w) for w in weights]


def report(title, answers):
    """`answers`: pairs of a text and its score."""
    by_source = collections.defaultdict(collections.Counter)
    for text, got in answers:
        by_source[text.source][text.draft, got >= EVEN] += 1
    for source, n in sorted(by_source.items()):
        print(f"{title}: {source}: drafts {n[True, True]} found, {n[True, False]} missed; "
              f"others {n[False, True]} taken for drafts, {n[False, False]} not; "
              f"precision {ratio(n[True, True], n[False, True]):.3f}, recall {ratio(n[True, True], n[True, False]):.3f}")


def ratio(right, wrong):
    return right / (right + wrong) if right + wrong else 1.0


def leave_out(prior, fixed, texts, spread, out):
    """How texts are told that the fit did not see: `out` holds sets of them."""
    for left in out:
        weights = fit(prior, fixed, [t for i, t in enumerate(texts) if i not in left], spread, ROUNDS_IN_FOLD)
        yield from ((texts[i], score(weights, texts[i])) for i in sorted(left))


def cross_validate(prior, fixed, texts, spread):
    """In folds, and by source: what one author's texts tell of another's."""
    held = [i for i, text in enumerate(texts) if text.counts == 1]
    folds = [set(held[fold::FOLDS]) for fold in range(FOLDS)]
    sources = [{i for i in held if texts[i].source == source} for source in sorted({texts[i].source for i in held})]
    for title, out in (("left out", folds), ("source left out", sources)):
        answers = list(leave_out(prior, fixed, texts, spread, out))
        report(title, answers)
        for text, got in answers:
            if (got >= EVEN) != text.draft:
                print(f"{title}, wrong: {text.path}: {got:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--corpus", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--evidence", default="build/accuracy-evidence")
    parser.add_argument("--spread", type=float, default=7, help="how far texts pull a weight from the prior")
    parser.add_argument("--quick", action="store_true", help="no texts left out, only the fit")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    table = TABLE.read_text(encoding="utf-8")
    rows = ROW.findall(table)
    names = ["BASE"] + [row[1] for row in rows]
    written = [float(BASE.search(table)[2])] + [float(row[2]) for row in rows]
    prior = [float(PRIOR[name]) for name in names]
    fixed = {i for i, name in enumerate(names) if name in KEPT}
    texts = read_texts(args)
    report("as it is", [(text, score(written, text)) for text in texts])
    if not args.quick:
        cross_validate(prior, fixed, texts, args.spread)
    weights = fit(prior, fixed, texts, args.spread, ROUNDS)
    report("fitted", [(text, score(weights, text)) for text in texts])
    for name, old, new in zip(names, written, weights):
        print(f"{name}: {old:.0f} -> {new}")
    if args.write:
        new = dict(zip(names, weights))
        table = ROW.sub(lambda row: f"{row[1]}{new[row[2]]}{row[4]}", table)
        TABLE.write_text(BASE.sub(lambda base: f"{base[1]}{new['BASE']}", table), encoding="utf-8")


if __name__ == "__main__":
    main()
