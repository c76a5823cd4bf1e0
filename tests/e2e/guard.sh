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

taken() { [ ! -e "$1" ] && [ -e "$1.holdfast.txt" ]; }
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
    abouts | grep -q '"app": ".*/cp"' || { abouts; fail "who copied is not kept"; }
    cmp "$T"/quarantine/*/content "$WORK/acme.csv" || fail "quarantine has other bytes"
    [ "$(stat -c %a:%u "$T/quarantine")" = 700:0 ] || fail "quarantine can be entered"
}

theme_main "$@"
