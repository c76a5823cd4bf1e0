#!/bin/bash
# record: stock git has to agree with what we wrote: sound, signed, gapless, exact times, readable trailers.
. "$(dirname "$0")/lib.sh"

some_work() {
    serve
    cd "$WORK"
    local i
    rep sh -c 'mkdir a b'
    for i in $(seq 30); do
        rep sh -c "echo $i >a/f$((i % 7)); echo $i >>b/log"
    done
    hf sync # what is created, then renamed or removed at once would be folded
    rep mv a/f1 b/moved
    rep rm a/f2
    rep chmod +x b/log
    rep ln -s b/log link
    hf sync
}

test_fsck_and_signatures() {
    some_work
    expect_sound_record
    local commit n=0
    for commit in $(git_record rev-list --glob='refs/heads/*'); do
        git_record verify-commit "$commit" 2>/dev/null || fail "verify-commit $commit: $(git_record verify-commit "$commit" 2>&1 | tail -1)"
        n=$((n + 1))
    done
    [ $n -ge 60 ] || fail "only $n commits"
    say "$n commits verified"
}

test_trailers() {
    some_work
    local commit key
    commit=$(versions b/log | tail -1)
    git_record show -s --format=%B "$commit" | git interpret-trailers --parse >"$T/trailers"
    for key in Event Rep Device Seq Class Mime Bytes SHA256 XXH3 Records App Uid Saved Policy Rule Finding; do
        grep -q "^$key: ." "$T/trailers" || { cat "$T/trailers"; fail "no trailer $key"; }
    done
    [ "$(sed -n 's/^SHA256: //p' "$T/trailers")" = "$(git_record show "$commit:work/b/log" | sha256sum | cut -d' ' -f1)" ] || fail SHA256
    [ "$(sed -n 's/^Bytes: //p' "$T/trailers")" = "$(git_record cat-file -s "$commit:work/b/log")" ] || fail Bytes
    [ "$(sed -n 's/^Uid: //p' "$T/trailers")" = "$REP_UID" ] || fail "Uid"
    grep -qE '^App: /(usr/)?bin/(da)?sh' "$T/trailers" || fail "App: $(grep ^App "$T/trailers")"
    [ "$(git_record show -s --format=%s "$commit")" = "save b/log" ] || fail "subject: $(git_record show -s --format=%s "$commit")"
}

test_times() {
    serve
    local before after stamp commit
    before=$(date +%s)
    rep sh -c "echo x >'$WORK/f'"
    after=$(date +%s)
    sleep 1.2
    hf sync
    commit=$(versions f)
    for stamp in $(git_record show -s --format='%at %ct' "$commit"); do
        [ "$stamp" -ge "$before" ] && [ "$stamp" -le "$after" ] || fail "the commit says $stamp, the save was at $before..$after"
    done
    [[ $(git_record show -s --format="$(field Saved)" "$commit") =~ ^[0-9-]+T[0-9:]+\.[0-9]{9}Z$ ]] || fail Saved
    [ "$(git_record show -s --format='%an <%ae>' "$commit")" = "alice <alice@example.com>" ] || fail author
    [ "$(git_record show -s --format=%cn "$commit")" = lt-1 ] || fail committer
}

test_clone_and_log() {
    some_work
    git clone -q --bare "$REPO" "$T/clone.git"
    git -C "$T/clone.git" fsck --full --strict >/dev/null 2>&1 || fail "a clone's fsck"
    [ "$(git -C "$T/clone.git" rev-list --all --count)" = "$(git_record rev-list --all --count)" ] || fail "the clone lacks commits"
}

test_maintenance_keeps_all() {
    some_work
    git_record rev-list --all | sort >"$T/before"
    stop_daemon
    setpriv --reuid "$(stat -c %u "$REPO")" --regid "$(stat -c %g "$REPO")" --clear-groups git -C "$REPO" repack -adfq
    start_daemon
    rep sh -c "echo after >'$WORK/after'"
    hf sync
    expect_versions after 1
    expect_sound_record
    [ -z "$(comm -23 "$T/before" <(git_record rev-list --all | sort))" ] || fail "commits went missing"
}

theme_main "$@"
