#!/usr/bin/env python3
"""Fits the weights of draft/evidence.c and draft/phrase_closed.c: refit.py --texts PATH... --corpus DIR... [--write].

--texts names a folder with labels.tsv and files/ as written/dev is, one with folders post/ and other/ of files, or one
file of many texts as texts.txt is ("@@post NAME" begins each), or a header of the unit tests; each text counts in full. --corpus is a folder that
corpus.py or second.py made: since one generator made its files, they count together as COUNTS_AS texts.

A logistic regression, ten points a logit. The weights set by hand are the prior (a weight moves only as far as texts
pull it), and signs stay, so that no accident of the texts turns evidence round. Closed words have no prior but nothing,
and move less. Of a file with several parts, the one that scores best is fitted. Prints how well texts are told apart
that were left out of the fit, by file in FOLDS folds and by who wrote them; --write puts the weights into the tables.

Needs numpy (Debian: python3-numpy)."""

import argparse
import collections
import pathlib
import re
import subprocess
import tempfile

import numpy

EVIDENCE, CLOSED = pathlib.Path("fsd/draft/evidence.c"), pathlib.Path("fsd/draft/phrase_closed.c")
ROW = re.compile(r'(\{"([^"]+)",\s*\w+,\s*)(-?\d+)(\})')
WORD = re.compile(r'(\{"((?:[^"\\]|\\.)+)", )(-?\d+)(\})')
BASE = re.compile(r"(\bBASE = )(-?\d+)")
C_ROW = re.compile(r'\{\s*"([^"]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}')
EVEN, POINTS_PER_LOGIT, TENTHS = 50, 10, 10
COUNTS_AS, FOLDS, ROUNDS = 200, 10, 500
SPREAD, WORD_SPREAD = 20, 5  # points by which a weight may easily leave its prior
OTHER_COUNTS = 1.25  # times a draft: a wrong class is worse than none
KEPT = {"so called"}  # the path is never fitted
PRIOR = {  # as set by hand, before any fit; a new row needs its own
    "BASE": 18, "hashtags": 34, "ends in tags": 12, "mentions": 8, "link": 5, "emoji": 10, "speaks as i": 14,
    "speaks to you": 12, "ends in link": 12, "asks readers": 10, "rhythm": 22,
    "thread": 36, "presented": 22, "so called": 4, "kicker": 8, "hook of a sentence": 5,
    "speaks in public": 12, "opens with when": 6, "of work": 3, "poll": 25, "points": 5, "speaks both": 0, "lone": 5, "statement": 10, "formulas": -10,
    "code": -120, "record": -80, "list": -35, "letter": -60, "mass mail": -80, "release": -80, "contract": -70,
    "long": -80, "scant": -60, "fragments": -35, "verse": -40, "impersonal": -30, "official": -20,
    "about others": -14, "figures": -40, "chaptered": -45, "rating": -30, "names somebody": -25, "addresses": -10,
    "dense": -5, "titled": 0, "questionnaire": -20, "form": -30, "dated": -20, "block": -8, "requests": -10,
    "private": -10,
    "takes": 10, "rich in takes": 5, "paper": -25, "duty": -10, "report": -10, "ceremony": -20,
    "shop": -10, "arranging": -12, "planning": -12, "formal": -8, "telling": 0, "foretelling": 0,     "semicolons": -5, "asks at start": 0,
    "opens small": 0, "sandwich": 5, "plain titles": -5, "lone line": 5, "speaks as we": 0, "whole is paper": -5, "of posting": -10, "manual": -10,
}

Text = collections.namedtuple("Text", "path source draft counts parts")
Tables = collections.namedtuple("Tables", "names written prior fixed spread")


def unpack(source, scratch):
    """One file of many texts, as a folder of files."""
    folder = pathlib.Path(scratch) / source.name
    for label, name, text in re.findall(r"^@@(\w+) (\S+)\n(.*?)(?=^@@|\Z)", source.read_text(encoding="utf-8"), re.S | re.M):
        (folder / label).mkdir(parents=True, exist_ok=True)
        (folder / label / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def unpack_header(source, scratch):
    """The texts of a unit test, rows of {"kind", "text"}; the file's name tells of what class."""
    folder = pathlib.Path(scratch) / "unit" / ("post" if source.name.startswith("draft") else "other")
    folder.mkdir(parents=True, exist_ok=True)
    for n, (_, literals) in enumerate(C_ROW.findall(source.read_text(encoding="utf-8"))):
        text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))
        bytes_of = text.encode().decode("unicode_escape").encode("latin-1")
        (folder / f"{n}.txt").write_bytes(bytes_of)
    return folder.parent


def read_table(folder, counts, authors):
    rows = [line.split("\t") for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[1] in ("post-draft", "none")]
    for row in rows:
        yield folder / "files" / row[0], authors(row[0]), row[1] == "post-draft", counts(rows)


def author(name):
    """Texts of written/dev were written in pairs of letters: posts, and what is none."""
    return f"written {'abcdefghijkl'[(ord(name[0]) - ord('a')) // 2 * 2]}"


def read_labels(args, scratch):
    for source in args.texts:
        if (source / "labels.tsv").exists():
            yield from read_table(source, lambda rows: 1, author)
            continue
        header = source.suffix == ".h"
        folder = unpack_header(source, scratch) if header else unpack(source, scratch) if source.is_file() else source
        for name in ("post", "other"):
            if not header or (name == "post") == source.name.startswith("draft"):
                for path in sorted((folder / name).iterdir()):
                    yield path, folder.name, name == "post", 1
    for corpus in args.corpus:
        yield from read_table(corpus, lambda rows: COUNTS_AS / len(rows), lambda name: str(corpus))


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
            parts[path].append([100] + [int(s) for s in strengths])
    return [Text(str(path), source, draft, counts, numpy.array(parts[str(path)]) / 100)
            for path, source, draft, counts in labels if parts[str(path)]]


def read_tables():
    evidence, closed = EVIDENCE.read_text(encoding="utf-8"), CLOSED.read_text(encoding="utf-8")
    rows, words = ROW.findall(evidence), WORD.findall(closed)
    names = ["BASE"] + [row[1] for row in rows]
    written = [float(BASE.search(evidence)[2])] + [float(row[2]) for row in rows]
    prior = [float(PRIOR[name]) for name in names]
    return Tables(names + [f"word {word[1]}" for word in words],
                  numpy.array(written + [float(word[2]) / TENTHS for word in words]),
                  numpy.array(prior + [0.0] * len(words)),
                  numpy.array([name in KEPT for name in names] + [False] * len(words)),
                  numpy.array([SPREAD] * len(names) + [WORD_SPREAD] * len(words)))


def score(weights, texts):
    return numpy.array([(text.parts @ weights).max() for text in texts])


class Parts:
    """The parts of all texts in one matrix, so that a round is one product."""

    def __init__(self, texts):
        self.rows = numpy.concatenate([text.parts for text in texts])
        self.bounds = numpy.cumsum([0] + [len(text.parts) for text in texts])
        self.draft = numpy.array([text.draft for text in texts])
        self.counts = numpy.array([text.counts * (1 if text.draft else OTHER_COUNTS) for text in texts])

    def slope(self, weights):
        points = self.rows @ weights
        best = [a + points[a:b].argmax() for a, b in zip(self.bounds, self.bounds[1:])]
        off = numpy.clip((points[best] - EVEN) / POINTS_PER_LOGIT, -40, 40)
        wrong = (1 / (1 + numpy.exp(-off)) - self.draft) * self.counts / POINTS_PER_LOGIT
        return wrong @ self.rows[best]


def keep_signs(weights, prior):
    return numpy.where(prior > 0, weights.clip(min=0), numpy.where(prior < 0, weights.clip(max=0), weights))


def fit(tables, texts):
    """Adam; the step shrinks to nothing."""
    parts, weights = Parts(texts), tables.prior.copy()
    mean, square = numpy.zeros_like(weights), numpy.zeros_like(weights)
    for n in range(1, ROUNDS + 1):
        slope = (weights - tables.prior) / tables.spread ** 2 + parts.slope(weights)
        mean, square = .9 * mean + .1 * slope, .99 * square + .01 * slope ** 2
        step = mean / (1 - .9 ** n) / numpy.sqrt(square / (1 - .99 ** n) + 1e-12)
        step[tables.fixed] = 0
        weights = keep_signs(weights - 1.5 * (1 - n / (ROUNDS + 1)) * step, tables.prior)
    return numpy.array([round(w) if not name.startswith("word ") else round(w * TENTHS) / TENTHS
                        for name, w in zip(tables.names, weights)])


def area(scores, drafts):
    """Under the curve: how often a draft scores above another text."""
    yes, no = scores[drafts][:, None], scores[~drafts][None, :]
    return ((yes > no) + .5 * (yes == no)).mean() if yes.size and no.size else 1.0


def report(title, texts, scores):
    for source in sorted({text.source for text in texts}) + ["all"]:
        some = numpy.array([source in (text.source, "all") for text in texts])
        drafts, got = numpy.array([text.draft for text in texts])[some], scores[some] >= EVEN
        right, precise, found = (drafts & got).sum(), got.sum(), drafts.sum()
        print(f"{title}: {source}: drafts {right} found, {found - right} missed; others {precise - right} taken for drafts; "
              f"precision {right / max(precise, 1):.3f}, recall {right / max(found, 1):.3f}, "
              f"F1 {2 * right / max(precise + found, 1):.3f}, area {area(scores[some], drafts):.4f}")


def leave_out(tables, texts, out):
    """Scores of texts that the fit did not see: `out` holds sets of them."""
    scores = numpy.full(len(texts), float(EVEN))
    for left in out:
        weights = fit(tables, [text for i, text in enumerate(texts) if i not in left])
        for i in left:
            scores[i] = score(weights, [texts[i]])[0]
    return scores


def cross_validate(tables, texts):
    held = [i for i, text in enumerate(texts) if text.counts == 1]
    folds = [set(held[fold::FOLDS]) for fold in range(FOLDS)]
    sources = [{i for i in held if texts[i].source == source} for source in sorted({texts[i].source for i in held})]
    for title, out in (("left out", folds), ("source left out", sources)):
        scores = leave_out(tables, texts, out)
        if title == "left out":
            for i in held:
                if (scores[i] >= EVEN) != texts[i].draft:
                    print(f"{title}, wrong: {texts[i].path}: {scores[i]:.0f}")
        report(title, [texts[i] for i in held], scores[held])


def write(tables, weights):
    new = dict(zip(tables.names, weights))
    text = EVIDENCE.read_text(encoding="utf-8")
    text = ROW.sub(lambda row: f"{row[1]}{new[row[2]]:.0f}{row[4]}", text)
    EVIDENCE.write_text(BASE.sub(lambda base: f"{base[1]}{new['BASE']:.0f}", text), encoding="utf-8")
    text = CLOSED.read_text(encoding="utf-8")
    text = WORD.sub(lambda word: f"{word[1]}{new['word ' + word[2]] * TENTHS:.0f}{word[4]}", text)
    CLOSED.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--corpus", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--evidence", default="build/accuracy-evidence")
    parser.add_argument("--quick", action="store_true", help="no texts left out, only the fit")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    tables, texts = read_tables(), read_texts(args)
    report("as it is", texts, score(tables.written, texts))
    if not args.quick:
        cross_validate(tables, texts)
    weights = fit(tables, texts)
    report("fitted", texts, score(weights, texts))
    for name, old, new in zip(tables.names, tables.written, weights):
        if not name.startswith("word "):
            print(f"{name}: {old:.0f} -> {new:.0f}")
    if args.write:
        write(tables, weights)


if __name__ == "__main__":
    main()
