# What the scripts share: where the checkout is, saying what happens, installing what is missing, building.
# Sourced by scripts that have set `-euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/target"
# A folder in functions/ is a component, and its package has the folder's name.
components=("$root"/functions/*/)
components=("${components[@]%/}")
components=("${components[@]##*/}")
# Incremental compilation pays from the second build on, line numbers when somebody looks for a fault; the first build of our
# own crates takes half as long again for both. Who has built with cargo has them, and from then on so have the scripts: with
# other settings all of ours would be compiled again. (cargo makes the folder in any case, and leaves it empty without.)
if [ -z "$(ls -A "$target/debug/incremental" 2>/dev/null)" ]; then
  export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}" CARGO_PROFILE_DEV_DEBUG="${CARGO_PROFILE_DEV_DEBUG:-none}"
fi

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

has_cron() { [ -e "/usr/share/postgresql/$1/extension/pg_cron.control" ]; }

# The Postgres that this machine would install: what apt says, or what the release is known for while apt has no lists.
default_postgres() {
  local version
  version=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
  if [ -z "$version" ] && [ -r /etc/os-release ]; then
    case $(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID:-}") in
      debian-12) version=15 ;;
      debian-13) version=17 ;;
      ubuntu-24.*) version=16 ;;
      ubuntu-25.*) version=17 ;;
    esac
  fi
  printf '%s' "${version:-NN}"
}

# The Postgres that the stack will take: the newest installed one that has pg_cron, else the newest; or nothing.
installed_postgres() {
  local server version newest='' with_cron=''
  for server in $(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V); do
    [ -x "$server" ] || continue
    version=${server#/usr/lib/postgresql/}
    newest=${version%%/*}
    ! has_cron "$newest" || with_cron=$newest
  done
  printf '%s' "${with_cron:-$newest}"
}

# What the stack needs and this machine lacks, as Debian's packages, one a line.
missing_for_stack() {
  local version
  version=$(installed_postgres)
  if [ -z "$version" ]; then
    version=$(default_postgres)
    printf '%s\n' "postgresql-$version" "postgresql-$version-cron"
  else
    has_cron "$version" || echo "postgresql-$version-cron"
  fi
  command -v redis-server >/dev/null || echo redis-server
  command -v cc >/dev/null || printf '%s\n' gcc libc6-dev
  command -v setpriv >/dev/null || echo util-linux
}

# What the tests need besides: the checker behind `supabase db lint`, pgTAP, npm and Python for the real clients, a browser
# for the pages, Prometheus for the alerts.
missing_for_tests() {
  local version
  version=$(installed_postgres)
  [ -e "/usr/share/postgresql/$version/extension/plpgsql_check.control" ] || echo "postgresql-$version-plpgsql-check"
  [ -e "/usr/share/postgresql/$version/extension/pgtap.control" ] || echo "postgresql-$version-pgtap"
  command -v pg_prove >/dev/null || echo libtap-parser-sourcehandler-pgtap-perl
  command -v npm >/dev/null || printf '%s\n' nodejs npm
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  command -v chromium >/dev/null || echo chromium
  command -v promtool >/dev/null || echo prometheus
}

# Runs as root: installs packages without starting or enabling a service of theirs. Debian asks policy-rc.d before it
# starts one, and postgresql-common makes no cluster when told so; both files go again if they are ours.
install_quietly() {
  local policy=/usr/sbin/policy-rc.d no_cluster=/etc/postgresql-common/createcluster.d/linernotes.conf
  ours=()
  trap 'rm -f "${ours[@]}"' EXIT
  if [ ! -e "$policy" ]; then
    ours+=("$policy")
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  if [ ! -e "$no_cluster" ]; then
    ours+=("$no_cluster")
    mkdir -p "${no_cluster%/*}"
    echo 'create_main_cluster = false' >"$no_cluster"
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  # Enabled, they would be started at the next boot, and nobody asked for that. Services that were here before stay.
  local package service
  for package in "$@"; do
    case $package in
      redis-server | prometheus) service=$package ;;
      postgresql-[0-9]*-*) continue ;;
      postgresql-[0-9]*) service=postgresql ;;
      *) continue ;;
    esac
    if command -v systemctl >/dev/null; then
      systemctl disable "$service" >/dev/null 2>&1 || true
    else
      update-rc.d "$service" disable >/dev/null 2>&1 || true
    fi
  done
}

# Installs what the given function names, or says what to install.
install_missing() {
  local needs=$1 missing as_root=()
  mapfile -t missing < <("$needs")
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    fail "Missing, by the names of Debian's packages: ${missing[*]}. Install them and start again."
  if [ "$(id -u)" -ne 0 ]; then
    # sudo can ask for a password only on a terminal.
    command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; } ||
      fail "Packages are missing, and installing them takes root. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Asking apt for its lists of packages"
  "${as_root[@]}" apt-get update -q >&2 || say "apt-get update failed; going on with the lists as they are"
  # With the lists the exact versions are known.
  mapfile -t missing < <("$needs")
  say "Installing ${missing[*]}"
  "${as_root[@]}" bash -euc "$(declare -f install_quietly); install_quietly \"\$@\"" install_quietly "${missing[@]}" >&2 ||
    fail "apt-get could not install the packages. By hand: apt-get install ${missing[*]}"
  mapfile -t missing < <("$needs")
  [ ${#missing[@]} -eq 0 ] || fail "Still missing: ${missing[*]}"
}

install_packages() { install_missing missing_for_stack; }

install_packages_for_tests() { install_missing missing_for_tests; }

check_rust() {
  command -v cargo >/dev/null || [ ! -e "${HOME:-}/.cargo/env" ] || . "$HOME/.cargo/env"
  command -v cargo >/dev/null ||
    fail "Rust is missing: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
  # The toolchain file names the target, and rustup installs it with the toolchain; an older rustup is told so here.
  if command -v rustup >/dev/null && ! (cd "$root" && rustup target list --installed) | grep -qx wasm32-wasip2; then
    say "Installing Rust's target wasm32-wasip2"
    (cd "$root" && rustup target add wasm32-wasip2)
  fi
}

# By the names of programs, not of packages: naming packages would give their dependencies other features, and the
# tests' build would compile them a second time. What only the tests use is not built.
build_native() {
  say "Building linernotes, the functions' host and the demo upstreams (the first time takes minutes)"
  (cd "$root" && cargo build --target-dir "$target" --bin linernotes --bin linernotes-host --bin linernotes-demo)
}

# Becomes cargo, so that a signal reaches it.
cargo_components() {
  cd "$root"
  exec cargo build --target-dir "$target" --release --target wasm32-wasip2 "${components[@]/#/--package=}" "$@"
}

build_components() {
  say "Building the ${#components[@]} components"
  (cargo_components)
}

# Both at once: each has stretches in which a single crate is compiled and all the others wait for it. The components take one
# crate after the other, for more compilers than cores get in each other's way, and are done before the rest all the same.
# Only one of the two shows its progress.
build_all() {
  # At once for both: two that download wait for each other. Without a network, what is here may do.
  say "Fetching crates that are not here yet"
  (cd "$root" && cargo fetch --quiet --target host-tuple --target wasm32-wasip2) || say "Building with the crates that are here"
  say "Building the ${#components[@]} components beside what follows"
  (cargo_components --quiet --jobs 1) &
  # A job in the background does not hear Ctrl-C.
  trap "kill $! 2>/dev/null || true" EXIT
  build_native
  wait $!
  trap - EXIT
}

# Everything that `linernotes` needs to run. Where that was just done, a stack that a command starts need not ask again.
prepare() {
  [ -z "${LINERNOTES_PREPARED:-}" ] || return 0
  install_packages
  check_rust
  build_all
}

# Asking cargo takes longer than the whole command needs when nothing has changed.
is_built() {
  [ -x "$1" ] || return 1
  local newer
  newer=$(find "$root"/scripts/local/{cli,demo,stack}/{Cargo.toml,src} "$root/scripts/local/stack/sql" "$root/Cargo.lock" \
    -type f -newer "$1" -print -quit)
  [ -z "$newer" ]
}

# Becomes the program that a person talks to, built if it has to be. Standard output is for its result.
linernotes() {
  local program="$target/debug/linernotes"
  if ! is_built "$program"; then
    # A project elsewhere needs neither Postgres nor components here.
    if [ -n "${SPIN_VARIABLE_SUPABASE_URL:-}" ]; then
      check_rust >&2
      build_native >&2
    else
      prepare >&2
      export LINERNOTES_PREPARED=1
    fi
    touch "$program"
  fi
  exec "$program" "$@"
}
