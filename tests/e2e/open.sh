#!/bin/bash
# open: who may read what inside a mount. Rules on real programs, every way to a file's bytes, classes that follow the file, rules that
# change under who reads, and what a killed mount child or a stopped inspector mean for whoever waits.
. "$(dirname "$0")/lib.sh"

leads() { # COUNT
    local i
    for i in $(seq "$1"); do echo "Ann Hill$i,Firm $i GmbH,ann.$i@firm$i.example,+49 30 55501$((100 + i))"; done
}
rules() { mkdir -p "$T/policy.d"; cat >"$T/policy.d/50-open.policy"; } # from standard input
reload() { # and wait until opens are judged by the new rules, too
    local before; before=$(told_rules)
    hf policy reload >/dev/null
    await 10 has_more_rules "$before" || fail "the mount child has not taken the new rules up"
}
# How often the audit journal says that other rules are in force.
told_rules() { strings -n 5 "$SPOOL"/work/audit/journal/*.seg | grep -cx rules || true; }
has_more_rules() { [ "$(told_rules)" -gt "$1" ]; }
number() { hf status --json | python3 -c "import json, sys; print(json.load(sys.stdin)['mounts'][0]['$1'])"; }

# One list of prospects, inspected. What a rule names as a shell or a copier is a copy of it, so that the test's own are not meant.
serve_list() { # MODE
    need python3 strings
    write_conf
    printf '[guard]\nmode = %s\n' "$1" >>"$CONF"
    printf '[class "prospect-list"]\nmime = text/csv\ncontacts = 5\n' >"$T/policy.d/10-class.policy"
    hf init >/dev/null
    start_daemon
    leads 10 >"$T/list.csv"
    rep cp "$T/list.csv" "$WORK/list.csv"
    echo 'nothing to see' | rep tee "$WORK/notes.txt" >/dev/null
    hf sync
    cd "$WORK"
}
inspector() { child inspect; }

reads() { rep "$@" >"$T/out" 2>"$T/err" || fail "refused, and should not be: $*: $(cat "$T/err")"; }
refuses() { # the program says EACCES, and has not seen a byte
    local s=0
    rep "$@" >"$T/out" 2>"$T/err" || s=$?
    [ "$s" != 0 ] || fail "not refused: $*"
    grep -q 'Permission denied' "$T/err" || fail "failed, but not as refused: $*: $(cat "$T/err")"
    ! grep -q 'example' "$T/out" || fail "refused, and bytes were seen: $*"
}

# ---- who ----

test_programs() {
    rules <<'END'
[open "copiers"]
class = prospect-list
app = cp, tar, @scripting-languages
action = block
say = Prospect lists stay here.
[open "readers"]
class = prospect-list
app = /usr/bin/cat, /bin/cat
action = log
END
    serve_list enforce
    reads cat list.csv
    reads head -1 list.csv # no rule speaks of it
    refuses cp list.csv "$T/home/copy.csv"
    [ ! -s "$T/home/copy.csv" ] || fail "a blocked copy left bytes"
    refuses tar -cf "$T/home/x.tar" list.csv
    refuses python3 -c 'print(open("list.csv").read())'
    reads python3 -c 'print(open("notes.txt").read())'
    reads cp notes.txt "$T/home/"
    s=0; cp list.csv "$T/root-copy" 2>"$T/err" || s=$? # root is judged like anybody
    [ $s != 0 ] && [ ! -s "$T/root-copy" ] || fail "root may copy"
    [ "$(number opens_refused)" = 4 ] && [ "$(number opens_told)" = 5 ] || fail "counted: $(number opens_refused) $(number opens_told)"
    hf status | grep -q 'opens  *[0-9]* judged: 4 refused' || fail "status: $(hf status)"
    cd "$T"; stop_daemon
}

# A program is known by its path; under another name, by its hash.
test_renamed_program() {
    local hash; hash=$(sha256sum <"$(readlink -f "$(command -v head)")"); hash=${hash%% *}
    rules <<END
[open "head"]
class = prospect-list
app = $T/bin/* sha256:$hash
action = block
[open "cat"]
class = prospect-list
app = $T/bin/blocked
action = block
END
    serve_list enforce
    cp "$(command -v cat)" "$T/bin/blocked"; cp "$(command -v cat)" "$T/bin/allowed"; cp "$(command -v head)" "$T/bin/innocent"
    chmod a+rx "$T"/bin/*
    refuses "$T/bin/blocked" list.csv
    reads "$T/bin/allowed" list.csv
    refuses "$T/bin/innocent" -1 list.csv
    cp "$T/bin/allowed" "$T/bin/innocent.new"; mv "$T/bin/innocent.new" "$T/bin/innocent" # another program in its place
    reads "$T/bin/innocent" list.csv
    cp "$(command -v head)" "$WORK/own-head"; chmod a+rx "$WORK/own-head"; hf sync # its program lies in the mount itself: no deadlock
    timeout 20 "$WORK/own-head" -1 list.csv >"$T/out" || fail "a program in the mount"
    cd "$T"; stop_daemon
}

test_ancestors() {
    rules <<END
[open "below the tool"]
class = prospect-list
parent = $T/bin/shell
action = block
END
    serve_list enforce
    cp "$(command -v bash)" "$T/bin/shell"; chmod a+rx "$T/bin/shell"
    reads cat list.csv
    refuses "$T/bin/shell" -c 'cat list.csv; exit $?'
    refuses "$T/bin/shell" -c "sh -c 'sh -c \"cat list.csv; exit \\\$?\"; exit \$?'; exit \$?"
    printf '#!%s\ncat list.csv\nexit $?\n' "$T/bin/shell" >"$T/bin/script"; chmod a+rx "$T/bin/script"
    refuses "$T/bin/script"
    reads "$T/bin/shell" -c 'cat notes.txt; exit $?'
    cd "$T"; stop_daemon
}

test_users() {
    rules <<END
[open "not this rep"]
class = prospect-list
user = $REP_UID
action = block
[open "not root"]
class = prospect-list
user = root
action = block
END
    serve_list enforce
    refuses cat list.csv
    ! cat list.csv >"$T/out" 2>/dev/null || fail "root was not known by its name"
    chmod a+r list.csv
    setpriv --reuid 4321 --regid 4321 --clear-groups cat list.csv >"$T/out" || fail "another user was refused"
    cd "$T"; stop_daemon
}

# Who leaves: only reps on the list are meant.
test_departing() {
    rules <<'END'
[open "who leaves"]
class = prospect-list
departing = yes
action = block
END
    serve_list enforce
    reads cat list.csv
    cd "$T"; stop_daemon
    sed -i 's/^\[guard\]/&\ndeparting = bob, alice/' "$CONF"
    start_daemon
    cd "$WORK"
    refuses cat list.csv
    cd "$T"; stop_daemon
}

test_ssh_session() {
    need ssh ssh-keygen
    [ -x /usr/sbin/sshd ] || skip "sshd is not installed"
    rules <<'END'
[open "from afar"]
class = prospect-list
session = ssh
action = block
END
    serve_list enforce
    mkdir -p "$T/ssh" /run/sshd; chmod 700 "$T/ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/host"; ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/user"
    local port=$((20000 + RANDOM % 20000))
    printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "HostKey $T/ssh/host" "AuthorizedKeysFile $T/ssh/user.pub" "PidFile $T/ssh/pid" \
        "StrictModes no" "PermitRootLogin yes" "UsePAM no" "PasswordAuthentication no" >"$T/ssh/config"
    /usr/sbin/sshd -D -f "$T/ssh/config" -E "$T/ssh/log" &
    echo $! >>"$T/pids"
    await 5 test -s "$T/ssh/pid"
    local far=(timeout 20 ssh -p "$port" -i "$T/ssh/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@127.0.0.1)
    "${far[@]}" "cat '$WORK/notes.txt'" >"$T/out" || fail "ssh: $(cat "$T/ssh/log")"
    ! "${far[@]}" "cat '$WORK/list.csv'" >"$T/out" 2>"$T/err" || fail "read over ssh"
    grep -q 'Permission denied' "$T/err" && [ ! -s "$T/out" ] || fail "$(cat "$T/err")"
    reads cat list.csv
    cd "$T"; stop_daemon
}

# ---- by which way ----

# Each way to get at bytes, tried by one program: refused, and what gives no byte is not.
ways() {
    cat <<'END'
import errno, os, sys
folder = sys.argv[1]
os.chdir(folder)
bad = []
def refused(what, call):
    try:
        call()
        bad.append(what + ": not refused")
    except OSError as e:
        if e.errno != errno.EACCES:
            bad.append(what + ": " + str(e))
def passes(what, call):
    try:
        return call()
    except OSError as e:
        bad.append(what + ": " + str(e))
refused("read", lambda: os.open("list.csv", os.O_RDONLY))
refused("read and write", lambda: os.open("list.csv", os.O_RDWR))
refused("create, where it is there", lambda: os.open("list.csv", os.O_RDWR | os.O_CREAT))
refused("read and append", lambda: os.open("list.csv", os.O_RDWR | os.O_APPEND))
refused("direct", lambda: os.open("list.csv", os.O_RDONLY | os.O_DIRECT))
refused("not blocking", lambda: os.open("list.csv", os.O_RDONLY | os.O_NONBLOCK))
w = passes("write only", lambda: os.open("list.csv", os.O_WRONLY))
refused("/proc/self/fd of a writer", lambda: os.open("/proc/self/fd/%d" % w, os.O_RDONLY))
os.close(w)
p = passes("O_PATH", lambda: os.open("list.csv", os.O_PATH))
refused("/proc/self/fd of O_PATH", lambda: os.open("/proc/self/fd/%d" % p, os.O_RDONLY))
os.close(p)
os.link("list.csv", "harmless.txt")
refused("another name", lambda: os.open("harmless.txt", os.O_RDONLY))
os.symlink("list.csv", "link")
refused("a symlink", lambda: os.open("link", os.O_RDONLY))
os.unlink("link")
os.mkdir("d")
os.rename("harmless.txt", "d/moved.txt")
refused("moved", lambda: os.open("d/moved.txt", os.O_RDONLY))
os.rename("list.csv", "list.old")
refused("renamed", lambda: os.open("list.old", os.O_RDONLY))
os.rename("list.old", "list.csv")
os.chmod("list.csv", 0o755)
refused("execute", lambda: os.execv("./list.csv", ["x"]))
refused("of another root", lambda: os.open("list.csv", os.O_RDONLY, dir_fd=os.open("/proc/self/cwd", os.O_PATH)))
t = passes("without a name", lambda: os.open(".", os.O_TMPFILE | os.O_RDWR))
os.write(t, b"made here\n")
os.link("/proc/self/fd/%d" % t, "named", src_dir_fd=os.open("/", os.O_PATH), follow_symlinks=True)
passes("a file given a name", lambda: os.open("named", os.O_RDONLY))
refused("truncate, and read what others will write", lambda: os.open("list.csv", os.O_RDWR | os.O_TRUNC))
if os.stat("list.csv").st_size == 0:
    bad.append("a refused open has truncated")
print("\n".join(bad))
sys.exit(1 if bad else 0)
END
}

test_every_way() {
    rules <<'END'
[open "nobody"]
class = prospect-list
action = block
END
    serve_list enforce
    ways >"$T/ways.py"; chmod 644 "$T/ways.py"
    rep python3 "$T/ways.py" "$WORK" || fail "above"
    cd "$T"; stop_daemon
}

# Where nothing is recorded, and without a name, a file is still what it was when it left.
test_class_follows_who_leaves() {
    MOUNT_KEYS=$'personal = Private/**\nignore = *.iso'
    rules <<'END'
[open "nobody"]
class = prospect-list
app = /usr/bin/cat
action = block
END
    serve_list enforce
    rep mkdir Private Lists
    rep cp list.csv Lists/other.csv
    rep cp list.csv held.csv
    hf sync
    rep mv list.csv list.iso
    rep mv Lists Private/
    rep python3 -c 'import os, subprocess, sys, time
f = open("held.csv", "a")
os.unlink("held.csv")
subprocess.run(sys.argv[1:], check=True); time.sleep(1.5)
sys.exit(subprocess.run(["/usr/bin/cat", "/proc/%d/fd/%d" % (os.getpid(), f.fileno())]).returncode)' true >"$T/out" 2>"$T/err" || true
    hf sync
    grep -q 'Permission denied' "$T/err" && [ ! -s "$T/out" ] || fail "a file without a name was read"
    refuses cat list.iso
    refuses cat Private/Lists/other.csv
    rep mv Private/Lists .
    hf sync
    refuses cat Lists/other.csv
    echo 'dear diary' | rep tee Private/diary.txt >/dev/null
    reads cat Private/diary.txt
    cd "$T"; stop_daemon
}

# What was opened before a rule was there stays open; the next open is judged by the new rules.
test_reload_under_a_reader() {
    serve_list enforce
    exec 8<list.csv
    reads cat list.csv
    rules <<'END'
[open "nobody"]
class = prospect-list
action = block
END
    reload
    refuses cat list.csv
    grep -q 'example' <&8 || fail "what was open is not readable any more"
    exec 8<&-
    printf 'class = none of this is a rule\n' >"$T/policy.d/60-bad.policy"
    ! hf policy reload >/dev/null 2>&1 || true # refused whole: those in force stay
    refuses cat list.csv
    rm "$T/policy.d/60-bad.policy"
    rules </dev/null
    reload
    reads cat list.csv
    cd "$T"; stop_daemon
}

# ---- audit and enforce ----

test_mode_audit() {
    rules <<'END'
[open "as the machine says"]
class = prospect-list
app = cat
action = block
[open "always"]
class = prospect-list
app = cp
action = block
mode = enforce
END
    serve_list audit
    reads cat list.csv
    refuses cp list.csv "$T/home/copy.csv"
    [ "$(number opens_refused)" = 1 ] && [ "$(number opens_told)" = 2 ] || fail "counted: $(number opens_refused) $(number opens_told)"
    cd "$T"; stop_daemon
}

# ---- the class follows the file ----

test_class_follows_the_file() {
    rules <<'END'
[open "nobody"]
class = prospect-list
app = cat
action = block
END
    serve_list enforce
    refuses cat list.csv
    local keeper; keeper=$(child keeper)
    kill -STOP "$keeper" # nothing is inspected from here on
    echo 'Ann Hill,Firm,ann@firm.example,1' | rep tee -a list.csv >/dev/null
    refuses cat list.csv # the last known class
    rep sh -c 'head -3 list.csv >list.tmp && mv list.tmp list.csv' # as programs save
    refuses cat list.csv
    rep sh -c 'echo again >list.tmp && mv list.tmp list.csv'
    refuses cat list.csv
    kill -KILL "$(child mount)" # the next child knows it, too
    refuses cat list.csv
    reads cat notes.txt
    leads 10 | rep tee new.csv >/dev/null
    reads cat new.csv # nobody knows what it is yet
    kill -CONT "$keeper"
    hf sync
    reads cat list.csv # it says "again" now
    refuses cat new.csv
    cd "$T"; stop_daemon
}

# ---- hold ----

test_hold_until_inspected() {
    rules <<'END'
[open "wait"]
class = unclassified
app = cat
action = hold
wait = 20s
fail = block
[open "lists"]
class = prospect-list
app = cat
action = block
END
    serve_list enforce
    local keeper; keeper=$(child keeper)
    kill -STOP "$keeper"
    leads 10 | rep tee new.csv >/dev/null
    echo text | rep tee new.txt >/dev/null
    rep_exec cat new.csv >"$T/list-out" 2>&1 & local list=$!
    rep_exec cat new.txt >"$T/text-out" 2>&1 & local text=$!
    sleep 0.3
    [ ! -s "$T/list-out" ] && [ ! -s "$T/text-out" ] || fail "not held: $(cat "$T/list-out" "$T/text-out")"
    reads head -1 new.csv # others go on
    kill -CONT "$keeper"
    wait "$text" || fail "a text was not let through: $(cat "$T/text-out")"
    [ "$(cat "$T/text-out")" = text ] || fail "text: $(cat "$T/text-out")"
    ! wait "$list" || fail "a list was let through"
    grep -q 'Permission denied' "$T/list-out" || fail "list: $(cat "$T/list-out")"
    [ "$(number opens_held)" = 2 ] || fail "held: $(number opens_held)"
    reads cat new.txt # inspected: nothing to wait for
    cd "$T"; stop_daemon
}

test_hold_deadline() {
    rules <<'END'
[open "patient"]
class = unclassified
path = a*
action = hold
wait = 1s
fail = block
[open "lenient"]
class = unclassified
path = b*
action = hold
wait = 1s
fail = allow
END
    serve_list enforce
    kill -STOP "$(inspector)"
    echo a | rep tee a.txt >/dev/null; echo b | rep tee b.txt >/dev/null
    refuses cat a.txt
    reads cat b.txt
    kill -CONT "$(inspector)" 2>/dev/null || true
    await 20 rep cat a.txt || fail "inspected, and still refused"
    cd "$T"; stop_daemon
}

# More readers than may be held: the rest is answered at once, and everybody else goes on.
test_many_are_held() {
    rules <<'END'
[open "patient"]
class = unclassified
path = new*
action = hold
wait = 30s
fail = block
END
    serve_list enforce
    local keeper i pids=''; keeper=$(child keeper)
    kill -STOP "$keeper"
    echo new | rep tee new.txt >/dev/null
    for i in $(seq 30); do rep_exec timeout 60 cat new.txt >"$T/out.$i" 2>&1 & pids="$pids $!"; done
    await 10 are_answered || fail "answered at once: $(are_answered; cat "$T"/out.* | sort | uniq -c)"
    reads cat notes.txt
    reads ls -l
    echo more | rep tee other >/dev/null
    kill -CONT "$keeper"
    local through=0
    for i in $pids; do if wait "$i"; then through=$((through + 1)); fi; done
    [ "$through" = 8 ] || fail "$through of 30 were held and let through, not 8"
    cd "$T"; stop_daemon
}
are_answered() { [ "$(cat "$T"/out.* | grep -c 'Permission denied')" = 22 ]; }

# Who is killed while it waits is gone at once.
test_killed_while_held() {
    rules <<'END'
[open "patient"]
class = unclassified
path = new*
action = hold
wait = 60s
fail = block
END
    serve_list enforce
    local keeper; keeper=$(child keeper)
    kill -STOP "$keeper"
    echo new | rep tee new.txt >/dev/null
    rep_exec cat new.txt >/dev/null 2>&1 & local reader=$!
    sleep 0.3
    kill -KILL "$reader"
    await 5 gone "$reader" || fail "killed, and still there: $(cat "/proc/$reader/stack" "/proc/$reader/status" 2>/dev/null)"
    kill -CONT "$keeper"
    cd "$T"; stop_daemon
}

# A signal that it handles is no reason to answer; that the mount child is killed neither.
test_signal_and_death_while_held() {
    need perl
    rules <<'END'
[open "patient"]
class = unclassified
path = new*
action = hold
wait = 60s
fail = block
END
    serve_list enforce
    local keeper; keeper=$(child keeper)
    kill -STOP "$keeper"
    echo new | rep tee new.txt >/dev/null
    rep_exec perl -e '$SIG{ALRM} = sub {}; alarm 1; open(my $f, "<", "new.txt") or die "$!\n"; print <$f>;' >"$T/out" 2>&1 & local reader=$!
    sleep 1.5
    kill -KILL "$(child mount)"
    sleep 0.5
    [ ! -s "$T/out" ] || fail "answered: $(cat "$T/out")"
    kill -CONT "$keeper"
    wait "$reader" || fail "not let through: $(cat "$T/out")"
    [ "$(cat "$T/out")" = new ] || fail "$(cat "$T/out")"
    cd "$T"; stop_daemon
}
gone() { ! grep -q '^State:[[:space:]]*[SDR]' "/proc/$1/status" 2>/dev/null; }

# ---- death ----

test_killed_under_load() {
    rules <<'END'
[open "lists"]
class = prospect-list
app = cat
action = block
END
    serve_list enforce
    local end=$((SECONDS + 8)) kills=0 i
    for i in 1 2 3; do
        rep_exec sh -c 'while :; do cat list.csv; cat notes.txt; done' >"$T/load.$i" 2>"$T/load-err.$i" &
        echo $! >>"$T/load-pids"
    done
    while [ "$SECONDS" -lt "$end" ]; do
        kill -KILL "$(child mount)" 2>/dev/null && kills=$((kills + 1))
        sleep 0.4
    done
    for i in $(cat "$T/load-pids"); do kill -KILL "$i"; done
    ! cat "$T"/load.[123] | grep -q example || fail "bytes of a blocked file were read"
    ! cat "$T"/load-err.[123] | grep -v 'list.csv: Permission denied' | grep -q . || fail "another error: $(cat "$T"/load-err.[123] | grep -v 'Permission denied' | head -3)"
    say "$kills kills, $(cat "$T"/load-err.[123] | wc -l) refused, $(cat "$T"/load.[123] | wc -l) read"
    [ "$kills" -ge 5 ] && [ "$(cat "$T"/load.[123] | wc -l)" -ge 20 ] || fail "that was no load"
    refuses cat list.csv
    cd "$T"; stop_daemon
}

theme_main "$@"
