#!/bin/bash
# run: each fuzzer for so many seconds, beginning with the seeds: tests/fuzz/run.sh SECONDS FUZZER... What crashes one stays in
# build/fuzz/found.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
seconds=$1; shift
failed=0
for fuzzer in "$@"; do
    name=$(basename "$fuzzer")
    corpus=$ROOT/build/fuzz/corpus/$name found=$ROOT/build/fuzz/found
    mkdir -p "$corpus" "$found"
    case $name in
    fuzz_config) cp "$ROOT/fs.conf.example" "$corpus/" 2>/dev/null ;;
    fuzz_request) echo '{"ask":"log","mount":"work","path":"a.csv","most":20,"follow":true}' >"$corpus/log" ;;
    fuzz_words) echo '2026-11-22T03:13:07.5+01:00' >"$corpus/time"; printf '"a\\303\\244\\n"' >"$corpus/name" ;;
    fuzz_commit) git -C "$ROOT" cat-file commit HEAD >"$corpus/commit" 2>/dev/null ;;
    esac
    if "$fuzzer" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 -artifact_prefix="$found/$name-" \
        "$corpus" >"$ROOT/build/fuzz/$name.log" 2>&1; then
        echo "pass fuzz $name ($(sed -n 's/^stat::number_of_executed_units: *//p' "$ROOT/build/fuzz/$name.log") runs)"
    else
        echo "fail fuzz $name: build/fuzz/$name.log"
        tail -25 "$ROOT/build/fuzz/$name.log" | sed 's/^/    /'
        failed=1
    fi
done
exit $failed
