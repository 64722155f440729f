# Shared by every script of the project: where things are kept, how progress is told.
# Sourced, not run.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CE_CACHE="${CE_CACHE:-$HOME/.cache/ce-portal}"
CE_TOOLS="$CE_CACHE/tools"
# One target directory for every checkout on the machine: a fresh clone then builds in a minute or two.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CE_CACHE/target}"
# The toolchain folder is first where setup.sh had to take Debian's own Rust (see scripts/setup.sh).
export PATH="$CE_TOOLS/rust/bin:$CE_TOOLS/bin:$CE_TOOLS/node/bin:$HOME/.cargo/bin:$PATH"

say() { printf '\033[1;34m==>\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1;31m==> %s\033[0m\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as the administrator, directly when we are it already.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif have sudo; then sudo "$@"
    else fail "this needs administrator rights: run as root or install sudo, then: $*"
    fi
}

# quietly LABEL COMMAND…: shows the label and how long it took; the command's own output only when it fails.
quietly() {
    local label="$1" log started status=0; shift
    log="$(mktemp)"; started=$SECONDS
    say "$label"
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" != 0 ]; then tail -n 60 "$log" >&2; fail "$label: failed (exit $status)"; fi
    rm -f "$log"
    say "$label: done in $((SECONDS - started)) s"
}
