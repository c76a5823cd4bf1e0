# shellcheck shell=bash
# inspection: the figures of inspection and of the index, and what inspection costs who saves. Read by bench.sh.
INSPECT=$BUILD/bench/inspect INDEX=$BUILD/bench/index

most_row() { # TEXT FIGURE MOST [MORE]: a figure that should be small
    other_row "$1" "" "${2:--}" "at most $3" "" \
        "$(awk -v f="$2" -v t="$3" 'BEGIN {print (f == "" ? "-" : f <= t ? "holds" : "FALLS SHORT")}')${4-}"
}

rate_row() { # TEXT CASE LEAST
    local figure
    figure=$(awk -v c="$2" '$1 == c {print $2}' "$T/inspected")
    other_row "$1" "" "$figure" "$3" "" "$(verdict "$figure" "$3")"
}

save_row() { # TEXT CASE MOST
    most_row "$1" "$(awk -v c="$2" '$1 == c {print $2}' "$T/inspected")" "$3" "$(sed -n "s/^$2 .* ms;/;/p" "$T/inspected")"
}

inspection_rows() {
    (cd "$ROOT" && "$INSPECT" all "$ROUNDS") >"$T/inspected"
    rate_row "CSV of prospects inspected (MB/s)" csv 150
    rate_row "XLSX inspected (MB/s of file)" xlsx 10
    other_row "ODS inspected (MB/s of file)" "" "$(awk '$1 == "ods" {print $2}' "$T/inspected")" "" "" ""
    rate_row "text, every rule tried (MB/s)" text 50
    save_row "a list of 20 kB, ask to answer (ms)" csv_save 2
    save_row "a draft of 20 kB, ask to answer (ms)" draft_save 2
}

index_rows() { # of a million contacts
    "$INDEX" "${CONTACTS:-1000000}" "$T" >"$T/indexed"
    figure_of() { sed -n "s/^$1 *\([0-9.]*\).*/\1/p" "$T/indexed"; }
    most_row "index of ${CONTACTS:-1000000} contacts (MB)" "$(figure_of 'data.mdb, distinct contacts in lists')" 250
    most_row "match of 1,000 rows that it holds (ms)" "$(figure_of 'match 1,000 rows, all known, of 1,000 lists')" 20
    most_row "memory of who writes it, anonymous (MiB)" "$(figure_of "writer's anonymous memory, at most")" 64
}

# ---- what a save costs the one who saves, with rules and without, by turns ----

with_rules() { # yes|no
    rm -f "$T/policy.d"/*
    [ "$1" = no ] || cp "$ROOT"/policy/packs/*.policy "$T/policy.d/"
    hf policy reload >/dev/null
    await 20 settle holdfast # the keeper that begins anew answers when it is ready
}

foreground_row() {
    local round rules none all r
    for round in $(seq $((ROUNDS * 2))); do
        for rules in no yes; do
            with_rules $rules
            mkdir "$WORK/drafts"
            echo "drafts rules-$rules $("$BENCH" create_draft "$WORK/drafts")" >>"$T/figures"
            rm -rf "$WORK/drafts"
            settle holdfast
        done
    done
    none=$(median drafts rules-no) all=$(median drafts rules-yes)
    r=$(ratio "$all" "$none")
    other_row "create + write + close, all rules; none (/s)" "$(short "$none")" "$(short "$all")" "0.95 x none" "$r" "$(verdict "$r" 0.95)"
}
