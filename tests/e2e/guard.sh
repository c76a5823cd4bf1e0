#!/bin/bash
# guard: copies that leave the mounts are seen, logged or taken away; nothing else is.
. "$(dirname "$0")/lib.sh"

# One stick (ext4 in a loop device), one tmpfs and a folder; everything else of the rules is the test's (RULES, MODE).
guard_up() {
    T_STICK=$T/stick T_RAM=$T/ram T_OUT=$T/out
    mkdir -p "$T_STICK" "$T_RAM" "$T_OUT" "$T/policy.d"
    chmod 777 "$T_OUT"
    mount -t tmpfs -o mode=777 none "$T_RAM"
    MORE="[guard]
mode = ${MODE:-enforce}
quarantine = $T/quarantine
[sink \"out\"]
path = $T_OUT
[sink \"sticks\"]
kind = removable
loop = yes
[sink \"ram\"]
path = $T_RAM
"
    write_conf
    printf '%s\n' '[class "prospect-list"]' 'contacts = 5' '[class "confidential"]' 'marks = 1' >"$T/policy.d/10-sales.policy"
    printf '%s\n' "${RULES:-$LIST_RULE}" >"$T/policy.d/20-copies.policy"
    hf init >/dev/null
    start_daemon
    await 10 watched "$T_OUT" || fail "the guard does not watch: $(tail -5 "$T/daemon.log")"
}
LIST_RULE='[copy "lists"]
class = prospect-list, confidential
action = quarantine
say = Ask sales-ops.'

watched() { grep -qF "watching $1 " "$T/daemon.log"; }

stick_in() {
    need mkfs.ext4
    [ -f "$T/stick.img" ] || { truncate -s 32M "$T/stick.img"; mkfs.ext4 -q -F -E root_owner="$REP_UID:$REP_UID" "$T/stick.img"; }
    mount -o loop "$T/stick.img" "$T_STICK"
}

# people FIRST COUNT: a list of contacts, a row each.
people() {
    python3 - "$@" <<'END'
import sys
first, count = int(sys.argv[1]), int(sys.argv[2])
names = "Ada Ben Cleo Dan Eva Finn Gina Hugo Iris Jan Kira Leo Mia Nils Olga Paul Rosa Sven Tara Udo".split()
last = "Adler Berg Conti Duval Ek Falk Gruber Holm Ito Jansen Koch Lind Moreau Novak Olsen Petit Quist Roth Stein Toth".split()
print("Name,Company,Email,Phone")
for i in range(first, first + count):
    a, b = names[i % 20], last[i // 20 % 20]
    print(f"{a} {b},{b} {i // 400} Systems GmbH,{a.lower()}.{b.lower()}{i}@firm{i % 37}.example,+49 30 {1000000 + i * 7919 % 8999999}")
END
}

# In the mount, and known to the index.
known_list() { people "${2:-0}" "${3:-60}" | rep tee "$WORK/$1" >/dev/null; hf sync; }

taken() { [ ! -e "$1" ] && [ -s "$1.holdfast.txt" ]; }
expect_taken() { await 15 taken "$1" || fail "$1 was not taken away: $(tail -5 "$T/daemon.log")"; }
abouts() { cat "$T"/quarantine/*/about.json 2>/dev/null || true; }
looked() { hf status --json | grep -oE '"guard_looked": *[0-9]+' | grep -oE '[0-9]+$'; }

test_a_copy_is_taken_away() {
    guard_up
    known_list acme.csv
    rep cp "$WORK/acme.csv" "$T_OUT/leads.csv"
    expect_taken "$T_OUT/leads.csv"
    grep -q 'Ask sales-ops' "$T_OUT/leads.csv.holdfast.txt" || fail "the note does not say whom to ask"
    [ "$(stat -c %u "$T_OUT/leads.csv.holdfast.txt")" = "$REP_UID" ] || fail "the note is not the rep's"
    abouts | grep -q '"source": "acme.csv"' || { abouts; fail "where it came from is not kept"; }
    abouts | grep -qE '"app": ".*/cp"|called itself .*cp' || { abouts; fail "who copied is not kept"; }
    cmp "$T"/quarantine/*/content "$WORK/acme.csv" || fail "quarantine has other bytes"
    [ "$(stat -c %a:%u "$T/quarantine")" = 700:0 ] || fail "quarantine can be entered"
}

# Each way of writing the same list ends in its being taken away.
limit_test_tools=240
test_tools() {
    need rsync zip
    guard_up
    stick_in
    await 5 watched "$T_STICK" || fail "the stick is not watched"
    known_list acme.csv
    local to src=$WORK/acme.csv
    for to in "$T_STICK" "$T_RAM" "$T_OUT"; do
        rep mkdir "$to/d"
        rep rsync "$src" "$to/d/rsync.csv"
        rep dd if="$src" of="$to/d/dd.csv" bs=1k status=none
        rep cp "$src" "$T/home/mv.csv" && rep mv "$T/home/mv.csv" "$to/d/mv.csv"
        rep tar czf "$to/d/tar.tgz" -C "$WORK" acme.csv
        rep sh -c "cd '$WORK' && zip -q '$to/d/zip.zip' acme.csv"
        rep sh -c "base64 '$src' >'$to/d/b64.txt'"
        rep python3 -c "
import random
rows = open('$src').read().splitlines()[1:]
random.seed(1); random.shuffle(rows)
open('$to/d/python.csv', 'w').write('\\n'.join(';'.join(r.split(',')[2:] + r.split(',')[:2]) for r in rows[:30]))"
    done
    for to in "$T_STICK" "$T_RAM" "$T_OUT"; do
        for f in rsync.csv dd.csv mv.csv tar.tgz zip.zip b64.txt python.csv; do expect_taken "$to/d/$f"; done
        [ -z "$(find "$to" -name '.holdfast-*' -o -name '*.holdfast.txt.holdfast.txt')" ] || fail "something is left in $to"
    done
    [ "$(find "$T/quarantine" -name content | wc -l)" = 21 ] || { abouts | grep path; fail "not 21 copies in quarantine"; }
}

# Links, renames into the sink, whole folders that are moved there, files without a name.
test_names_without_writing() {
    guard_up
    known_list acme.csv
    mkdir "$T/aside" && chown "$REP_UID" "$T/aside"
    rep cp "$WORK/acme.csv" "$T/aside/linked.csv"
    rep ln "$T/aside/linked.csv" "$T_OUT/link.csv"
    expect_taken "$T_OUT/link.csv"
    [ -s "$T/aside/linked.csv" ] || fail "what the link led to is gone as well"
    rep cp "$WORK/acme.csv" "$T/aside/renamed.csv"
    rep mv "$T/aside/renamed.csv" "$T_OUT/renamed.csv"
    expect_taken "$T_OUT/renamed.csv"
    rep mkdir -p "$T/aside/folder/deep"
    rep cp "$WORK/acme.csv" "$T/aside/folder/deep/list.csv"
    rep mv "$T/aside/folder" "$T_OUT/folder"
    expect_taken "$T_OUT/folder/deep/list.csv"
    rep python3 -c "
import os
fd = os.open('$T_OUT', os.O_TMPFILE | os.O_RDWR, 0o600)
os.write(fd, open('$WORK/acme.csv', 'rb').read())
os.link(str(fd), '$T_OUT/nameless.csv', src_dir_fd=os.open('/proc/self/fd', os.O_RDONLY), follow_symlinks=True)"
    expect_taken "$T_OUT/nameless.csv"
    rep python3 -c "
import mmap, os
data = open('$WORK/acme.csv', 'rb').read()
f = open('$T_OUT/mapped.csv', 'w+b'); f.truncate(len(data))
m = mmap.mmap(f.fileno(), len(data)); m[:] = data; m.flush(); m.close(); f.close()"
    expect_taken "$T_OUT/mapped.csv"
    unshare -m -- setpriv --reuid "$REP_UID" --regid "$REP_UID" --clear-groups sh -c "cp '$WORK/acme.csv' '$T_OUT/unshared.csv'"
    expect_taken "$T_OUT/unshared.csv"
}

test_unrelated_files_raise_nothing() {
    guard_up
    known_list acme.csv 0 200
    local i
    people 5000 300 >"$T_OUT/other.csv"
    for i in $(seq 40); do people $((9000 + i * 50)) 40 >"$T_OUT/other$i.csv"; done
    for i in $(seq 200); do echo "note $i: call them back on Monday, $RANDOM" >"$T_OUT/note$i.txt"; done
    cp /bin/ls "$T_OUT/ls"
    people 0 4 >"$T_OUT/four.csv" # less than the rule asks for
    : >"$T_OUT/empty"
    looked_at() { [ "$(looked)" -ge 243 ]; }
    await 60 looked_at || fail "only $(looked) files were looked at"
    sleep 1
    [ -z "$(abouts)" ] || { abouts; fail "a file that has nothing of the company's was taken away"; }
    [ "$(find "$T_OUT" -name '*.holdfast.txt' | wc -l)" = 0 ] || fail "a note was left"
}

test_audit_mode_records_only() {
    MODE=audit
    guard_up
    known_list acme.csv
    rep cp "$WORK/acme.csv" "$T_OUT/leads.csv"
    copies() { hf audit --json | grep -c '"event":"copy"'; }
    audited() { [ "$(copies)" -ge 1 ]; }
    await 20 audited || { hf audit | tail -5; fail "the copy is not in the audit log"; }
    cmp "$WORK/acme.csv" "$T_OUT/leads.csv" || fail "the copy was touched"
    [ ! -e "$T_OUT/leads.csv.holdfast.txt" ] || fail "a note was left"
    hf audit acme.csv | grep -qE 'quarantine \(audit\) .*acme\.csv -> .*/leads\.csv' || { hf audit; fail "the copy is not told under its source"; }
    hf audit --json | grep '"event":"copy"' | head -1 >"$T/event"
    for want in '"action":"quarantine"' '"mode":"audit"' '"refused":false' '"sink":"out"' '"sink_kind":"folder"' '"source":"acme.csv"' \
        '"class":"prospect-list"' '"rule":"copies/lists"' '"records":60' "$(sha256sum <"$WORK/acme.csv" | cut -c1-64)"; do
        grep -qF -- "$want" "$T/event" || { cat "$T/event"; fail "the event has no $want"; }
    done
}

# The first rule that holds decides: by sink, by number of records, by program.
test_rules() {
    RULES='[copy "ram is fine"]
class = *
to = ram
action = allow
[copy "a few"]
class = prospect-list
records = 20
app = python3*
action = quarantine
[copy "rest"]
class = prospect-list
records = 5
action = log'
    guard_up
    known_list acme.csv
    rep cp "$WORK/acme.csv" "$T_RAM/ram.csv"
    rep sh -c "head -11 '$WORK/acme.csv' >'$T_OUT/ten.csv'"
    rep sh -c "exec dd if='$WORK/acme.csv' of='$T_OUT/by-dd.csv' status=none"
    rep python3 -c "import shutil, time; shutil.copy('$WORK/acme.csv', '$T_OUT/by-python.csv'); time.sleep(1)" # lives on
    expect_taken "$T_OUT/by-python.csv"
    two_logged() { hf status --json | grep -qE '"copies_logged": *2'; }
    await 10 two_logged || { hf status --json; fail "not two copies were logged"; }
    [ -s "$T_RAM/ram.csv" ] && [ -s "$T_OUT/ten.csv" ] && [ -s "$T_OUT/by-dd.csv" ] || fail "another rule than the first decided"
}

# A stick that appears is watched at once, and can be unmounted at any time.
test_a_new_stick() {
    guard_up
    known_list acme.csv
    stick_in
    rep cp "$WORK/acme.csv" "$T_STICK/at-once.csv"
    expect_taken "$T_STICK/at-once.csv"
    umount "$T_STICK" || fail "the stick is held"
    stick_in
    rep cp "$WORK/acme.csv" "$T_STICK/again.csv"
    expect_taken "$T_STICK/again.csv"
    abouts | grep -q '"kind": "removable"' || fail "it is not told that it was a stick"
}

test_explain() {
    RULES='[copy "lists"]
class = prospect-list
to = removable
records = 20
action = quarantine
say = Ask sales-ops.'
    MODE=enforce
    guard_up
    people 0 60 >"$T/home/list.csv" && people 0 10 >"$T/home/ten.csv"
    local status=0
    hf policy explain --copy "$T/home/list.csv" --to removable >"$T/told" || status=$?
    [ "$status" = 1 ] || fail "status $status for a copy that would be taken away"
    grep -q 'copies/lists' "$T/told" && grep -q 'is taken away' "$T/told" && grep -q 'Ask sales-ops' "$T/told" || { cat "$T/told"; fail "explain"; }
    hf policy explain --copy "$T/home/ten.csv" --to sticks --json >"$T/told" || fail "ten rows are allowed"
    grep -qE '"action": ?"none"' "$T/told" || { cat "$T/told"; fail "explain --json"; }
    hf policy explain --copy "$T/home/list.csv" --to out | grep -q 'no rule speaks' || fail "another sink"
    ! hf policy explain --copy "$T/home/list.csv" --to cloud 2>/dev/null || fail "a sink that is not there"
    sed -i 's/^to = .*/to = network/' "$T/policy.d/20-copies.policy"
    hf policy check >"$T/told" 2>&1 && fail "a rule about a sink that is not there is in order"
    grep -q 'fs.conf has no \[sink\] of that name or kind' "$T/told" || { cat "$T/told"; fail "it is not told which"; }
}

# New rules hold for what is finished from then on.
test_reload() {
    RULES='[copy "lists"]
class = prospect-list
action = log'
    guard_up
    known_list acme.csv
    rep cp "$WORK/acme.csv" "$T_OUT/before.csv"
    one_logged() { hf status --json | grep -qE '"copies_logged": *1'; }
    await 10 one_logged || fail "the copy is not logged"
    sleep 3 # what changed within 2 s is looked at again by the next guard
    sed -i 's/log/quarantine/' "$T/policy.d/20-copies.policy"
    local old; old=$(one_child guard)
    hf policy reload
    replaced() { [ "$(one_child guard)" != "$old" ] && [ "$(grep -cF "watching $T_OUT " "$T/daemon.log")" -ge 2 ]; }
    await 10 replaced || fail "the guard has the old rules"
    rep cp "$WORK/acme.csv" "$T_OUT/after.csv"
    expect_taken "$T_OUT/after.csv"
    [ -s "$T_OUT/before.csv" ] || fail "what was there before is judged anew"
}

# Killed under load, nothing stays: what was finished without a guard is looked for by the next one.
limit_test_killed_under_load=240
test_killed_under_load() {
    guard_up
    known_list acme.csv
    local i
    for i in $(seq 60); do
        rep cp "$WORK/acme.csv" "$T_OUT/list$i.csv"
        people $((9000 + i * 50)) 40 | rep tee "$T_OUT/other$i.csv" >/dev/null
        [ $((i % 15)) != 0 ] || kill_one guard
    done
    none_left() { ! ls "$T_OUT"/list*.csv >/dev/null 2>&1; }
    await 60 none_left || { ls "$T_OUT"/list*.csv; fail "copies are left"; }
    [ "$(find "$T_OUT" -name 'other*.csv' | wc -l)" = 60 ] || fail "unrelated files are gone"
    hf audit --json >"$T/audit.json"
    grep -q 'the sinks were not watched since' "$T/audit.json" || fail "the gap is not on record"
}

# A stopped guard makes nobody wait.
test_stopped() {
    guard_up
    known_list acme.csv
    local guard; guard=$(one_child guard)
    kill -STOP "$guard"
    timeout 10 setpriv --reuid "$REP_UID" --clear-groups sh -c "for i in 1 2 3; do cp '$WORK/acme.csv' '$T_OUT/'\$i.csv && cat '$T_OUT/'\$i.csv >/dev/null; done" ||
        fail "writing on a sink waits for the guard"
    kill -CONT "$guard"
    for i in 1 2 3; do expect_taken "$T_OUT/$i.csv"; done
}

test_while_the_daemon_was_down() {
    guard_up
    known_list acme.csv
    stop_daemon
    people 0 60 >"$T_OUT/meanwhile.csv"
    start_daemon
    expect_taken "$T_OUT/meanwhile.csv"
}

# Saved and copied in one breath: the index does not know it yet, and is waited for.
test_copied_at_once() {
    guard_up
    people 700 80 >"$T/new.csv" && chmod 644 "$T/new.csv"
    rep sh -c "cp '$T/new.csv' '$WORK/new.csv' && cp '$WORK/new.csv' '$T_OUT/out.csv'"
    expect_taken "$T_OUT/out.csv"
}

theme_main "$@"
