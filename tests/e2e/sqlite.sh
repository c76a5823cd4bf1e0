#!/bin/bash
# sqlite: a database in the mount, in both journal modes, with two writers; each version is a file that sqlite opens.
. "$(dirname "$0")/lib.sh"

database() { # MODE
    need sqlite3
    MOUNT_KEYS="interval = 1s"
    serve
    cd "$WORK"
    rep sqlite3 crm.db "pragma journal_mode=$1; create table c(id integer primary key, mail text);"
    local i w
    for w in 1 2; do
        (for i in $(seq 60); do rep sqlite3 -cmd '.timeout 20000' crm.db "insert into c(mail) values('$w-$i@example.com');"; done) &
    done
    wait -n
    wait -n
    [ "$(rep sqlite3 crm.db 'select count(*) from c')" = 120 ] || fail "rows are missing"
    [ "$(rep sqlite3 crm.db 'pragma integrity_check')" = ok ] || fail "integrity"
    rep sqlite3 crm.db 'pragma wal_checkpoint(truncate); vacuum' >/dev/null
    hf sync
    git_record show "$(tip):work/crm.db" >"$T/kept.db"
    [ "$(sqlite3 "$T/kept.db" 'select count(*) from c')" = 120 ] || fail "the newest version is not the database"
    expect_sound_record
}

test_rollback_journal() { database delete; }
test_write_ahead_log() { database wal; }

theme_main "$@"
