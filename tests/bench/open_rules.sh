# shellcheck shell=bash
# open_rules: what 200 [open] rules cost whoever opens, reads and closes a file of 4 KiB. Read by bench.sh.

# none; other: rules on another class than the files'; same: on theirs, each to be tried, and none that says anything.
with_open_rules() { # none|other|same
    local i class=unclassified
    [ "$1" = same ] || class=prospect-list
    {
        printf '[class "prospect-list"]\nmime = text/csv\ncontacts = 5\n'
        for i in $(seq "$([ "$1" = none ] && echo 0 || echo 200)"); do
            printf '[open "vendor %s"]\nclass = %s\napp = /opt/vendor-%s/**, /usr/local/bin/tool-%s\naction = block\n' "$i" $class "$i" "$i"
        done
    } >"$T/policy.d/10-open.policy"
    hf policy reload >/dev/null
    await 20 settle holdfast
}

open_rows() {
    local round rules none r
    mkdir "$WORK/opens"
    "$BENCH" prepare open_read "$WORK/opens"
    settle holdfast
    for round in $(seq $((ROUNDS * 2))); do
        for rules in none other same; do
            with_open_rules $rules
            echo "opens rules-$rules $("$BENCH" open_read "$WORK/opens")" >>"$T/figures"
        done
    done
    none=$(median opens rules-none)
    for rules in other same; do
        r=$(ratio "$(median opens rules-$rules)" "$none")
        other_row "open + read + close, 200 rules, $rules class (/s)" "$(short "$none")" "$(short "$(median opens rules-$rules)")" \
            "0.95 x none" "$r" "$(verdict "$r" 0.95)"
    done
}
