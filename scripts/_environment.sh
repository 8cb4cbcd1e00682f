# Shared by scripts/demo and scripts/test: find a Python, make .venv, install into it. Sourced by bash.
#
# In: `command` (who speaks). Out: the working folder is the checkout, $python is .venv's.

exec </dev/null
unset PYTHONHOME PYTHONPATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$command: $*"
    exit 2
}

# A relative path is relative to where the caller stands, not to the checkout.
for name in RAG_NOTES_MODELS RAG_NOTES_INDEXES RAG_NOTES_DATA; do
    value=${!name:-}
    case $value in "" | /* | "~"*) ;; *) export "$name=$PWD/$value" ;; esac
done
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$checkout"
python=$checkout/.venv/bin/python

offline() { case ${RAG_NOTES_OFFLINE:-0} in 0) return 1 ;; *) return 0 ;; esac; }

runs() { "$1" -c "import sys; sys.exit(sys.version_info < (3, 11))${2:+; import $2}" >/dev/null 2>&1; }

# The first Python that runs (a version manager's stand-in may not), is new enough and can make a venv.
find_python() {
    local candidate without=
    for candidate in python3.11 python3.12 python3.13 python3; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        runs "$candidate" || continue
        if runs "$candidate" "venv, ensurepip"; then
            printf '%s\n' "$candidate"
            return
        fi
        without=${without:-$candidate}
    done
    [ -z "$without" ] || stop "$without has no venv; on Debian and Ubuntu install it with:" \
        "apt install $("$without" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    stop "no Python 3.11 or newer was found; install one (on Debian and Ubuntu: apt install python3 python3-venv)"
}

make_venv() {
    runs "$python" pip && return
    local found
    found=$(find_python) || exit $?
    say "making .venv with $found ($("$found" -c 'import platform; print(platform.python_version())'))"
    "$found" -m venv --clear .venv || stop "$found could not make .venv in $checkout; see above"
}

# What an installation depends on, in one line.
fingerprint() {
    "$python" - "$checkout" <<'PYTHON'
import hashlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
files = b"".join((root / name).read_bytes() for name in ("constraints.txt", "pyproject.toml"))
print(hashlib.sha256(files).hexdigest(), sys.version.split()[0], root)
PYTHON
}

# install EXTRAS: `pip install -e .[EXTRAS]`, unless that was done with the same versions before.
install() {
    make_venv
    local stamp now
    now=$(fingerprint)
    for stamp in ".venv/.installed-$1"*; do # those with more extras too
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then return; fi
    done
    local pip=("$python" -m pip install --use-pep517 -c constraints.txt)
    if offline; then pip+=(--no-index); fi
    check_room "${pip[@]}"
    say "installing the packages into .venv (some minutes the first time)"
    local quiet=-q
    if [ -t 2 ]; then quiet=; fi
    "${pip[@]}" $quiet -e ".[$1]" >&2 || stop "pip could not install the packages; its reason stands above"
    printf '%s\n' "$now" >".venv/.installed-$1"
}

# Say which torch pip would take and what it needs; stop where the disk has less.
check_room() {
    local report=.venv/torch.json errors=.venv/torch.log need text free
    if ! "$@" -q --retries 1 --dry-run --ignore-installed --report "$report" torch \
        >/dev/null 2>"$errors"; then
        if offline; then
            stop "RAG_NOTES_OFFLINE is set and .venv is not ready; run $command once without it"
        fi
        grep -q "connection broken" "$errors" &&
            stop "no package index is within reach (\`pip config list\` says which is asked)"
        stop "pip finds no torch of constraints.txt for $("$python" -V); its words are in $errors"
    fi
    { read -r need && read -r text; } < <("$python" scripts/_torch_build.py "$report")
    rm -f "$report" "$errors"
    say "pip chose $text; the installation needs about $need GB of disk"
    free=$(($(df -Pk . | awk 'NR == 2 {print $4}') + $(du -sk .venv | cut -f1)))
    [ "$free" -ge $((need * 1000000)) ] ||
        stop "the disk of $checkout has $((free / 1000000)) GB free, $need GB are needed; make room and run again"
}

rag_notes() { "$python" -m rag_notes "$@"; }
