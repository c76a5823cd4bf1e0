#!/bin/bash
# lint: format, static checks, man pages, scripts. A tool that is not installed is named and left out. CHANGED=1: clang-tidy only on
# what differs from HEAD.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
step() { # NAME COMMAND...: one line, and the output if it fails
    local name=$1 out; shift
    command -v "$1" >/dev/null || { echo "skip $name: $1 is not installed"; return; }
    if out=$("$@" 2>&1); then echo "pass $name"; else echo "fail $name"; printf '%s\n' "$out" | head -60; bad=1; fi
}
mapfile -t sources < <(find fsd policy hooks tests -name '*.c' | sort)
mapfile -t headers < <(find fsd policy hooks tests -name '*.h' | sort)
mapfile -t scripts < <(find tests .ci -name '*.sh' -o -path 'tests/run' -o -path '.ci/run' | sort)
mapfile -t pages < <(find man -name '*.[158]' 2>/dev/null)
mapfile -t tidy < <(if [ -n "${CHANGED-}" ]; then git diff --name-only HEAD -- 'fsd/*.c' 'policy/*.c'; else find fsd policy -name '*.c' | sort; fi)

step clang-format clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
step cppcheck cppcheck -q --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr -Ifsd -I. \
    --suppress=missingIncludeSystem --suppress=unknownMacro -j "$(nproc)" fsd policy
flags=$(pkg-config --cflags fuse3 libgit2 libseccomp inih jansson libcrypto libarchive expat libpcre2-8 libutf8proc lmdb)
export flags
tidy_one() { # shellcheck disable=SC2086
    timeout 120 clang-tidy --quiet --warnings-as-errors='*' "$1" -- -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ifsd -I. $flags 2>/dev/null ||
        { echo "$1: status $?"; return 1; }
}
export -f tidy_one
tidy_all() { printf '%s\n' "${tidy[@]}" | xargs -r -P "$(nproc)" -I{} bash -c 'tidy_one {}'; }
if command -v clang-tidy >/dev/null; then
    if out=$(tidy_all); then echo "pass clang-tidy (${#tidy[@]} files)"; else echo "fail clang-tidy"; printf '%s\n' "$out" | head -80; bad=1; fi
else
    echo "skip clang-tidy: not installed"
fi
[ ${#pages[@]} = 0 ] || step mandoc mandoc -Tlint -Wwarning "${pages[@]}"
# Variables and `set -e` come from lib.sh, which is checked by itself.
step shellcheck shellcheck -S warning -e SC2034,SC1090,SC1091,SC2120,SC2154,SC2164 "${scripts[@]}"
for script in "${scripts[@]}"; do bash -n "$script" || bad=1; done
exit $bad
