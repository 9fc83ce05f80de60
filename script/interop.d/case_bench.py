"""The two bench programs against each other's targets: same flags, same words, bytes that move."""

import bench
from session import case, check

BLOCK, BATCH, THREADS, SECONDS = 65536, 16, 2, 1


def across(session, initiator, target):
    programs = bench.programs(session.distribution)
    log = session.logs / f"bench-{initiator}-to-{target}.log"
    with programs[target].target(log) as segment:
        for operation in ("read", "write"):
            speed = programs[initiator].measure(segment, operation, BLOCK, BATCH, THREADS, SECONDS)
            check(speed, f"{initiator} bench measured nothing against {target}")


case("bench/java-to-cpp")(lambda s: across(s, "Java", "C++"))
case("bench/cpp-to-java")(lambda s: across(s, "C++", "Java"))
