#!/bin/bash
# layers: do the #include arrows point down only? One line a module: what it may include besides itself and base.
set -u
cd "$(dirname "$0")/../fsd" || exit 1
declare -A may=(
    [base]=""
    [config]=""
    [event]="config"
    [record]="config event"
    [policy]=""
    [extract]="policy"
    [index]=""
    [words]=""
    [contact]="words extract policy"
    [sensitive]="words extract policy"
    [draft]="extract policy"
    [analyse]="draft sensitive contact words extract policy"
    [inspect]="analyse extract policy config event"
    [recall]="record inspect analyse contact index"
    [control]="record recall analyse policy config event"
    [save]="record recall inspect analyse index policy control config event"
    [tell]="policy config event"
    [mount]="policy config event"
    [guard]="inspect index analyse policy config event"
    [cli]="control recall record inspect analyse draft contact index extract policy config event"
    [proc]="mount save tell guard inspect analyse record policy config event"
)
bad=0
wrong() { echo "layers: $*"; bad=1; }

for folder in */ ../policy/; do
    module=$(basename "$folder")
    [ -n "${may[$module]+x}" ] || { wrong "fsd/$module is not in the table of tests/layers.sh"; continue; }
    while IFS=: read -r file line include; do
        [ -n "$file" ] || continue
        to=${include#*\"}
        case $to in */*) to=${to%%/*} ;; *) wrong "fsd/$file:$line: include by folder, as \"$module/${to%\"}\""; continue ;; esac
        [[ " $module base ${may[$module]} " == *" $to "* ]] || wrong "fsd/$file:$line: $module must not know $to"
    done < <(grep -nE '^#include "' /dev/null "${folder%/}"/*.[ch] 2>/dev/null)
done

# Each outer library has one place that knows it.
only() { # PATTERN MODULES...
    local pattern=$1 hit; shift
    hit=$(grep -lE "^#include <$pattern" -- */*.[ch] ../policy/*.[ch] 2>/dev/null | grep -vE "^(\.\./)?($(IFS='|'; echo "$*"))/")
    [ -z "$hit" ] || wrong "<$pattern> is for $* only: $hit"
}
only 'fuse' mount
only 'magic\.h' analyse
only 'seccomp\.h' inspect
only 'git2' record cli
only 'ini\.h' config policy
only 'pcre2\.h' policy
only 'archive' extract
only 'expat\.h' extract
only 'lmdb\.h' index
only 'sys/fanotify' guard
only 'jansson\.h' guard control cli extract tell save # save: the audit log's events are nested objects
[ $bad = 0 ] && echo "layers: all arrows point down"
exit $bad
