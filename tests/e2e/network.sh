#!/bin/bash
# network: the store is on a share (sshfs to an sshd on this machine). No passthrough and no reflink there; a share that goes away is an error
# to the application and a line in status, never a hung daemon or a lost version.
. "$(dirname "$0")/lib.sh"

share() {
    need sshfs ssh-keygen
    [ -x /usr/sbin/sshd ] || skip "sshd is not installed"
    mkdir -p "$T/ssh" "$T/remote/store" "$T/share" /run/sshd
    chmod 700 "$T/ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/host"
    ssh-keygen -q -t ed25519 -N '' -f "$T/ssh/user"
    cp "$T/ssh/user.pub" "$T/ssh/authorized"
    PORT=$((20000 + RANDOM % 20000))
    printf '%s\n' "Port $PORT" "ListenAddress 127.0.0.1" "HostKey $T/ssh/host" "AuthorizedKeysFile $T/ssh/authorized" "PidFile $T/ssh/pid" \
        "StrictModes no" "PermitRootLogin yes" "UsePAM no" "PasswordAuthentication no" "Subsystem sftp internal-sftp" >"$T/ssh/config"
    /usr/sbin/sshd -D -f "$T/ssh/config" -E "$T/ssh/log" &
    echo $! >>"$T/pids"
    await 5 test -s "$T/ssh/pid"
    connect_share
    STORE=$T/share/store
}

connect_share() {
    sshfs -p "$PORT" -o "IdentityFile=$T/ssh/user,StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,allow_other,uid=$REP_UID,gid=$REP_UID,ServerAliveInterval=3" \
        -f "root@127.0.0.1:$T/remote" "$T/share" >"$T/sshfs.log" 2>&1 &
    SSHFS=$!
    echo $SSHFS >>"$T/pids"
    await 10 mountpoint "$T/share" || fail "sshfs: $(cat "$T/sshfs.log" "$T/ssh/log")"
}

test_saves_on_a_share() {
    share
    chown "$REP_UID" "$T/remote/store"
    serve
    cd "$WORK"
    rep sh -c 'mkdir d; for i in 1 2 3; do echo $i >d/f; sleep 0.05; done; echo x >d/g; mv d/g d/h; echo more >>d/h; sed -i s/x/y/ d/h'
    expect_versions d/f 3
    expect_text d/f 3 3
    expect_tip_equals "$WORK"
    hf status | tee "$T/status"
    expect_sound_record
    cd "$T"
    stop_daemon
    kill "$SSHFS"
}

test_share_goes_away() {
    share
    chown "$REP_UID" "$T/remote/store"
    serve
    rep sh -c "echo 1 >'$WORK/f'"
    hf sync
    rep sh -c "echo 2 >'$WORK/f'" # acknowledged before the share goes
    hf sync
    kill -KILL "$SSHFS" # the share's connection is gone: every call below says ENOTCONN
    local s=0
    timeout 20 setpriv --reuid "$REP_UID" --regid "$REP_UID" --clear-groups sh -c "echo 3 >'$WORK/g'" 2>"$T/err" || s=$?
    [ $s != 0 ] && [ $s != 124 ] || fail "an application on a dead share: status $s"
    cat "$T/err"
    hf status >"$T/status" 2>&1 || true
    cat "$T/status"
    grep -qiE 'store|share|away|gone|connect|endpoint' "$T/status" || fail "status says nothing"
    expect_versions f 2
    kill -TERM "$DAEMON"
    timeout 90 tail --pid="$DAEMON" -f /dev/null || fail "the daemon hangs on a dead share"
    umount -l "$T/share" || true
    connect_share
    start_daemon
    [ "$(cat "$WORK/f")" = 2 ] || fail "the file on the share"
    rep sh -c "echo 4 >'$WORK/f'"
    hf sync
    [ "$(git_record show "$(tip):work/f")" = 4 ] || fail "no versions after the share is back"
    ! record_lines | grep -P '\tdelete\t' || fail "the share's absence was taken for deletions"
}
limit_test_share_goes_away=200

theme_main "$@"
