#!/bin/bash
# bench: the figures, side by side in one run: native, passthrough_hp, bindfs, holdfast, all on one tmpfs. Needs root.
#
# PASSTHROUGH_HP names a build of libfuse's example of that name; a peer that is not there is left out with a line. ROUNDS (5)
# interleaved rounds, of which the table shows the medians; CASES names some of them. SAVES, FILES, BIG_MIB make the second half shorter
# (SAVES=0: none of it). Behind it come the figures of inspection (INSPECTION=0: none; INSPECTION=only: nothing else),
# and those of open rules (OPENS=0: none; OPENS=only: nothing else).
. "$(dirname "$0")/../e2e/lib.sh"
BENCH=$BUILD/bench/bench
ROUNDS=${ROUNDS:-5} SAVES=${SAVES:-10000} FILES=${FILES:-100000} BIG_MIB=${BIG_MIB:-2048} SMALL_FILES=3000
[ "$(id -u)" = 0 ] || { echo "bench: run as root"; exit 1; }

T=$(mktemp -d "$SCRATCH/holdfast-bench.XXXXXX")
PEERS=()
leave() {
    set +e
    [ -z "${DAEMON-}" ] || { kill -TERM "$DAEMON" 2>/dev/null && wait "$DAEMON" 2>/dev/null; } || true
    local pid
    for pid in "${PEERS[@]}"; do kill "$pid" 2>/dev/null || true; done
    clean_scratch "$T" 2>/dev/null
    umount -l "$T"
    rmdir "$T"
}
trap leave EXIT
trap 'exit 130' INT TERM
mount -t tmpfs -o mode=755 tmpfs "$T"

# ---- who takes part ----

NAMES=(native)
declare -A DIR=([native]=$T/native)
mkdir -p "$T/native" "$T/hp.src" "$T/hp" "$T/bind.src" "$T/bind"

start_peers() {
    if [ -x "${PASSTHROUGH_HP:-/opt/passthrough_hp}" ]; then
        "${PASSTHROUGH_HP:-/opt/passthrough_hp}" --foreground "$T/hp.src" "$T/hp" >"$T/hp.log" 2>&1 &
        PEERS+=($!)
        if await 5 mountpoint "$T/hp"; then NAMES+=(passthrough_hp); DIR[passthrough_hp]=$T/hp
        else echo "passthrough_hp does not mount: $(tail -1 "$T/hp.log")"; fi
    else
        echo "passthrough_hp: left out; PASSTHROUGH_HP does not name a build of libfuse's example/passthrough_hp.cc"
    fi
    if command -v bindfs >/dev/null; then
        bindfs -f "$T/bind.src" "$T/bind" >"$T/bind.log" 2>&1 &
        PEERS+=($!)
        if await 5 mountpoint "$T/bind"; then NAMES+=(bindfs); DIR[bindfs]=$T/bind; else echo "bindfs does not mount"; fi
    else
        echo "bindfs: left out, not installed"
    fi
}

versions_line() {
    echo "kernel $(uname -r), $(nproc) processors, $(. /etc/os-release && echo "$PRETTY_NAME"), libfuse $(pkg-config --modversion fuse3)," \
        "libgit2 $(pkg-config --modversion libgit2), $(git --version), $(bindfs --version 2>/dev/null | head -1 || echo no bindfs)," \
        "passthrough_hp: libfuse $(ldd "${PASSTHROUGH_HP:-/opt/passthrough_hp}" 2>/dev/null | sed -n 's/.*libfuse3\.so\.[^ ]* => \([^ ]*\).*/\1/p' | xargs -r readlink -f | sed 's/.*\.so\.//')"
}

# A holdfast of its own for each half: an empty record, an empty store.
fresh_holdfast() {
    [ -z "${DAEMON-}" ] || { stop_daemon; rm -rf --one-file-system "$T/store" "$T/company.git" "$T/spool" "$T/daemon.log"; }
    STORE=$T/store REP_UID=0
    serve
    DIR[holdfast]=$WORK
}

# ---- first half: cases in interleaved rounds ----

settle() { [ "$1" != holdfast ] || timeout 600 "$HOLDFAST" sync --conf "$CONF"; }

per_second() { # COUNT COMMAND...: how many of COUNT a second
    local count=$1 start; shift
    start=$(date +%s%N)
    "$@" >/dev/null 2>>"$T/complaints" || true # passthrough_hp sets no times of symlinks and files: tar and rsync say so
    awk -v n="$count" -v ns=$(($(date +%s%N) - start)) 'BEGIN {printf "%.1f\n", n * 1e9 / ns}'
}

prepare_case() { # CASE DIRECTORY
    case $1 in
    untar | rsync) ;;
    *) "$BENCH" prepare "$1" "$2" ;;
    esac
}

run_case() { # CASE DIRECTORY
    case $1 in
    untar) per_second $SMALL_FILES tar -xf "$T/small.tar" -C "$2" ;;
    rsync) per_second $SMALL_FILES rsync -a "$T/small/" "$2/" ;;
    *) "$BENCH" "$1" "$2" ;;
    esac
}

make_small_files() {
    mkdir "$T/small"
    local i
    for i in $(seq 0 $((SMALL_FILES - 1))); do
        [ $((i % 100)) != 0 ] || mkdir "$T/small/d$((i / 100))"
        head -c $((200 + i * 37 % 12000)) /dev/urandom | base64 >"$T/small/d$((i / 100))/f$i.csv"
    done
    tar -C "$T/small" -cf "$T/small.tar" .
}

CASES=${CASES:-seq_read seq_write rand_read rand_write stat list untar rsync create open_read}
first_half() {
    local round case name dir
    for round in $(seq "$ROUNDS"); do
        for case in $CASES; do
            for name in "${NAMES[@]}"; do
                dir=${DIR[$name]}/$case
                mkdir "$dir"
                prepare_case "$case" "$dir"
                settle "$name"
                echo "$case $name $(run_case "$case" "$dir")" >>"$T/figures"
                rm -rf "$dir"
                settle "$name"
            done
        done
        echo "round $round of $ROUNDS" >&2
    done
}

median() { # CASE NAME
    awk -v c="$1" -v n="$2" '$1 == c && $2 == n {print $3}' "$T/figures" | sort -n | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] : "-"}'
}

row() { printf '| %-44s | %9s | %9s | %9s | %9s | %-15s | %6s | %s\n' "$@"; }
head_of_table() {
    row work native pt_hp bindfs holdfast "at least" ratio verdict
    echo "|----------------------------------------------|-----------|-----------|-----------|-----------|-----------------|--------|---------"
}
verdict() { awk -v r="$1" -v t="$2" 'BEGIN {if (r == "-") print "-"; else print (r >= t ? "holds" : "FALLS SHORT")}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {if (a == "-" || b == "-" || b == 0) print "-"; else printf "%.2f", a / b}'; }
larger() { awk -v a="$1" -v b="$2" 'BEGIN {if (a == "-") print b; else if (b == "-") print a; else print (a > b ? a : b)}'; }
short() { awk -v v="$1" 'BEGIN {if (v == "-") print v; else if (v >= 1000) printf "%d", v; else printf "%.1f", v}'; }

case_row() { # TEXT CASE FACTOR native|peers
    local n h p b against r
    n=$(median "$2" native) p=$(median "$2" passthrough_hp) b=$(median "$2" bindfs) h=$(median "$2" holdfast)
    if [ "$4" = native ]; then against=$n; else against=$(larger "$p" "$b"); fi
    r=$(ratio "$h" "$against")
    row "$1" "$(short "$n")" "$(short "$p")" "$(short "$b")" "$(short "$h")" "$3 x $4" "$r" "$(verdict "$r" "$3")"
}

first_table() {
    case_row "sequential read, 1 MiB (MiB/s)" seq_read 0.95 native
    case_row "sequential write, 1 MiB (MiB/s)" seq_write 0.9 native
    case_row "random 4 KiB read (/s)" rand_read 0.9 native
    case_row "random 4 KiB write (/s)" rand_write 0.8 native
    case_row "stat of a known file (/s)" stat 0.9 native
    case_row "readdir of 10,000 (/s)" list 1.0 native
    case_row "untar of 3,000 files (files/s)" untar 1.2 peers
    case_row "rsync of 3,000 files (files/s)" rsync 1.2 peers
    case_row "create + write 4 KiB + close (/s)" create 1.5 peers
    case_row "open + read 4 KiB + close (/s)" open_read 1.1 peers
}

# ---- second half: the record ----

other_row() { row "$1" "$2" "" "" "$3" "$4" "$5" "$6"; } # TEXT COMPARED HOLDFAST TARGET RATIO VERDICT

saves_until_kept() { # FROM TO: saves a second, until `holdfast sync` returns
    per_second $(($2 - $1)) sh -c '"$1" saves "$2" "$3" "$4" && exec "$5" sync --conf "$6"' - "$BENCH" "$WORK" "$1" "$2" "$HOLDFAST" "$CONF"
}

fast_import_rate() {
    "$BENCH" stream 0 "$SAVES" >"$T/stream"
    git init -q --bare "$T/import.git"
    per_second "$SAVES" sh -c 'git -C "$1" fast-import --quiet --done <"$2"' - "$T/import.git" "$T/stream"
    rm -rf "$T/import.git" "$T/stream"
}

add_and_commit_rate() {
    local count=200 i
    git init -q "$T/loop"
    "$BENCH" saves "$T/loop" 0 1000 >/dev/null
    git -C "$T/loop" add -A && git -C "$T/loop" -c user.name=b -c user.email=b@x commit -qm start
    per_second $count bash -c 'cd "$1" && for i in $(seq "$2"); do "$3" saves . $((999 + i)) $((1000 + i)); git add -A; git -c user.name=b -c user.email=b@x commit -qm save; done' \
        - "$T/loop" $count "$BENCH"
    rm -rf "$T/loop"
}

pack_bytes() { du -sb "$1/objects" | cut -f1; }

second_half() {
    local kept import loop ours theirs later r
    kept=$(saves_until_kept 0 "$SAVES")
    import=$(fast_import_rate)
    loop=$(add_and_commit_rate)
    r=$(ratio "$kept" "$import")
    other_row "$SAVES saves of 20 kB, kept; git fast-import (/s)" "$(short "$import")" "$(short "$kept")" "1.5 x" "$r" "$(verdict "$r" 1.5)"
    r=$(ratio "$kept" "$loop")
    other_row "the same; git add && git commit (/s)" "$(short "$loop")" "$(short "$kept")" "10 x" "$r" "$(verdict "$r" 10)"

    git clone -q --bare --mirror "file://$REPO" "$T/packed.git"
    git -C "$T/packed.git" repack -adfq
    setpriv --reuid "$(stat -c %u "$REPO")" --regid "$(stat -c %g "$REPO")" --clear-groups "$BUILD/bench/maintain" "$REPO" >&2 || echo "maintenance failed" >&2
    ours=$(pack_bytes "$REPO") theirs=$(pack_bytes "$T/packed.git")
    rm -rf "$T/packed.git"
    r=$(ratio "$ours" "$theirs")
    other_row "repository after maintenance; repack -adf (kB)" $((theirs / 1000)) $((ours / 1000)) "at most 1.2 x" "$r" \
        "$(awk -v r="$r" 'BEGIN {print (r <= 1.2 ? "holds" : "FALLS SHORT")}')"

    mkdir "$WORK/many"
    "$BENCH" small "$WORK/many" "$FILES" >/dev/null
    hf_long sync
    find "$WORK" -type f -size +0 | wc -l >"$T/walked"
    later=$(saves_until_kept "$SAVES" $((SAVES * 2)))
    r=$(ratio "$later" "$kept")
    other_row "save rate at $(git_record rev-list --all --count) versions, $(cat "$T/walked") files (/s)" "$(short "$kept")" "$(short "$later")" "0.8 x the start" "$r" "$(verdict "$r" 0.8)"

    head -c "${BIG_MIB}M" /dev/zero | tr '\0' b >"$WORK/big"
    hf_long sync
    memory_rows
}
hf_long() { local command=$1; shift; timeout 1200 "$HOLDFAST" "$command" --conf "$CONF" "$@"; }

memory_rows() {
    local role pid peak
    for role in mount keeper inspect; do
        pid=$(child $role | head -1)
        peak=$(awk '/^VmHWM/{print $2}' "/proc/$pid/status")
        other_row "memory of $role (peak KiB; anonymous, file, shared now)" "" "$peak" "at most 65536" "" \
            "$([ "$peak" -le 65536 ] && echo holds || echo "FALLS SHORT"); $(awk '/^Rss(Anon|File|Shmem)/{printf "%s ", $2}' "/proc/$pid/status")"
    done
    peak=$(awk '/^VmHWM/{print $2}' "/proc/$DAEMON/status")
    other_row "memory of the supervisor (peak KiB)" "" "$peak" "at most 65536" "" "$([ "$peak" -le 65536 ] && echo holds || echo "FALLS SHORT")"
}

INSPECTION=${INSPECTION:-1} OPENS=${OPENS:-1}
[ "$OPENS" != only ] || INSPECTION=0
. "$(dirname "$0")/inspection.sh"
. "$(dirname "$0")/open_rules.sh"

versions_line
if [ "$INSPECTION" != only ] && [ "$OPENS" != only ]; then
    start_peers
    fresh_holdfast
    NAMES+=(holdfast)
    hf status | grep -i passthrough || true
    make_small_files
    first_half
fi
head_of_table | tee "$T/table"
[ "$INSPECTION" = only ] || [ "$OPENS" = only ] || first_table | tee -a "$T/table"
if [ "$SAVES" != 0 ] && [ "$INSPECTION" != only ] && [ "$OPENS" != only ]; then
    fresh_holdfast
    second_half | tee -a "$T/table"
fi
if [ "$INSPECTION" != 0 ]; then
    inspection_rows | tee -a "$T/table"
    index_rows | tee -a "$T/table"
    fresh_holdfast
    foreground_row | tee -a "$T/table"
fi
if [ "$OPENS" != 0 ] && [ "$INSPECTION" != only ]; then
    fresh_holdfast
    open_rows | tee -a "$T/table"
fi
cp "$T/table" "$BUILD/bench/table.txt"
if grep -q 'FALLS SHORT' "$T/table"; then echo "falls short: $(grep -c 'FALLS SHORT' "$T/table") rows"; else echo "every figure holds"; fi
