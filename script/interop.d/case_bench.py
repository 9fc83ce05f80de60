"""The two bench programs against each other's targets: same flags, same words, bytes that move."""

import bench
from servers import Records
from session import case, check, eventually

BLOCK, BATCH, THREADS, SECONDS = 65536, 16, 2, 1


def across(session, initiator, target):
    programs = bench.programs(session.distribution)
    log = session.logs / f"bench-{initiator}-to-{target}.log"
    with programs[target].target(log) as segment:
        for operation in ("read", "write"):
            speed = programs[initiator].measure(segment, operation, BLOCK, BATCH, THREADS, SECONDS)
            check(speed, f"{initiator} bench measured nothing against {target}")


def through_a_server(session, kind, initiator, target):
    """The same, where the engines meet in a metadata server under names of their own."""
    programs = bench.programs(session.distribution)
    server = session.server(kind)
    names = f"bench-{target}-target".lower(), f"bench-{initiator}-initiator".lower()
    log = session.logs / f"bench-http-{initiator}-to-{target}.log"
    target_flags, flags = (
        {"metadata_server": server.url, "local_server_name": name} for name in names
    )
    found = Records(server, names[0])
    with programs[target].target(log, **target_flags):
        eventually(found.buffers, f"the {target} target publishes no region; its output: {log}")
        for operation in ("read", "write"):
            speed = programs[initiator].measure(
                names[0], operation, BLOCK, BATCH, THREADS, SECONDS, **flags
            )
            check(speed, f"{initiator} bench measured nothing against {target}")
    if target == "Java":
        check(found.raw() == (None, None), f"records after the target's end: {found.raw()}")


def validator(session, kind):
    """Java's validator writes to a C++ target and reads back what it wrote."""
    program = bench.java_program(session.distribution, "validate")
    target_flags, flags = {}, {}
    if kind:
        server = session.server(kind)
        target_flags, flags = (
            {"metadata_server": server.url, "local_server_name": name}
            for name in ("validated", "validating")
        )
    target = bench.programs(session.distribution)["C++"]
    log = session.logs / f"bench-validated-{kind}.log"
    with target.target(log, **target_flags) as segment:
        if kind:
            segment = "validated"
            eventually(Records(server, segment).buffers, f"no region is published: {log}")
        shape = {"block_size": BLOCK, "batch_size": BATCH, "threads": THREADS}
        code, words = program.run(segment, SECONDS, **shape, **flags)
        check(code == 0, f"the validator ended with {code}: {words[-300:]}")
        passed = words.count("Data validation passed")
        check(passed == THREADS, f"{passed} of {THREADS} threads passed: {words[-300:]}")


case("validator/java-to-cpp")(lambda s: validator(s, None))
case("validator/http/java-to-cpp", core=False)(lambda s: validator(s, "java"))
case("bench/java-to-cpp")(lambda s: across(s, "Java", "C++"))
case("bench/cpp-to-java")(lambda s: across(s, "C++", "Java"))
case("bench/http/java-to-cpp")(lambda s: through_a_server(s, "java", "Java", "C++"))
case("bench/http/cpp-to-java")(lambda s: through_a_server(s, "java", "C++", "Java"))
case("bench/http/cpp-to-cpp", core=False)(lambda s: through_a_server(s, "cpp", "C++", "C++"))
