"""mooncake topology beside the package's transfer_engine_topology_dump: the same text."""

import sys

import commands
from session import case, check

# The package's program asks an engine, which takes devices that do not work out of the matrix;
# so the files for both name none.
CUSTOM = {
    "one": '{"cpu:0": [[], []]}',
    "several": '{"cuda:1": [[], []], "cpu:1": [[], []], "cpu:0": [[], []]}',
}


def both(session, *arguments):
    """What the two programs print, which must end well."""
    program = [sys.executable, "-m", "mooncake.transfer_engine_topology_dump"]
    answers = {
        "C++": commands.run([*program, *arguments]),
        "Java": commands.mooncake(session, "topology", *arguments),
    }
    for side, (code, printed, complaints) in answers.items():
        check(code == 0, f"{side} ended with {code}: {(printed + complaints)[-300:]}")
    return [printed for _, printed, _ in answers.values()]


def same(session, *arguments):
    cpp, java = both(session, *arguments)
    check(java == cpp, f"Java printed {java!r}, C++ {cpp!r}")


@case("topology/this-host")
def this_host(session):
    same(session)


@case("topology/filter", core=False)
def filtered(session):
    same(session, "--device-name", "mlx5_7,mlx5_8")


def custom(session, label):
    file = session.logs / f"topology-{label}.json"
    file.write_text(CUSTOM[label])
    same(session, "--custom-topo-json", file)


for _label in CUSTOM:
    case(f"topology/custom-{_label}", core=False)(lambda s, n=_label: custom(s, n))
