"""What the records of nodes say while the nodes live: clusters, regions that come and go, ends."""

import signal

from case_http import check_published, records
from case_transfer import MIB, is_cpp, move
from servers import KINDS, Records
from session import Node, case, check, eventually

CLUSTERS = ("c1", "c2/")


def unseen(session, initiator, name):
    """The initiator does not find that segment."""
    local = initiator.regions["small"]
    answer = initiator.transfer("read", name, [[local.address, 1 << 32, 16]])
    check(not answer["completed"], f"{initiator.label} sees {name} of another cluster")


def clusters(session, server, initiator, target):
    """The same names in two clusters on one server: each node meets its own cluster's."""
    keys = [
        (Node(initiator, server, "caller", cluster), Node(target, server, "called", cluster))
        for cluster in CLUSTERS
    ]
    alone = Node(target, server, "alone", CLUSTERS[1])
    everyone = [*keys[0], *keys[1], alone]
    with session.started(*everyone) as peers:
        for key, peer in zip(everyone, peers):
            check_published(session, key, peer)
            plain = Records(session.server(server), key.name)
            check(plain.raw() == (None, None), f"{key} has records without the cluster's prefix")
        for pair in (peers[0:2], peers[2:4]):
            move(session, *pair, "write", [(0, 0, MIB // 2)])
            move(session, *pair, "read", [(MIB // 2, 7, MIB // 2 - 7)])
        unseen(session, peers[0], alone.name)
        move(session, peers[2], peers[4], "write", [(0, 0, MIB)])
        session.verify(*peers)
    for key in everyone:
        check(records(session, key).raw() == (None, None), f"{key} has left records behind")


def new_region(session, server, initiator, target):
    """Regions registered and unregistered after the segment was opened."""
    keys = Node(initiator, server, "early"), Node(target, server, "changing")
    with session.started(*keys) as (one, two):
        move(session, one, two, "write", [(0, 0, MIB)])
        first = two.regions["small"]
        local = one.regions["small"]
        late = two.add_region("late", MIB, session.seed())
        check_published(session, keys[1], two)
        request = [[local.address, late.address, MIB]]
        answer = one.transfer("write", two.name, request)
        check(answer["completed"], f"write to the new region: {answer}")
        late.expect(0, local.slice(0, MIB))
        session.verify(one, two)
        two.drop_region("small")
        check_published(session, keys[1], two)
        # C++ learns of it by its refreshing every second, Java when it is told to.
        if not is_cpp(one):
            one.call("refresh", peer=two.name)

        def refreshed():
            seen = one.call("first_buffer_address", peer=two.name)["address"]
            return seen == late.address

        eventually(refreshed, "the initiator still sees the region that is gone")
        answer = one.transfer("write", two.name, [[local.address, first.address, 64]])
        check(not answer["completed"], "a write to the unregistered region completed")
        eventually(
            lambda: one.transfer("write", two.name, request)["completed"],
            "the region that is still there is not served",
        )
        session.verify(one, two)


def without_rpc_meta(session, server, initiator):
    """What a C++ node has in a store that came back empty once it registers a region: only its
    descriptor. The host in there is enough for transfers."""
    keys = Node(initiator, server, "searching"), Node("cpp-target", server, "half-lost")
    with session.started(*keys) as peers:
        session.server(server).delete(records(session, keys[1]).rpc_key)
        move(session, *peers, "write", [(0, 0, MIB)])
        session.verify(*peers)


def withdrawal(session, server, engine, end):
    """Both records go when their node does."""
    key = Node(engine, server, "leaving")
    found = records(session, key)
    peer = session.start(key)
    peer.add_region("small", MIB, session.seed())
    check_published(session, key, peer)
    end(peer)
    check(found.raw() == (None, None), f"records after its end: {found.raw()}")


def close(peer):
    check(peer.close() == 0, f"{peer.label} did not end well")


def terminate(peer):
    peer.process.send_signal(signal.SIGTERM)
    code = peer.process.wait(20)
    check(code in (143, -signal.SIGTERM), f"SIGTERM ended it with {code}")


_PAIRS = {
    "java-to-cpp": ("java", "cpp-target"),
    "cpp-to-java": ("cpp-refreshing", "java"),
    "cpp-to-cpp": ("cpp-refreshing", "cpp-target"),
}
for _server in KINDS:
    for _direction, _pair in _PAIRS.items():
        _core = _server == "cpp" and _direction != "cpp-to-cpp"
        case(f"http-{_server}/{_direction}/clusters", _core)(
            lambda s, v=_server, p=_pair: clusters(s, v, *p)
        )
        case(f"http-{_server}/{_direction}/new-region", _core)(
            lambda s, v=_server, p=_pair: new_region(s, v, *p)
        )
    for _direction, _engine in (("java-to-cpp", "java"), ("cpp-to-cpp", "cpp-default")):
        case(f"http-{_server}/{_direction}/without-rpc-meta", core=False)(
            lambda s, v=_server, g=_engine: without_rpc_meta(s, v, g)
        )
    for _name, _engine, _end in (
        ("java/closed", "java", close),
        ("java/terminated", "java", terminate),
        ("cpp/closed", "cpp-default", close),
    ):
        case(f"http-{_server}/{_name}", core=_server == "java" and _engine == "java")(
            lambda s, v=_server, g=_engine, e=_end: withdrawal(s, v, g, e)
        )
