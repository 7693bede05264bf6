# What the scripts share: where the checkout is, saying what happens, installing what is missing, building.
# Sourced by scripts that have set `-euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/target"
components=(artist-discovery album-discovery track-discovery producer-identification social-enrichment
  cron-queue-processor queue-monitor clear-queue-deduplication check-pipeline cron-cleanup-stale-entities)

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

# The newest Postgres of this machine that apt knows pg_cron for, or nothing.
postgres_version() {
  local candidates=("$@") version
  for version in $(printf '%s\n' "${candidates[@]}" | sort -rn); do
    if [ -e "/usr/share/postgresql/$version/extension/pg_cron.control" ] ||
      apt-cache show "postgresql-$version-cron" >/dev/null 2>&1; then
      printf '%s' "$version"
      return
    fi
  done
}

# Fills `missing` with the Debian packages that are still needed.
find_missing() {
  missing=()
  local installed=() server version
  for server in /usr/lib/postgresql/*/bin/postgres; do
    [ -x "$server" ] || continue
    version=${server#/usr/lib/postgresql/}
    installed+=("${version%%/*}")
  done
  if [ ${#installed[@]} -eq 0 ]; then
    # `postgresql` is the machine's default version; its number is in the package it depends on.
    version=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]\+\)$/\1/p' | head -n 1)
    missing+=("postgresql-${version:-NN}" "postgresql-${version:-NN}-cron")
  else
    version=$(postgres_version "${installed[@]}")
    version=${version:-${installed[0]}}
    [ -e "/usr/share/postgresql/$version/extension/pg_cron.control" ] || missing+=("postgresql-$version-cron")
  fi
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v cc >/dev/null || missing+=(gcc libc6-dev)
  command -v setpriv >/dev/null || missing+=(util-linux)
}

# Installs packages without leaving a service of theirs running or enabled. Debian asks policy-rc.d before it starts
# one, and postgresql-common makes no cluster of its own when told so. Both files go again if they are ours.
apt_install() {
  local as_root=() policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/linernotes.conf
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  local redis_was_there=true
  [ -e /lib/systemd/system/redis-server.service ] || redis_was_there=false
  "${as_root[@]}" apt-get update -q >&2 || say "apt-get update failed; going on with the lists as they are"
  find_missing
  say "Installing ${missing[*]}"
  local script='
    policy=$1 cluster=$2; shift 2
    remove=()
    trap '\''rm -f "${remove[@]}"'\'' EXIT
    if [ ! -e "$policy" ]; then
      remove+=("$policy")
      printf "#!/bin/sh\nexit 101\n" >"$policy"
      chmod 755 "$policy"
    fi
    if [ ! -e "$cluster" ]; then
      remove+=("$cluster")
      mkdir -p "$(dirname "$cluster")"
      echo "create_main_cluster = false" >"$cluster"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"'
  "${as_root[@]}" bash -euc "$script" apt_install "$policy" "$cluster" "${missing[@]}" >&2 ||
    fail "apt-get could not install the packages. By hand: sudo apt-get install ${missing[*]}"
  # Started at the next boot it would be a service of ours that nobody asked for.
  if [ "$redis_was_there" = false ] && command -v systemctl >/dev/null; then
    "${as_root[@]}" systemctl disable redis-server.service >/dev/null 2>&1 || true
  fi
}

# Installs what the stack needs and this machine lacks, or says what to install.
install_packages() {
  local missing=()
  find_missing
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    fail "Missing: PostgreSQL with pg_cron, Redis, a C compiler, setpriv (Debian's names: ${missing[*]}). Install them and start again."
  fi
  if [ "$(id -u)" -ne 0 ] && ! { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; then
    fail "Missing packages, and neither root nor sudo to install them. As root: apt-get install ${missing[*]}"
  fi
  apt_install
  find_missing
  [ ${#missing[@]} -eq 0 ] || fail "Still missing: ${missing[*]}"
}

check_rust() {
  command -v cargo >/dev/null || [ ! -e "$HOME/.cargo/env" ] || . "$HOME/.cargo/env"
  command -v cargo >/dev/null ||
    fail "Rust is missing: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
  # The toolchain file names the target, and rustup installs it with the toolchain; an older rustup is told so here.
  if command -v rustup >/dev/null && ! (cd "$root" && rustup target list --installed) | grep -qx wasm32-wasip2; then
    say "Installing Rust's target wasm32-wasip2"
    (cd "$root" && rustup target add wasm32-wasip2)
  fi
}

build_native() {
  say "Building linernotes, the functions' host and the demo upstreams (the first time takes minutes)"
  (cd "$root" && cargo build --target-dir "$target" -p linernotes-cli -p linernotes-host -p linernotes-demo)
}

build_components() {
  say "Building the ${#components[@]} components"
  (cd "$root" && cargo build --target-dir "$target" --release --target wasm32-wasip2 "${components[@]/#/--package=}")
}

# Everything that `linernotes` needs to run.
prepare() {
  install_packages
  check_rust
  build_native
  build_components
}
