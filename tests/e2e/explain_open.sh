#!/bin/bash
# explain_open: what open rules would say of an open, without a daemon, without opening anything, and why.
. "$(dirname "$0")/lib.sh"

RULES='[class "prospect-list"]
is       = table
contacts = 5
[open "leaving"]
class     = *
departing = yes
action    = block
mode      = enforce
[open "sync clients"]
class  = prospect-list
app    = /usr/bin/rclone, /opt/dropbox/*, @browsers
action = block
say    = Prospect lists stay on company storage. Ask sales-ops for a share link.
[open "night shift"]
class   = prospect-list
session = ssh
parent  = sshd
hours   = 20:00-06:00
action  = block
[open "this very program"]
class  = prospect-list
app    = PROGRAM sha256:HASH
action = log
[open "fresh"]
class  = *
action = hold
fail   = block'

prepare() { # fs.conf's [guard] section
    MORE=$1 write_conf
    cp /bin/true "$T/program"
    local hash; hash=$(sha256sum <"$T/program")
    RULES=${RULES/PROGRAM/$T/program}
    printf '%s\n' "${RULES/HASH/${hash%% *}}" >"$T/policy.d/10-sales.policy"
    { echo "company;contact;mail"; for i in $(seq 9); do echo "Firm $i GmbH;Ann Hill;ann.$i@firm$i.example"; done; } >"$T/list.csv"
    mkdir -p "$WORK/Prospects"
    cp "$T/list.csv" "$WORK/Prospects/"
}
# explain STATUS PATTERN OPTION...: what is said of list.csv has a line that matches.
explain() {
    local want=$1 pattern=$2 s=0; shift 2
    "$HOLDFAST" policy explain --conf "$CONF" --open "$@" >"$T/said" 2>&1 || s=$?
    [ $s = "$want" ] && grep -qE -- "$pattern" "$T/said" || fail "$*: $s, expected $want and $pattern: $(cat "$T/said")"
}

test_blocked_or_not() {
    prepare $'[guard]\nmode = enforce'
    explain 1 'list.csv: is blocked' "$T/list.csv" --app /usr/bin/rclone
    grep -q 'decided by  sales/sync clients (10-sales.policy:9), block, mode enforce' "$T/said" || fail "$(cat "$T/said")"
    grep -q 'Ask sales-ops for a share link' "$T/said" || fail "$(cat "$T/said")"
    explain 1 'is blocked' "$T/list.csv" --app /opt/dropbox/lib/dropboxd
    explain 1 'the program is "/usr/lib/firefox-esr/firefox-esr": @browsers' "$T/list.csv" --app /usr/lib/firefox-esr/firefox-esr
    explain 0 'list.csv: passes: no rule speaks' "$T/list.csv" --app /usr/bin/vim.basic
    explain 0 'no  app: the program is "/usr/bin/vim.basic", none of /usr/bin/rclone' "$T/list.csv" --app /usr/bin/vim.basic
    echo 'int main(void) { return 0; }' >"$T/main.c"
    explain 0 'main.c: passes: no rule speaks' "$T/main.c" --app /usr/bin/rclone
    explain 1 'list.csv: is blocked' "$T/main.c" "$T/list.csv" --app /usr/bin/rclone
}

test_audit_lets_pass() {
    prepare ''
    explain 0 'passes, and is recorded; with enforce it would be blocked' "$T/list.csv" --app /usr/bin/rclone
}

test_who_and_when() {
    prepare $'[guard]\nmode = enforce'
    local at='2026-11-23 21:00'
    explain 1 'sales/night shift' "$T/list.csv" --app vim --session ssh --parent /usr/bin/bash --parent /usr/sbin/sshd --at "$at"
    explain 0 'no rule speaks' "$T/list.csv" --app vim --session ssh --parent /usr/bin/bash --at "$at"
    explain 0 'no rule speaks' "$T/list.csv" --app vim --session local --parent sshd --at "$at"
    explain 0 'no  hours: it is 12:00' "$T/list.csv" --app vim --session ssh --parent sshd --at '2026-11-23 12:00'
    explain 0 'root \(0\), an ssh session' "$T/list.csv" --app vim --user 0 --session ssh
    explain 0 'waits up to 2000 ms until it is inspected, then is blocked' "$T/list.csv" --app vim --stale
}

# By what is in the executable, and through the link that leads to it.
test_hash_of_the_program() {
    prepare $'[guard]\nmode = enforce'
    ln -s program "$T/link"
    explain 0 'passes, and is recorded' "$T/list.csv" --app "$T/link"
    explain 0 "hash +$(sha256sum <"$T/program" | cut -c 1-64)" "$T/list.csv" --app "$T/program"
    echo >>"$T/program"
    explain 0 'passes: no rule speaks' "$T/list.csv" --app "$T/program"
    explain 0 "program's hash, and it cannot be read here" "$T/list.csv" --app /nowhere/program
}

test_departing_rep() {
    prepare $'[guard]\ndeparting = bob, alice'
    explain 1 'sales/leaving' "$WORK/Prospects/list.csv" --app vim
    explain 0 'no rule speaks' "$WORK/Prospects/list.csv" --app vim --rep carol
    explain 0 'no rule speaks' "$T/list.csv" --app vim
    explain 1 'sales/leaving' "$T/list.csv" --app vim --rep bob
}

test_json() {
    need python3
    prepare $'[guard]\nmode = enforce'
    explain 1 '' "$T/list.csv" --app /usr/bin/rclone --parent bash --user 0 --json
    python3 - "$T/said" <<'END' || fail "$(cat "$T/said")"
import json, sys
j = json.load(open(sys.argv[1]))
assert (j["class"], j["action"], j["mode"], j["blocked"]) == ("prospect-list", "block", "enforce", True)
assert (j["rule"], j["file"], j["line"]) == ("sales/sync clients", "10-sales.policy", 9)
assert (j["app"], j["parents"], j["uid"], j["session"]) == ("/usr/bin/rclone", ["bash"], 0, "none")
assert [r["key"] for r in j["rules"] if r["rule"] == "sync clients" and r["held"]] == ["class", "app"]
END
}

# In a mount the class is the one on record, and asking is no open.
test_in_a_mount() {
    MOUNT_KEYS='personal = Private/**' prepare $'[guard]\nmode = enforce'
    rm -r "$WORK/Prospects"
    printf '[open "all"]\nclass = *\nuser = alice\naction = block\n' >>"$T/policy.d/10-sales.policy"
    hf init >/dev/null
    start_daemon
    cp "$T/list.csv" "$T/theirs.csv" && chmod 644 "$T/theirs.csv"
    rep mkdir "$WORK/Prospects" "$WORK/Private"
    rep cp "$T/theirs.csv" "$WORK/Prospects/whatever"
    rep cp "$T/theirs.csv" "$WORK/Private/own"
    hf sync
    explain 1 'whatever: is blocked' "$WORK/Prospects/whatever" --app /usr/bin/rclone
    explain 0 'rep +alice' "$WORK/Prospects/whatever" --app vim
    explain 1 'sales/all' "$WORK/Prospects/whatever" --app vim --user alice
    explain 0 'own: passes: it is personal or ignored' "$WORK/Private/own" --app vim --user alice
}

# What an admin may not expect of rules that are in order.
test_check_says_what_is_enforced() {
    prepare ''
    hf policy check >"$T/said" || fail "check: $? $(cat "$T/said")"
    grep -q '^opens  *5 open rules, 1 of them enforced' "$T/said" || fail "$(cat "$T/said")"
    grep -q 'note: rules are about departing reps, and departing in \[guard\] names none' "$T/said" || fail "$(cat "$T/said")"
    sed -i '/^mode/d' "$T/policy.d/10-sales.policy"
    hf policy check --json >"$T/said"
    grep -q '"open_rules":5,"open_enforced":0' "$T/said" && grep -q 'they record, and stop nobody' "$T/said" || fail "$(cat "$T/said")"
    prepare $'[guard]\nmode = enforce\ndeparting = bob'
    hf policy check >"$T/said"
    grep -q '5 open rules, 5 of them enforced' "$T/said" && ! grep -q note "$T/said" || fail "$(cat "$T/said")"
}

test_mistakes() {
    prepare ''
    explain 2 'expected --app' "$T/list.csv"
    explain 2 'expected a file' --app vim
    explain 2 '"remote": expected none, local or ssh' "$T/list.csv" --app vim --session remote
    explain 2 '"noon": expected a time' "$T/list.csv" --app vim --at noon
    explain 2 'nothing-here: No such file' "$T/nothing-here" --app vim
    local s=0
    "$HOLDFAST" policy explain --conf "$CONF" "$T/list.csv" --app vim 2>"$T/err" || s=$?
    [ $s = 2 ] && grep -q 'policy explain --open or --copy only' "$T/err" || fail "an option is passed over: $s $(cat "$T/err")"
    # shellcheck disable=SC2046 # words
    explain 2 'at most 16' "$T/list.csv" --app vim $(printf -- '--parent p%s ' $(seq 17))
}

theme_main "$@"
