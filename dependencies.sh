#!/usr/bin/env bash
# Installs what mooncake4j needs on a Debian machine: dependencies.sh [-y]; see script/bootstrap --help.
set -euo pipefail
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/script/bootstrap" "$@"
