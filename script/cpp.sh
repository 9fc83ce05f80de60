# shellcheck shell=bash
# The public C++ package of Mooncake in a virtual environment, and the archive unpacked beside it; sourced after common.sh.

package=mooncake-transfer-engine-non-cuda
version=0.3.13.post1
environment=${MOONCAKE_INTEROP_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/mooncake4j/interop-venv}

create_environment() {
  if ! "$environment/bin/python" -c '' 2>/dev/null; then
    local python
    python=$(command -v python3) || fail "python3 is missing"
    "$python" -m venv --clear "$environment" || fail "python could not make a virtual environment in $environment"
  fi
  local installed
  installed=$("$environment/bin/python" -c "
import importlib.metadata as m
try: print(m.version('$package'))
except m.PackageNotFoundError: print('none')")
  if [[ $installed != "$version" ]]; then
    "$environment/bin/pip" install -q --disable-pip-version-check "$package==$version" ||
      fail "pip could not install $package $version"
  fi
}

check_libraries() {
  local site file broken=''
  site=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("platlib"))')
  for file in "$site"/mooncake/*.so "$site"/mooncake/{mooncake_master,transfer_engine_bench} \
    "$site"/mooncake_transfer_engine_non_cuda.libs/*.so*; do
    if ldd "$file" 2>&1 | grep 'not found'; then broken+=" $file"; fi
  done
  [[ -z $broken ]] || fail "libraries are missing for$broken"
  "$environment/bin/python" -c 'from mooncake.engine import TransferEngine' ||
    fail "$package $version does not load"
}

# Unpacks the one archive of distribution/target into the folder $1.
unpack_archive() {
  local archives=("$root"/distribution/target/mooncake4j-*.tar.gz)
  [[ ${#archives[@]} -eq 1 && -f ${archives[0]} ]] ||
    fail "expected one archive in distribution/target, found ${archives[*]}: run mvn clean, leave --no-build out"
  rm -rf "$1"
  mkdir -p "$1"
  tar -xzf "${archives[0]}" -C "$1" --strip-components=1
}
