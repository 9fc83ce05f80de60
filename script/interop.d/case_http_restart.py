"""Metadata servers that crash, come back empty or with their disk, or hang, in mid-use."""

import json
import time

from case_faults import stop
from case_http import check_published, records
from case_transfer import MIB, move
from peers import PeerError
from servers import KINDS, Records
from session import Node, case, check, eventually

# Java looks after its records every two seconds.
RETURN_S = 20.0
PATIENCE_S = 3
# An opening asks for two records, each within the metadata time-out of 5 s.
OPENING_S = 12


def without_time(raw):
    parsed = json.loads(raw)
    del parsed["timestamp"]
    return parsed


def talk(session, one, two):
    """Both ways between nodes that know each other."""
    one.regions["small"].fill(0, MIB, session.seed())
    move(session, one, two, "write", [(0, 0, MIB)])
    move(session, two, one, "read", [(MIB, 0, MIB)])
    session.verify(one, two)


def own_server(kind, scenario, flags=lambda session: ()):
    """Runs a scenario with a server of its own, which no other case finds broken."""

    def run(session):
        server = session.start_server(kind, *flags(session))
        try:
            scenario(session, server)
        finally:
            if server.alive():
                server.resume()
                server.stop()

    return run


def node(server, engine, name):
    return Node(engine, server, name)


def lost(session, server):
    """The server comes back empty. Open segments never notice, Java's records return by
    themselves; a C++ node's do not, which is C++'s habit, and Java says what is missing."""
    keys = [node(server, "java", "steady-java"), node(server, "cpp-target", "steady-cpp")]
    with session.started(*keys, size=4 * MIB) as (java, cpp):
        talk(session, java, cpp)
        before = [records(session, key).raw() for key in keys]
        server.kill()
        talk(session, java, cpp)
        server.start()
        talk(session, java, cpp)
        java_records, cpp_records = (records(session, key) for key in keys)
        eventually(lambda: all(java_records.raw()), "Java's records do not come back", RETURN_S)
        check_published(session, keys[0], java)
        meta, segment = java_records.raw()
        check(meta == before[0][0], f"the rpc_meta record was {before[0][0]}, now it is {meta}")
        check(
            without_time(segment) == without_time(before[0][1]),
            f"the descriptor was {before[0][1]}, now it is {segment}",
        )
        check(cpp_records.raw() == (None, None), "C++ now brings its records back: say so in docs")
        newcomers = node(server, "cpp-default", "new-cpp"), node(server, "java", "new-java")
        with session.started(*newcomers, size=4 * MIB) as (new_cpp, new_java):
            talk(session, new_cpp, java)
            local = new_java.regions["small"]
            answer = new_java.transfer("read", cpp.name, [[local.address, 1 << 32, 16]])
            words = str(answer["failures"])
            check(not answer["completed"], "a segment without records was opened")
            check("METADATA" in words and cpp.name in words, f"Java's words: {words}")
            # Registering makes C++ write its descriptor again, though not its rpc_meta.
            cpp.add_region("late", MIB, session.seed())
            check(cpp_records.rpc_meta() is None, "C++ wrote its rpc_meta record again")
            check(len(cpp_records.buffers()) == 2, "C++ did not write its descriptor again")
            session.verify(new_java, cpp, java)


def regions_during_outage(session, server):
    """What Java registers while the server is away is there once it is back."""
    key = node(server, "java", "steady-java")
    with session.started(key, size=4 * MIB) as (java,):
        server.kill()
        java.add_region("late", MIB, session.seed(), published=False)
        try:
            java.call("await_publication", timeout_s=1)
        except PeerError as refusal:
            check("TIMEOUT" in str(refusal), f"waiting for a store that is away: {refusal}")
        else:
            check(False, "a region counts as published without a store")
        server.start()
        java.await_publication()
        eventually(
            lambda: all(records(session, key).raw()), "Java's records do not come back", RETURN_S
        )
        check_published(session, key, java)
        with session.started(node(server, "cpp-default", "new-cpp"), size=4 * MIB) as (cpp,):
            for region in java.regions:
                local, remote = cpp.regions["small"], java.regions[region]
                request = [[local.address, remote.address, MIB]]
                check(cpp.transfer("write", java.name, request)["completed"], f"write to {region}")
                remote.expect(0, local.slice(0, MIB))
            session.verify(cpp, java)


def hanging(session, server):
    """The server stops (SIGSTOP): open segments go on, what needs it ends in time and in words."""
    keys = [
        node(server, "java", "steady-java"),
        node(server, "cpp-target", "steady-cpp"),
        node(server, "cpp-default", "unopened"),
    ]
    with session.started(*keys, size=4 * MIB) as (java, cpp, unopened):
        talk(session, java, cpp)
        stop(server.process)
        talk(session, java, cpp)
        local, remote = java.regions["small"], unopened.regions["small"]
        request = [[local.address, remote.address, 16]]
        answer = java.transfer("read", unopened.name, request, timeout_s=PATIENCE_S)
        check(not answer["completed"], "a segment was opened without its record")
        check(answer["seconds"] < OPENING_S, f"opening took {answer['seconds']:.1f} s to fail")
        check(unopened.name in str(answer["failures"]), f"in words: {answer['failures']}")
        started = time.monotonic()
        try:
            session.start(node(server, "java", "late-java")).kill()
        except PeerError as refusal:
            words = str(refusal)
            check("METADATA" in words or "TIMEOUT" in words, f"Java's words: {words}")
        else:
            check(False, "Java started without a metadata server")
        took = time.monotonic() - started
        check(took < 3 * OPENING_S, f"Java took {took:.1f} s to refuse to start")
        server.resume()
        move(session, java, unopened, "write", [(0, 0, MIB)])
        java.add_region("late", MIB, session.seed())
        check_published(session, keys[0], java)
        session.verify(java, cpp, unopened)
        late = Records(server, "late-java")
        eventually(lambda: late.raw() == (None, None), "a node that never started has records")


def absent(session, server):
    """No server at the start: Java says so in time; once it is back, it starts."""
    server.kill()
    started = time.monotonic()
    try:
        session.start(node(server, "java", "early-java")).kill()
    except PeerError as refusal:
        words = str(refusal)
        check(f"{server.port}" in words, f"the words name no server: {words}")
        check("METADATA" in words or "TIMEOUT" in words, f"Java's words: {words}")
    else:
        check(False, "Java started without a metadata server")
    took = time.monotonic() - started
    check(took < 2 * OPENING_S, f"Java took {took:.1f} s to refuse to start")
    server.start()
    keys = node(server, "java", "early-java"), node(server, "cpp-default", "early-cpp")
    with session.started(*keys, size=4 * MIB) as peers:
        talk(session, *peers)


def kept(session, server):
    """Java's server with a file: killed or stopped in the middle of use, it has all records when
    it is back, those of C++ too, and newcomers find everybody."""
    keys = [node(server, "java", "steady-java"), node(server, "cpp-target", "steady-cpp")]
    newcomers = node(server, "cpp-default", "new-cpp"), node(server, "java", "new-java")
    with session.started(*keys, size=4 * MIB) as (java, cpp):
        talk(session, java, cpp)
        before = [records(session, key).raw() for key in keys]
        for end in (server.kill, server.stop):
            end()
            talk(session, java, cpp)
            server.start()
            after = [records(session, key).raw() for key in keys]
            check(after == before, f"the records were {before}, now they are {after}")
        cpp.add_region("late", MIB, session.seed())
        check_published(session, keys[1], cpp)
        with session.started(*newcomers, size=4 * MIB) as (new_cpp, new_java):
            talk(session, new_cpp, java)
            talk(session, new_java, cpp)
            server.kill()
            server.start()
        gone = [records(session, key).raw() for key in newcomers]
        check(gone == [(None, None)] * 2, f"records of nodes that have ended: {gone}")


_SCENARIOS = {
    "restarted-empty": lost,
    "registered-during-outage": regions_during_outage,
    "hanging": hanging,
    "absent": absent,
}
for _kind in KINDS:
    for _name, _scenario in _SCENARIOS.items():
        case(f"http-{_kind}/{_name}", core=_scenario is lost and _kind == "java")(
            own_server(_kind, _scenario)
        )
case("http-java/restarted-with-disk", core=False)(
    own_server("java", kept, lambda s: ("--persist", s.logs / f"records-{s.seed()}"))
)
