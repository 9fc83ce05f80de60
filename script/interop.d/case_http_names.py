"""Who gets a name: live and dead occupants of either language, again and again."""

import json

import commands
from case_http import check_published, records
from case_transfer import MIB, move
from peers import PeerError
from servers import KINDS
from session import Node, case, check

RESTARTS = 20
FEW_RESTARTS = 4
NAME = "contested"


def occupant_alive(session, server, engine):
    """Java does not take a living engine's name, says who has it, and leaves its records alone."""
    key = Node(engine, server, NAME)
    found = records(session, key)
    with session.started(key) as (occupant,):
        before = found.raw()
        address = f"127.0.0.1:{found.rpc_meta()['rpc_port']}"
        try:
            session.start(Node("java", server, NAME)).kill()
        except PeerError as refusal:
            words = str(refusal)
            check("NAME_TAKEN" in words, f"Java's words: {words}")
            check(address in words, f"the words do not say that {address} has it: {words}")
        else:
            check(False, "Java took the name of a living engine")
        check(found.raw() == before, f"the occupant's records were {before}, are {found.raw()}")
        with session.started(Node("cpp-default", server, "visitor")) as (visitor,):
            move(session, visitor, occupant, "write", [(0, 0, MIB)])
            session.verify(visitor, occupant)


def exactly(session, key, java):
    """The records are those of this very process, its port answers, and a C++ node uses it."""
    check_published(session, key, java)
    with session.started(Node("cpp-default", key.server, "visitor")) as (visitor,):
        move(session, visitor, java, "write", [(0, 0, MIB // 2)])
        move(session, visitor, java, "read", [(MIB // 2, 100, MIB // 4)])
        check(visitor.call("probe", peer=NAME)["alive"], "its handshake port does not answer")
        session.verify(visitor, java)


def stale_addresses(session, key, address):
    """Addresses of a dead process are in no record."""
    found = records(session, key).buffers()
    check(all(addr != address for addr, _ in found), f"{address:#x} is published again: {found}")


def cpp_occupant_killed(session, server):
    """Java takes the name of a C++ node that died, and nothing of it stays."""
    dead = session.start(Node("cpp-default", server, NAME))
    buried = dead.add_region("small", MIB, session.seed()).address
    dead.kill()
    key = Node("java", server, NAME)
    check(records(session, key).buffers() == [(buried, MIB)], "the dead node's record is not there")
    with session.started(key) as (java,):
        exactly(session, key, java)
    check(records(session, key).raw() == (None, None), "records stay behind")


def java_occupant_killed(session, server):
    """C++ after a killed Java. What it does is C++'s defect, met by any predecessor: it cannot
    change rpc_meta until somebody deletes it, and takes over the buffers in the old record."""
    java = session.start(Node("java", server, NAME))
    buried = java.add_region("small", MIB, session.seed()).address
    java.kill()
    key = Node("cpp-default", server, NAME)
    found = records(session, key)
    try:
        session.start(key).kill()
    except PeerError:
        pass
    else:
        check(False, "C++ now starts over a dead node's rpc_meta record: say so in docs")
    session.server(server).delete(found.rpc_key)
    with session.started(key) as (cpp,):
        own = (cpp.regions["small"].address, MIB)
        check(own in found.buffers(), "C++ does not publish its own region")
        resurrected = (buried, MIB) in found.buffers()
        check(resurrected, "C++ no longer resurrects a dead node's buffers: say so in docs")
    check(found.raw() == (None, None), "C++ leaves records behind")


def pruned(session, server):
    """`mooncake metadata prune` removes a killed node's records, whose name C++ can then take with
    nothing of its predecessor's, and leaves a living node's alone."""
    url = session.server(server).url
    key = Node("cpp-default", server, NAME)
    found = records(session, key)
    for occupant in (Node("java", server, NAME), key):
        dead = session.start(occupant)
        dead.add_region("small", MIB, session.seed())
        code, printed, complaints = prune(session, url)
        check(code == 1, f"pruning a living node ended with {code}: {printed}{complaints}")
        check(len(found.buffers()) == 1, "a living node's records are gone")
        dead.kill()
        code, printed, complaints = prune(session, url)
        check(code == 0, f"pruning a dead node ended with {code}: {printed}{complaints}")
        check(found.raw() == (None, None), f"records after pruning: {found.raw()}")
    with session.started(key) as (cpp,):
        check_published(session, key, cpp)


def prune(session, url):
    return commands.mooncake(session, "metadata", "prune", "--metadata_server", url, NAME)


def restarts(session, server, count, occupants):
    """Killed and started again and again, now and then with a C++ occupant in between: after each
    start of Java the records have exactly the live process's port and regions."""
    java_key, cpp_key = Node("java", server, NAME), Node("cpp-default", server, NAME)
    found = records(session, java_key)
    ports, graves = set(), set()
    for turn in range(count):
        if occupants and turn % 2:
            # C++ does not start over another's rpc_meta; of the descriptor it keeps all buffers.
            session.server(server).delete(found.rpc_key)
            cpp = session.start(cpp_key)
            graves.add(cpp.add_region("small", MIB, session.seed()).address)
            cpp.kill()
        java = session.start(java_key)
        region = java.add_region("small", MIB, session.seed())
        exactly(session, java_key, java)
        for address in graves - {region.address}:
            stale_addresses(session, java_key, address)
        graves.add(region.address)
        ports.add(found.rpc_meta()["rpc_port"])
        java.kill()
    check(len(ports) > count // 2, f"only {ports}: the records may be old ones")
    segment = json.loads(found.raw()[1])
    check(len(segment["buffers"]) == 1, f"a killed node leaves its record: {segment}")
    found.delete()


for _kind in KINDS:
    case(f"http-{_kind}/name-of-live-cpp", _kind == "cpp")(
        lambda s, v=_kind: occupant_alive(s, v, "cpp-default")
    )
    case(f"http-{_kind}/name-of-live-java", core=False)(
        lambda s, v=_kind: occupant_alive(s, v, "java")
    )
    case(f"http-{_kind}/name-of-killed-cpp", core=False)(
        lambda s, v=_kind: cpp_occupant_killed(s, v)
    )
    case(f"http-{_kind}/name-of-killed-java-for-cpp", core=False)(
        lambda s, v=_kind: java_occupant_killed(s, v)
    )
    case(f"http-{_kind}/pruned", core=False)(lambda s, v=_kind: pruned(s, v))
    case(f"http-{_kind}/restarts-{FEW_RESTARTS}", _kind == "cpp")(
        lambda s, v=_kind: restarts(s, v, FEW_RESTARTS, True)
    )
case(f"http-java/restarts-{RESTARTS}", core=False)(lambda s: restarts(s, "java", RESTARTS, False))
case(f"http-cpp/restarts-{RESTARTS}-with-cpp", core=False)(
    lambda s: restarts(s, "cpp", RESTARTS, True)
)
