#!/bin/bash
# events: who is told what a file is: the file's own attributes, status, and the programs of [events].
. "$(dirname "$0")/lib.sh"
need getfattr

PACKS=$ROOT/policy/packs
with_packs() { mkdir -p "$T/policy.d"; cp "$PACKS"/*.policy "$T/policy.d/"; }
draft() {
    printf 'Big news from our team!\n\nOur platform brings you guaranteed returns and zero risk.\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n'
}
mended() { printf 'Big news from our team!\n\nWe measured what our platform saves: see the report.\n\nWhat do you think? Link in the comments.\n\n#sales #growth #leads\n'; }
leads() {
    echo "company;contact;mail;phone;owner"
    local i
    for i in $(seq "$1"); do echo "Firm $i GmbH;Ann Hill$i;ann.$i@firm$i.example;+49 30 55501$((100 + i));me"; done
}
last() { git_record log -1 --format="$(field "$1")" "$(tip)"; }
attribute() { getfattr --only-values -n "user.holdfast.$1" "$2" 2>/dev/null; }
classes() { hf status --json >"$T/status" || true; python3 -c 'import json,sys; m=json.load(open(sys.argv[1]))["mounts"][0]; print(json.dumps([m["classes"], m["findings"]], sort_keys=True))' "$T/status"; }

# What a version says of a file, getfattr says of the file; what was mended has no advice any more.
test_findings_attribute() {
    with_packs; serve
    draft >"$T/draft.md"
    rep cp "$T/draft.md" "$WORK/launch.md"
    hf sync
    [ "$(attribute class "$WORK/launch.md")" = post-draft ] || fail "class: $(attribute class "$WORK/launch.md")"
    local found; found=$(attribute findings "$WORK/launch.md")
    [[ $found =~ ^error\ [a-z0-9-]+/[a-z0-9-]+\ 3:[0-9]+ ]] || fail "findings: $found; the record: $(last Finding)"
    [[ $(last Finding) == *"${found%%,*}"* ]] || fail "the record says $(last Finding), the file $found"
    ! getfattr -d "$WORK/launch.md" | grep -q holdfast || fail "it is listed: copying tools would carry it along"
    leads 12 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/list.csv"
    hf sync
    attribute findings "$WORK/list.csv" && fail "a list without advice has some"
    mended >"$T/mended.md"
    rep cp "$T/mended.md" "$WORK/launch.md"
    hf sync
    [[ $(attribute findings "$WORK/launch.md") != *error* ]] || fail "mended, and still: $(attribute findings "$WORK/launch.md")"
}

# status counts files as they are now: not versions, not what was replaced, removed, or removed while nothing was mounted.
test_status_counts_by_class() {
    with_packs; serve
    draft >"$T/draft.md"; leads 12 >"$T/list.csv"
    local i
    for i in 1 2 3; do rep cp "$T/list.csv" "$WORK/list$i.csv"; done
    rep cp "$T/draft.md" "$WORK/launch.md"
    echo 'int main(void) { return 0; }' | rep tee "$WORK/main.c" >/dev/null
    for i in 1 2 3; do rep cp "$T/draft.md" "$WORK/launch.md"; hf sync; done
    [[ $(classes) == *'{"post-draft": 1, "prospect-list": 3, "unclassified": 1}, {"error": 1,'* ]] || fail "at first: $(classes)"
    hf status >"$T/said"
    grep -qE '^  classes +prospect-list 3, post-draft 1, unclassified 1$' "$T/said" || fail "$(cat "$T/said")"
    grep -qE '^  findings +1 files with errors' "$T/said" || fail "$(cat "$T/said")"
    rep cp "$T/list.csv" "$WORK/.list1.tmp"; rep mv "$WORK/.list1.tmp" "$WORK/list1.csv" # as an editor saves
    rep rm "$WORK/list2.csv"
    rep mv "$WORK/main.c" "$WORK/prog.c"
    hf sync
    [[ $(classes) == *'{"post-draft": 1, "prospect-list": 2, "unclassified": 1}'* ]] || fail "after a replacement and a removal: $(classes)"
    stop_daemon
    rm "$WORK/list3.csv"
    start_daemon
    counted() { [[ $(classes) == *'{"post-draft": 1, "prospect-list": 1, "unclassified": 1}'* ]]; }
    await 10 counted || fail "after one was removed unmounted: $(classes)"
    kill -KILL "$(child keeper)"
    await 10 counted || fail "after the keeper's death: $(classes)"
    expect_sound_record
}

# ---- programs ----

with_hooks() { # LIMIT: [events] with a folder of our own, where programs write to $T/said
    mkdir -p "$T/hooks"; mkdir -p "$T/said"; chown "$REP_UID:$REP_UID" "$T/said"
    MORE="[events]
hooks = $T/hooks
limit = ${1:-10s}
run-as = ${RUN_AS:-rep}"
}
hook() { # NAME, its body on standard input
    { echo '#!/bin/sh'; cat; } >"$T/hooks/.new"
    chmod 755 "$T/hooks/.new"
    mv "$T/hooks/.new" "$T/hooks/$1"
}
json() { python3 -c 'import json,sys; o=json.loads(open(sys.argv[1]).readline()); print(eval(sys.argv[2]))' "$@"; }
events_of_status() { hf status --json >"$T/status" || true; python3 -c 'import json,sys; m=json.load(open(sys.argv[1]))["mounts"][0]; print(m["events_told"], m["events_failed"], m["events_dropped"])' "$T/status"; }

test_on_finding_runs_as_the_rep() {
    with_packs; with_hooks
    hook on-finding <<<"cat >$T/said/finding.tmp; id -u >$T/said/uid; mv $T/said/finding.tmp $T/said/finding"
    hook on-save <<<"cat >>$T/said/saves"
    serve
    draft >"$T/draft.md"
    rep mkdir "$WORK/Posts"
    rep cp "$T/draft.md" "$WORK/Posts/launch.md"
    hf sync
    await 10 test -s "$T/said/finding" || fail "nobody was told: $(tail -5 "$T/daemon.log")"
    local f=$T/said/finding
    [ "$(cat "$T/said/uid")" = "$REP_UID" ] || fail "as whom: $(cat "$T/said/uid")"
    [ "$(json "$f" 'o["event"], o["mount"], o["path"], o["rep"], o["device"], o["class"]')" = \
        "('on-finding', 'work', 'Posts/launch.md', 'alice', 'lt-1', 'post-draft')" ] || fail "$(cat "$f")"
    [ "$(json "$f" 'o["seq"]')" = "$(last Seq)" ] && [ "$(json "$f" 'o["commit"]')" = "$(git_record rev-parse "$(tip)")" ] || fail "version: $(cat "$f")"
    [ "$(json "$f" 'o["saved"]')" = "$(last Saved)" ] || fail "saved: $(json "$f" 'o["saved"]'), the record: $(last Saved)"
    [ "$(json "$f" 'o["findings"][0]["level"], o["findings"][0]["line"], len(o["findings"][0]["say"]) > 10')" = "('error', 3, True)" ] || fail "$(cat "$f")"
    leads 12 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/list.csv"
    hf sync
    told_of_the_list() { grep -q '"path":"list.csv".*"class":"prospect-list".*"records":"12 +12 -0"' "$T/said/saves"; }
    await 10 told_of_the_list || fail "on-save: $(cat "$T/said/saves")"
    [ "$(wc -l <"$T/said/saves")" = 2 ] || fail "a save is told once: $(cat "$T/said/saves")"
    counted() { [ "$(events_of_status)" = "3 0 0" ]; }
    await 10 counted || fail "status: $(events_of_status)"
}

# Its bytes and its name are whatever they are: the line stays one line of JSON.
test_a_name_forges_nothing() {
    with_packs; with_hooks
    hook on-save <<<"cat >>$T/said/saves"
    serve
    local name=$'a\n{"event":"on-save"}\xff"'
    rep "$TOOL" write "$WORK/$name" 2>/dev/null || rep sh -c 'echo x >"$1"' sh "$WORK/$name"
    hf sync
    await 10 test -s "$T/said/saves" || fail "nobody was told"
    [ "$(wc -l <"$T/said/saves")" = 1 ] && [[ $(json "$T/said/saves" 'o["path"]') == '"a\n{'* ]] || fail "$(cat "$T/said/saves")"
}

# Programs that hang, fail and talk: saves are kept all the same, and the programs end.
test_hanging_program_delays_no_save() {
    with_packs; with_hooks 2s
    hook on-save <<<"echo \$\$ >>$T/said/pids; trap '' TERM; sleep 600 & echo \$! >>$T/said/pids; setsid sleep 600 & echo \$! >>$T/said/pids; sleep 600"
    serve
    local i before=$SECONDS
    for i in $(seq 200); do rep cp /etc/hostname "$WORK/f$i"; done
    hf sync
    git_record fsck --strict >/dev/null 2>&1
    [ "$(record_lines | grep -c save)" = 200 ] || fail "$(record_lines | grep -c save) of 200 saves are kept"
    await 5 test -s "$T/said/pids" || fail "no program was started"
    ended() { read -r _ failed dropped <<<"$(events_of_status)"; [ "$failed" -ge 4 ] && [ "$dropped" -ge 100 ]; }
    await 15 ended || fail "status: $(events_of_status)"
    grep -q 'its time was up' "$T/daemon.log" && grep -q 'faster than programs could be told' "$T/daemon.log" || fail "the log does not say so"
    hf status >"$T/said.status"; grep -qE '^  events +0 told, ' "$T/said.status" || fail "$(cat "$T/said.status")"
    rm "$T/hooks/on-save"
    lives() { local state; state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && [[ $state != Z* ]]; }
    quiet() { local p; for p in $(head "${1:--6}" "$T/said/pids"); do ! lives "$p" || return 1; done; }
    await 10 quiet || fail "what programs started lives on"
    stop_daemon
    await 5 quiet -1000 || fail "something has outlived the daemon"
}

# Whose folder it is counts, from the next event on; no restart.
test_folder_of_somebody_else_is_refused() {
    with_packs; with_hooks
    rmdir "$T/hooks"
    serve
    rep cp /etc/hostname "$WORK/a"; hf sync # there is no folder: nothing happens
    mkdir "$T/hooks"; hook on-save <<<"cat >>$T/said/saves"; chmod 777 "$T/hooks"
    said_no() { rep cp /etc/hostname "$WORK/b"; hf sync; grep -q 'writable by nobody else' "$T/daemon.log"; }
    await 10 said_no || fail "the log does not refuse: $(tail -5 "$T/daemon.log")"
    chmod 755 "$T/hooks"; chown "$REP_UID" "$T/hooks/on-save"
    sleep 3
    rep cp /etc/hostname "$WORK/c"; hf sync
    [ ! -e "$T/said/saves" ] || fail "somebody else's program was run"
    chown 0 "$T/hooks/on-save"
    told() { rep cp /etc/hostname "$WORK/d"; hf sync; test -s "$T/said/saves"; }
    await 10 told || fail "a good one is not run"
    [ "$(grep -c 'on-save: has to be' "$T/daemon.log")" = 1 ] || fail "said again and again"
}

# The teller dies: nobody notices, and another tells what comes.
test_teller_is_replaced() {
    with_packs; with_hooks
    hook on-save <<<"cat >>$T/said/saves"
    serve
    local pid; pid=$(child teller)
    grep -q '^CapEff:.*0000000000e0$' <(sed 's/0*\([0-9a-f]\{12\}\)$/\1/' "/proc/$pid/status") || fail "rights: $(grep Cap "/proc/$pid/status")"
    kill -KILL "$pid"
    rep cp /etc/hostname "$WORK/a"; hf sync
    await 10 grep -qs '"path":"a"' "$T/said/saves" || fail "not told after the teller's death: $(tail -5 "$T/daemon.log")"
    [ "$(child teller)" != "$pid" ] || fail "it is the same"
    hf status >/dev/null || fail "status complains"
}

# ---- the programs that come along ----

event() { # LEVEL PATH
    printf '{"event":"on-finding","mount":"work","path":"%s","findings":[{"level":"%s","rule":"p/r","line":3,"say":"Say <b>no</b>.","repair":"Rather \\"yes\\"."}]}\n' "$2" "$1"
}
notify() { rep env PATH="$T/fake:$PATH" XDG_RUNTIME_DIR="$T/runtime" DBUS_SESSION_BUS_ADDRESS=unix:path=/none "$T/bin/holdfast-notify" "$@"; }

test_notification_is_quiet() {
    mkdir -p "$T/fake" "$T/runtime" "$T/home"; chown "$REP_UID" "$T/runtime" "$T/home"; chmod 700 "$T/runtime"
    cp "$BUILD/holdfast-notify" "$T/bin/"
    printf '#!/bin/sh\nfor a; do echo "$a"; done >>%s/runtime/shown\n' "$T" >"$T/fake/notify-send"; chmod 755 "$T/fake/notify-send"
    event warning a.md | notify; [ ! -e "$T/runtime/shown" ] || fail "a warning is shown"
    event error Posts/a.md | notify
    [ "$(sed -n 4,5p "$T/runtime/shown")" = $'a.md, line 3\nSay &lt;b&gt;no&lt;/b&gt;. Rather "yes".' ] || fail "$(cat "$T/runtime/shown")"
    event error Posts/a.md | notify; event error Posts/a.md | notify
    [ "$(grep -c 'a.md, line 3' "$T/runtime/shown")" = 1 ] || fail "shown again within the hour"
    event error b.md | notify
    grep -q 'b.md, line 3' "$T/runtime/shown" || fail "another file's finding is not shown"
    touch -d '-2 hours' "$T"/runtime/holdfast/told-*
    event error Posts/a.md | notify
    [ "$(grep -c 'a.md, line 3' "$T/runtime/shown")" = 2 ] || fail "not shown after two hours"
    [ "$(find "$T/runtime/holdfast" -type f | wc -l)" = 1 ] || fail "old marks pile up"
    event warning c.md | notify --level warning
    grep -q 'c.md, line 3' "$T/runtime/shown" || fail "--level warning"
    event error d.md | rep env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR="$T/runtime" "$T/bin/holdfast-notify" || fail "no desktop is no failure"
    rm "$T/fake/notify-send"; printf '#!/bin/sh\nfor a; do echo "$a"; done >%s/runtime/gdbus\n' "$T" >"$T/fake/gdbus"; chmod 755 "$T/fake/gdbus"
    if ! command -v notify-send >/dev/null; then
        event error e.md | notify
        grep -qxF '"Say &lt;b&gt;no&lt;/b&gt;. Rather \"yes\"."' "$T/runtime/gdbus" || fail "gdbus: $(cat "$T/runtime/gdbus")"
    fi
    local s=0; echo nonsense | notify 2>/dev/null || s=$?; [ "$s" = 1 ] || fail "nonsense: status $s"
    s=0; notify --level none </dev/null 2>/dev/null || s=$?; [ "$s" = 2 ] || fail "usage: status $s"
}

test_json_lines() {
    with_packs; with_hooks
    cp "$BUILD/holdfast-json-lines" "$T/bin/"
    hook on-save <<<"exec $T/bin/holdfast-json-lines --most 4096 $T/said/events.jsonl"
    serve
    local i
    for i in $(seq 30); do rep cp /etc/hostname "$WORK/f$i"; hf sync; done
    told() { [ "$(cat "$T"/said/events.jsonl* | grep -c '"event":"on-save"')" -ge 15 ] && [ -e "$T/said/events.jsonl.1" ]; }
    await 10 told || fail "$(ls -l "$T/said")"
    [ "$(stat -c '%a %u' "$T/said/events.jsonl")" = "600 $REP_UID" ] || fail "$(stat -c '%a %u' "$T/said/events.jsonl")"
    [ "$(find "$T/said" -type f | wc -l)" = 2 ] && [ "$(stat -c %s "$T/said/events.jsonl.1")" -lt 8192 ] || fail "it grows: $(ls -l "$T/said")"
    python3 -c 'import json,sys
for f in sys.argv[1:]:
    for line in open(f): json.loads(line)' "$T"/said/events.jsonl* || fail "a line that is no JSON"
    # Many at once: no line is lost or mixed while files are put away.
    rm "$T"/said/*
    local writers=()
    for i in $(seq 60); do event error "p$i" | rep "$T/bin/holdfast-json-lines" --most 1000000 "$T/said/many" & writers+=($!); done
    wait "${writers[@]}"
    [ "$(grep -c '^{"event":"on-finding".*}$' "$T/said/many")" = 60 ] || fail "$(wc -l "$T/said/many")"
    ln -s /etc/passwd "$T/said/link"
    ! event error x | "$T/bin/holdfast-json-lines" "$T/said/link" 2>/dev/null || fail "a link is followed"
    [ "$(event error x | rep "$T/bin/holdfast-json-lines" -)" = "$(event error x)" ] || fail "standard output"
    event error x | rep "$T/bin/holdfast-json-lines" || fail "the person's own folder"
    [ "$(stat -c %a "$T/home/.local/state/holdfast/events.jsonl")" = 600 ] || fail "$(find "$T/home")"
}

theme_main "$@"
