#!/usr/bin/env python3
"""How well files are told apart: accuracy.py --corpus DIR... [--holdfast PATH] [--conf FILE].

Asks `holdfast policy explain --json` for the class of every file of a corpus (corpus.py) and prints a confusion
matrix, precision and recall of each class, and each file that got a wrong one. Exit status 1 if any class that matters
is below the least."""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import subprocess
import sys

CLASSES = ("prospect-list", "post-draft")  # every other class of the policy counts as "none"
NONE = "none"
UNSCORED = "unscored"  # kinds that people would not agree on: shown, never counted
LEAST = 0.98
MANY = 25  # files a process
SECONDS = 60  # for one file: a hang is a failure, too

Answer = collections.namedtuple("Answer", "path label kind got note")


def read_labels(corpus):
    with open(corpus / "labels.tsv", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file if line.strip()]


def explain(command, path):
    """(class, facts) of one file; (None, why) if there was no answer."""
    try:
        done = subprocess.run([*command, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
        answer = json.loads(done.stdout)
        return answer["class"], answer
    except subprocess.TimeoutExpired:
        return None, {"error": f"no answer in {SECONDS} s"}
    except (ValueError, KeyError, TypeError):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return None, {"error": f"exit {done.returncode}: {said[-1] if said else 'no class in the answer'}"}


def note(facts):
    return " ".join(f"{key}={facts[key]}" for key in ("error", "mime", "contacts", "draft", "rule") if key in facts)


def explain_many(command, paths):
    """One process for many files: {path: answer} of those that it answered for."""
    try:
        done = subprocess.run([*command, *map(str, paths)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return {answer["path"]: answer for answer in answers}
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return {}


def ask(command, corpus, rows):
    known = explain_many(command, [corpus / "files" / row[0] for row in rows])
    for path, label, kind in rows:
        whole = str(corpus / "files" / path)
        got, facts = (known[whole].get("class"), known[whole]) if whole in known else explain(command, whole)
        name = "error" if got is None else got if got in CLASSES else NONE
        yield Answer(path, label, kind, name, note(facts))


def ask_all(command, corpus, jobs):
    rows = read_labels(corpus)
    parts = [rows[i:i + MANY] for i in range(0, len(rows), MANY)]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return [answer for part in pool.map(lambda part: list(ask(command, corpus, part)), parts) for answer in part]


def print_matrix(answers):
    counts = collections.Counter((a.label, a.got) for a in answers)
    columns = [*CLASSES, NONE] + (["error"] if any(a.got == "error" for a in answers) else [])
    print(f"{'is':>16}   found to be")
    print(" " * 16 + "".join(f"{name:>15}" for name in columns))
    for label in (*CLASSES, NONE):
        print(f"{label:>16}" + "".join(f"{counts[label, name]:15}" for name in columns))


def ratio(some, of):
    """Of nothing, all is right: a class with no file has no precision to fail."""
    return some / of if of else 1.0


def measure(answers, label):
    right = sum(a.label == label == a.got for a in answers)
    return ratio(right, sum(a.got == label for a in answers)), ratio(right, sum(a.label == label for a in answers))


def print_wrong(answers):
    for a in answers:
        if a.got != a.label:
            print(f"wrong: {a.path} ({a.kind}): is {a.label}, found {a.got}; {a.note}")


def print_unscored(answers):
    for (kind, got), count in sorted(collections.Counter((a.kind, a.got) for a in answers).items()):
        print(f"unscored: {kind}: {count} found {got}")


def report(answers, least):
    """Print the matrix and the figures; whether they are good enough."""
    print_matrix(answers)
    good = all(a.got != "error" for a in answers)
    for label in CLASSES:
        precision, recall = measure(answers, label)
        good = good and precision >= least and recall >= least
        print(f"{label}: precision {precision:.3f}, recall {recall:.3f} (at least {least})")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", required=True, type=pathlib.Path, action="append", help="may be given more than once")
    parser.add_argument("--holdfast", default="build/holdfast")
    parser.add_argument("--conf")
    parser.add_argument("--policy", help="folder of rules, instead of the one in fs.conf")
    parser.add_argument("--least", type=float, default=LEAST)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    command = [args.holdfast, "policy", "explain", "--json"] + (["--conf", args.conf] if args.conf else [])
    command += ["--policy", args.policy] if args.policy else []
    total, good = [], True
    for corpus in args.corpus:
        answers = ask_all(command, corpus, args.jobs)
        if not answers:
            sys.exit(f"{corpus}/labels.tsv: no file is listed")
        print(f"{corpus}:")
        print_unscored([a for a in answers if a.label == UNSCORED])
        answers = [a for a in answers if a.label != UNSCORED]
        print_wrong(answers)
        good = report(answers, args.least) and good
        total += answers
    if len(args.corpus) > 1:
        print("together:")
        good = report(total, args.least) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
