"""The other libraries at the same work: what they are, what they need, how they are started.

Each is a program of benchmarks/rivals (built by `mvn package -Privals -pl benchmarks/rivals -am`) that answers
{"unsupported": why} where it cannot run. It starts its own server, which ends with it.
"""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "benchmarks" / "rivals" / "target"
PACKAGE = "io.mooncake4j.benchmarks.rivals"

# Arrow reaches into java.nio; only this program's JVMs open it. Without its checks of every access it is faster.
FLIGHT_OPTIONS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Darrow.enable_unsafe_memory_access=true",
    "-Darrow.enable_null_check_for_get=false",
    "-XX:MaxDirectMemorySize=4g",
)
# UCX would log to the standard output, which is the protocol's.
UCX_LOG = {"UCX_LOG_FILE": "stderr"}


def _library(name):
    folders = [Path(base) for base in ("/usr/lib", "/usr/lib64", "/usr/local/lib")]
    return any(next(folder.glob(pattern), None) for folder in folders for pattern in (name, f"*-linux-gnu/{name}"))


@dataclass(frozen=True)
class Rival:
    """One row of the comparison. `debian` is the package that script/bootstrap installs; None: nothing is needed."""

    name: str
    label: str
    what: str
    main: str
    arguments: tuple = ()
    options: tuple = ()
    variables: dict = field(default_factory=dict)
    debian: str | None = None
    present: object = lambda: True

    def check(self):
        """None, or why it cannot run."""
        if not (BUILT / "classpath").is_file():
            return "benchmarks/rivals is not built: mvn package -Privals -pl benchmarks/rivals -am -DskipTests"
        if not self.present():
            return f"Debian's package {self.debian} is not installed: script/bootstrap --yes rivals"
        return None

    def command(self, java):
        """The command line; where it cannot run, one that says why in the protocol's words."""
        cause = self.check()
        if cause:
            return ["echo", json.dumps({"unsupported": cause})]
        # The folder first: UCX's native part is loaded from there.
        classes = f"{BUILT / 'classes'}:{(BUILT / 'classpath').read_text(encoding='utf-8').strip()}"
        variables = [f"{key}={value}" for key, value in self.variables.items()]
        program = [str(java), *self.options, "-cp", classes, f"{PACKAGE}.{self.main}", *self.arguments]
        return ["env", *variables, *program]


RIVALS = [
    Rival(
        "flight",
        "Arrow Flight",
        "DoGet and DoPut over gRPC on TCP; a batch is one call, each block a record batch of its own",
        "flight.FlightProgram",
        options=FLIGHT_OPTIONS,
    ),
    Rival(
        "flight-packed",
        "Arrow Flight, packed",
        "the same, blocks packed as rows into record batches of up to 1 MiB, which is how Flight is fast",
        "flight.FlightProgram",
        arguments=("packed",),
        options=FLIGHT_OPTIONS,
    ),
    Rival(
        "ucx-tcp",
        "UCX over TCP",
        "JUCX: put and get with remote keys, then a flush; a worker with a thread in the server for each thread",
        "ucx.UcxProgram",
        arguments=("TCP",),
        variables={"UCX_TLS": "tcp", "UCX_NET_DEVICES": "lo", **UCX_LOG},
        debian="libucx0",
        present=lambda: _library("libucp.so.0"),
    ),
    Rival(
        "ucx-shm",
        "UCX over shared memory",
        "the same put and get, which are copies through a mapping here, memory allocated by UCX",
        "ucx.UcxProgram",
        arguments=("shared", "memory"),
        variables={"UCX_TLS": "posix,cma", **UCX_LOG},
        debian="libucx0",
        present=lambda: _library("libucp.so.0"),
    ),
    Rival(
        "redis",
        "Redis",
        "SET and GET over TCP, a batch pipelined on one connection a thread, by a client of our own without copies",
        "redis.RedisProgram",
        debian="redis-server",
        present=lambda: shutil.which("redis-server") is not None,
    ),
]
