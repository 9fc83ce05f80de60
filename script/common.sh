# shellcheck shell=bash
# What the scripts share; sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly root
readonly minimum_java=17

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Major version of the Java installation in folder $1; nothing where there is none.
java_major() {
  local version=""
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$version" ] && [ -x "$1/bin/java" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  fi
  printf '%s' "$version"
}

# Folder of the JDK (with a compiler) that this shell would use; nothing where there is none.
default_jdk_home() {
  local javac
  if [ -n "${JAVA_HOME:-}" ]; then
    [ ! -x "$JAVA_HOME/bin/javac" ] || printf '%s' "$JAVA_HOME"
  elif javac=$(command -v javac); then
    dirname "$(dirname "$(readlink -f "$javac")")"
  fi
}

# "MAJOR FOLDER" of every JDK below /usr/lib/jvm, oldest first.
installed_jdks() {
  local home major
  for home in /usr/lib/jvm/*; do
    if [ ! -L "$home" ] && [ -x "$home/bin/javac" ]; then
      major=$(java_major "$home")
      [ -z "$major" ] || printf '%s %s\n' "$major" "$home"
    fi
  done | sort -n
}

# Folder of an installed JDK of exactly major version $1; nothing where there is none.
jdk_home_of() { installed_jdks | awk -v major="$1" '$1 == major { home = $2 } END { printf "%s", home }'; }

# Folder of the newest JDK, if it is newer than the minimum: JAVA_NEWEST_HOME, else the highest installed.
newest_jdk_home() {
  if [ -n "${JAVA_NEWEST_HOME:-}" ]; then
    [ -x "$JAVA_NEWEST_HOME/bin/java" ] ||
      fail "JAVA_NEWEST_HOME is '$JAVA_NEWEST_HOME', which has no bin/java: set it to a JDK or unset it."
    printf '%s' "$JAVA_NEWEST_HOME"
  else
    installed_jdks | awk -v least="$minimum_java" '$1 > least { home = $2 } END { printf "%s", home }'
  fi
}

# Runs Maven with arguments $2... in the root (or in the folder $maven_folder); all it says goes to the file $1
# below target/, the screen gets modules, test classes, and whatever is not mere information.
maven() {
  local log=$root/target/$1 home major
  shift
  mkdir -p "$(dirname "$log")"
  home=$(default_jdk_home)
  if [ -z "$home" ] || ! command -v mvn >/dev/null; then
    fail "needs a JDK and Maven: run script/bootstrap."
  fi
  major=$(java_major "$home")
  if [ "${major:-0}" -ge 24 ]; then
    # Maven's own libraries, not ours, would make these JDKs warn.
    MAVEN_OPTS="${MAVEN_OPTS:-} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    export MAVEN_OPTS
  fi
  (cd "${maven_folder:-$root}" && mvn -B -ntp -Dstyle.color=never -Dmaven.wagon.http.retryHandler.count=3 "$@" </dev/null 2>&1) |
    tee "$log" |
    # A skipped test is no warning; print_skipped tells its cause.
    sed -uE 's/^\[WARNING\] (Tests run: .*Failures: 0, Errors: 0, Skipped: )/[INFO] \1/' |
    grep --line-buffered -E '^\[INFO\] (Building mooncake4j|Tests run:.* in |BUILD|Total time)|^\[[^I]|^[^[[:cntrl:]]' ||
    return 1
}

# "PASSED FAILED SKIPPED" of the test reports in the folders target/$1 of all modules.
count_reports() {
  find "$root" -path "*/target/$1/TEST-*.xml" -not -path "$root/target/*" -exec grep -ohE '<testsuite [^>]*>' {} + |
    awk '
      function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0 }
      { skipped += count("skipped"); failed += count("failures") + count("errors"); all += count("tests") }
      END { printf "%d %d %d\n", all - failed - skipped, failed, skipped }'
}

# One line with the cause for every skipped test of these reports.
print_skipped() {
  find "$root" -path "*/target/$1/TEST-*.xml" -not -path "$root/target/*" -exec cat {} + |
    awk '
      function attribute(name) {
        return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
      }
      /<testcase / { test = attribute("classname") "." attribute("name") }
      /<skipped/ {
        cause = attribute("message")
        if (cause == "" && sub(/.*<!\[CDATA\[[^ ]*: (Assumption failed: )?/, "")) cause = $0
        sub(/\]\]>.*/, "", cause)
        print "SKIPPED " test ": " (cause == "" ? "no cause given" : cause)
      }'
}

# Removes the test reports of earlier runs, so that none is counted again.
forget_reports() { find "$root" -depth -type d -path "*/target/$1" -exec rm -r {} +; }
