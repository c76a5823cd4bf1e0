#!/bin/bash
# demo: a folder under build/demo in which real programs save real documents, and each save seen becoming a version.
#
#   sudo make demo           stays until Ctrl-C        sudo make demo ONCE=1    leaves at the end, 0 only if every version is there
set -eu -o pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
HOLDFAST=$BUILD/holdfast
DEMO=$BUILD/demo
# The keeper is not root and may be unable to walk to the checkout (/root/holdfast): it is given a second way to the same folder.
DOOR=/run/holdfast-demo
WORK=$DEMO/Work
CONF=$DEMO/fs.conf
REP=${SUDO_UID:-0}
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' LC_ALL=C.UTF-8

[ "$(id -u)" = 0 ] || { echo "demo: mounting needs root: sudo make demo"; exit 3; }
[ -c /dev/fuse ] || modprobe fuse 2>/dev/null || { echo "demo: this machine has no /dev/fuse"; exit 3; }

bold=''; plain=''
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi
caption() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
hf() { local command=$1; shift; "$HOLDFAST" "$command" --conf "$CONF" "$@"; }
# Everything in the folder is done as the person who typed sudo.
rep() { (cd "$WORK" && if [ "$REP" = 0 ]; then "$@"; else setpriv --reuid "$REP" --regid "$(id -g "$REP")" --clear-groups "$@"; fi); }
await() { # SECONDS COMMAND...
    local end=$((SECONDS + $1)); shift
    until "$@" >/dev/null 2>&1; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.1; done
}
served() { grep -qF " $WORK " /proc/self/mountinfo; }

FOLLOW='' DAEMON=''
leave() {
    [ -z "$FOLLOW" ] || kill "$FOLLOW" 2>/dev/null || true
    if [ -n "$DAEMON" ]; then
        kill -TERM "$DAEMON" 2>/dev/null || true
        wait "$DAEMON" 2>/dev/null || true
    fi
    ! served || umount -l "$WORK" || true
    ! mountpoint -q "$DEMO/stick" || umount -l "$DEMO/stick" || true
    ! mountpoint -q "$DOOR" || umount -l "$DOOR" || true
    rmdir "$DOOR" 2>/dev/null || true
}
trap leave EXIT
trap 'exit 130' INT TERM

prepare() {
    if [ -e "$DOOR/run/holdfastd.pid" ] && kill -0 "$(cat "$DOOR/run/holdfastd.pid")" 2>/dev/null; then
        trap - EXIT
        echo "demo: another demo is running (pid $(cat "$DOOR/run/holdfastd.pid")); leave that one first"
        exit 3
    fi
    while served; do umount -l "$WORK"; done
    while mountpoint -q "$DEMO/stick"; do umount -l "$DEMO/stick"; done
    while mountpoint -q "$DOOR"; do umount -l "$DOOR"; done
    rm -rf --one-file-system "$DEMO"
    mkdir -p "$WORK" "$DEMO/policy.d" "$DOOR"
    chmod 755 "$DEMO"
    chown "$REP" "$WORK"
    cp "$ROOT"/policy/packs/*.policy "$DEMO/policy.d/"
    cat >"$DEMO/policy.d/50-open.policy" <<'END' # in the place of the pack's, which only looks on
[open "no transfers"]
class  = prospect-list
app    = @transfer-tools
action = block
mode   = enforce
say    = Prospect lists stay on company storage. Ask sales-ops for a share link.
[copy "sticks"]
class   = prospect-list
to      = stick
records = 3
action  = quarantine
mode    = enforce
say     = Prospect lists stay on company storage. Ask sales-ops for a share link.
END
    mkdir "$DEMO/stick"
    mount -t tmpfs -o size=16m,mode=1777 stick "$DEMO/stick"
    mount --bind "$DEMO" "$DOOR"
    mount --make-private "$DOOR"
    cat >"$CONF" <<END
[company]
name       = Northwind Sales
repository = $DOOR/company.git
secret     = $DOOR/company.secret
[device]
name = demo
key  = $DOOR/device.key
[state]
spool  = $DOOR/spool
index  = $DOOR/index
run    = $DOOR/run
policy = $DOOR/policy.d
[mount "work"]
path  = $WORK
rep   = alice
email = alice@northwind.example
[guard]
quarantine = $DEMO/quarantine
[sink "stick"]
path = $DEMO/stick
END
}

start() {
    hf init >"$DEMO/init.log" || { cat "$DEMO/init.log"; exit 3; }
    "$BUILD/holdfastd" --conf "$CONF" --foreground >"$DEMO/holdfastd.log" 2>&1 &
    DAEMON=$!
    await 15 served && await 15 hf status || { echo "demo: the daemon does not come up:"; tail -5 "$DEMO/holdfastd.log"; exit 3; }
    hf log --follow > >(sed -u 's/^/    /') 2>/dev/null &
    FOLLOW=$!
}

# What has to be in the record at the end: path, and how many versions at least.
EXPECTED=()
expect() { EXPECTED+=("$1"$'\t'"$2"); }
beat() { hf sync; sleep 0.4; } # let the lines above appear under their caption

write_csv() {
    caption "A prospect list is written, and changed an hour later."
    rep mkdir -p Prospects
    rep tee Prospects/acme.csv >/dev/null <<'END'
company,name,email,phone
Acme,Ann Hill,ann@acme.example,+1 555 0101
Bolt,Ben Ives,ben@bolt.example,+1 555 0102
Dune,Dan Kerr,dan@dune.example,+1 555 0104
Echo,Eve Lund,eve@echo.example,+1 555 0105
Fern,Fay Moss,fay@fern.example,+1 555 0106
END
    beat
    rep sh -c 'printf "Crane,Cat Jole,cat@crane.example,+1 555 0103\n" >>Prospects/acme.csv'
    beat
    caption "sed -i puts a new file in its place; it stays one history."
    rep sed -i 's/ben@bolt.example/b.ives@bolt.example/' Prospects/acme.csv
    beat
}

edit_in_vim() {
    local vim; vim=$(command -v vim || command -v vim.tiny) || { caption "(vim is not installed: its edit is left out)"; return 0; }
    caption "A post is drafted in vim: backup file, rename, write, and still one version a save."
    rep sh -c 'mkdir -p Posts; printf "# Spring launch\n" >Posts/draft.md'
    rep "$vim" -es -u NONE -i NONE -c 'normal GoOur customers measured 14 percent less waste.' -c wq Posts/draft.md </dev/null >/dev/null 2>&1 || true
    expect Posts/draft.md 2
    beat
}

advise_on_a_draft() {
    caption "A draft promises too much. Its version says so; the person who wrote it can ask before it is posted."
    rep sh -c 'printf "Big news from our team!\n\nOur platform brings you guaranteed returns.\n\nWhat do you think?\n\n#sales #growth\n" >Posts/launch.md'
    beat
    printf '    $ holdfast check Posts/launch.md\n'
    hf check "$WORK/Posts/launch.md" | sed "s|^$WORK/|    |; t; s/^/    /" || true
    expect Posts/launch.md 1
}

AUDITED=''
refuse_a_copy() {
    command -v rsync >/dev/null || return 0
    caption "Somebody takes the list along with rsync. A rule says that transfer tools may not read lists; cat may."
    printf '    $ rsync Prospects/acme.csv ../stick/\n'
    rep rsync Prospects/acme.csv ../stick/ 2>&1 | grep -v '^rsync error' | sed 's/^/    /' || true
    [ ! -s "$DEMO/stick/acme.csv" ] || { echo "    the copy was not refused"; return 1; }
    rep cat Prospects/acme.csv >/dev/null
    beat
    printf '    $ holdfast audit Prospects/acme.csv\n'
    AUDITED=$(hf audit Prospects/acme.csv --number 1)
    printf '%s\n' "$AUDITED" | sed 's/^/    /'
}

take_a_copy_away() {
    caption "Somebody copies half of the list to a stick with another program. The copy is known by its rows, and taken away."
    printf '    $ head -4 Prospects/acme.csv > stick/my-contacts.txt\n'
    rep sh -c 'head -4 Prospects/acme.csv >../stick/my-contacts.txt'
    await 20 test -e "$DEMO/stick/my-contacts.txt.holdfast.txt" || true
    printf '    $ ls stick; cat stick/*\n'
    (cd "$DEMO/stick" && ls && cat ./*) 2>/dev/null | sed 's/^/    /' || true
    hf sync
    hf audit --class prospect-list --number 1 | sed 's/^/    /'
}

rsync_a_folder() {
    command -v rsync >/dev/null || { caption "(rsync is not installed: left out)"; return 0; }
    caption "A folder comes in by rsync."
    local from=$DEMO/from
    mkdir -p "$from/Trade fair"
    printf 'stand,contact\n12,dora@example.com\n14,emil@example.com\n' >"$from/Trade fair/leads.csv"
    printf 'BEGIN:VCARD\nVERSION:3.0\nFN:Dora Lang\nEMAIL:dora@example.com\nEND:VCARD\n' >"$from/Trade fair/dora.vcf"
    rep rsync -a --no-owner --no-group "../from/" .
    expect "Trade fair/leads.csv" 1
    expect "Trade fair/dora.vcf" 1
    beat
}

unpack_a_tar() {
    caption "An archive is unpacked."
    tar -C "$DEMO/from" -cf "$DEMO/fair.tar" --transform 's/^Trade fair/Archive/' "Trade fair" 2>/dev/null || return 0
    rep tar --no-same-owner -xf ../fair.tar
    expect Archive/leads.csv 1
    beat
}

save_a_sheet() {
    command -v soffice >/dev/null || { caption "(LibreOffice is not installed: its sheet is left out)"; return 0; }
    caption "LibreOffice saves the list as a sheet."
    rep mkdir -p Sheets
    rep soffice "-env:UserInstallation=file://$(mktemp -d)" --headless --norestore --convert-to xlsx --outdir Sheets Prospects/acme.csv >/dev/null 2>&1 || true
    expect Sheets/acme.xlsx 1
    beat
}

lose_and_restore() {
    caption "The list is deleted by mistake, and comes back: the restore is a version too."
    rep rm Prospects/acme.csv
    beat
    rep "$HOLDFAST" restore --conf "$CONF" Prospects/acme.csv --at "$FIRST_SEQ"
    expect Prospects/acme.csv 4
    beat
}

FOUND=''
ask_of_the_record() {
    caption "What changed in the list, contact by contact, since its first version?"
    printf '    $ holdfast diff Prospects/acme.csv --from %s --to %s\n' "$FIRST_SEQ" "$LAST_SEQ"
    hf diff Prospects/acme.csv --from "$FIRST_SEQ" --to "$LAST_SEQ" | sed 's/^/    /'
    caption "Where is cat@crane.example, and in which list was it first?"
    printf '    $ holdfast find --contact cat@crane.example\n'
    FOUND=$(hf find --contact cat@crane.example)
    printf '%s\n' "$FOUND" | sed 's/^/    /'
}

# Stock git counts, not we.
trailer() { printf '%%(trailers:key=%s,valueonly,separator=)' "$1"; }
count_versions() {
    git -C "$DEMO/company.git" log --glob='refs/heads/rep/alice/*' --format="$(trailer Event)%x09$(trailer Path)" |
        awk -F '\t' -v p="$1" '$2 == p && $1 ~ /save|recovered/' | wc -l
}

check_all() {
    local entry path want have missing=0 total=0
    caption "What stock git finds in build/demo/company.git:"
    for entry in "${EXPECTED[@]}"; do
        path=${entry%$'\t'*} want=${entry#*$'\t'}
        have=$(count_versions "$path")
        total=$((total + have))
        if [ "$have" -ge "$want" ]; then printf '    %-24s %s version%s\n' "$path" "$have" "$([ "$have" = 1 ] || echo s)"
        else printf '    %-24s %s versions, expected %s\n' "$path" "$have" "$want"; missing=1; fi
    done
    git -C "$DEMO/company.git" fsck --full --strict >/dev/null 2>&1 || { echo "    git fsck finds faults"; missing=1; }
    # shellcheck disable=SC2046 # ids
    git -C "$DEMO/company.git" verify-commit $(git -C "$DEMO/company.git" rev-list --glob='refs/heads/rep/*') >/dev/null 2>&1 ||
        { echo "    git verify-commit refuses a signature"; missing=1; }
    [[ $(git -C "$DEMO/company.git" log --glob='refs/heads/rep/*' --format="$(trailer Finding)") == *finance/promissory* ]] ||
        { echo "    the advice on Posts/launch.md is not on record"; missing=1; }
    [ -z "$(command -v rsync)" ] || [[ $AUDITED == *block*"no transfers"* ]] ||
        { echo "    the refused copy is not in the audit log"; missing=1; }
    [ ! -e "$DEMO/stick/my-contacts.txt" ] && ls "$DEMO"/quarantine/*/content >/dev/null 2>&1 ||
        { echo "    the copy on the stick was not taken away"; missing=1; }
    [[ $FOUND == *Prospects/acme.csv* ]] || { echo "    find does not know of cat@crane.example"; missing=1; }
    [ $missing = 0 ] || return 1
    echo "    every signature verifies; git fsck --full --strict is clean"
}

prepare
start
caption "Holdfast is mounted on build/demo/Work. Each line below is a save that has become a signed version."
write_csv
acme_seqs() {
    git -C "$DEMO/company.git" log --reverse --glob='refs/heads/rep/alice/*' --format="$(trailer Seq)%x09$(trailer Path)" |
        awk -F '\t' '$2 == "Prospects/acme.csv" {print $1}'
}
FIRST_SEQ=$(acme_seqs | head -1) LAST_SEQ=$(acme_seqs | tail -1)
edit_in_vim
advise_on_a_draft
refuse_a_copy
take_a_copy_away
rsync_a_folder
unpack_a_tar
save_a_sheet
lose_and_restore
ask_of_the_record
status=0
check_all || status=1
[ -z "${ONCE-}" ] || exit $status
caption "Now you: save something in $WORK and watch. In another terminal try"
cat <<END
    build/holdfast log --conf build/demo/fs.conf Prospects/acme.csv
    build/holdfast diff --conf build/demo/fs.conf Prospects/acme.csv
    build/holdfast find --conf build/demo/fs.conf dora@example.com
    build/holdfast audit --conf build/demo/fs.conf
    build/holdfast policy explain --conf build/demo/fs.conf build/demo/Work/Prospects/acme.csv
    sudo git -c safe.directory='*' -C build/demo/company.git log --glob=refs/heads/rep/ --show-signature
Ctrl-C ends the demo; what it made stays in build/demo.
END
wait "$DAEMON"
