#!/bin/bash
# run: each fuzzer for so many seconds, as many side by side as there are processors: tests/fuzz/run.sh SECONDS FUZZER...
# It begins with the seeds of seeds.py, a dictionary of dict/ and what earlier runs found worth keeping (build/fuzz/corpus). One line
# each: what was run, how many branches that reached. A crash, leak, hang or too much memory fails; what caused it stays in
# build/fuzz/found: made small (-minimize_crash=1), it goes to kept/<fuzzer>/ as hexadecimal, and into a unit test.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
export ROOT FUZZ=$ROOT/build/fuzz SECONDS_EACH=$1; shift
[ "$SECONDS_EACH" -gt 0 ] || { echo "fuzz: for how many seconds each?"; exit 2; }

dictionary() {
    case $1 in
    fuzz_xlsx | fuzz_docx | fuzz_odf | fuzz_xml) echo xml ;;
    fuzz_policy_load) echo policy ;;
    fuzz_extract_any | fuzz_extract_archive) echo archive ;;
    fuzz_*) echo "${1##*_}" ;;
    esac
}

run_one() {
    local name log dict state=pass
    name=$(basename "$1") log=$FUZZ/$name.log
    dict=$ROOT/tests/fuzz/dict/$(dictionary "$name").dict
    mkdir -p "$FUZZ/corpus/$name" "$FUZZ/seeds/$name" "$FUZZ/found"
    [ -f "$dict" ] && dict=-dict=$dict || dict=-verbosity=1
    "$1" -max_total_time="$SECONDS_EACH" -max_len=65536 -rss_limit_mb=1024 -timeout=20 -print_final_stats=1 -use_value_profile=0 "$dict" \
        -artifact_prefix="$FUZZ/found/$name-" "$FUZZ/corpus/$name" "$FUZZ/seeds/$name" >"$log" 2>&1 || state=fail
    printf '%s fuzz %s: %s runs, %s branches\n' $state "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)"
    [ $state = pass ] || { tail -25 "$log" | sed 's/^/    /'; return 1; }
}
export -f run_one dictionary

rm -rf "$FUZZ/seeds"
python3 "$ROOT/tests/fuzz/seeds.py" "$FUZZ/seeds" || exit 1
printf '%s\0' "$@" | xargs -0 -n 1 -P "${FUZZ_JOBS:-$(nproc)}" bash -c 'run_one "$1" || exit 1' run_one
