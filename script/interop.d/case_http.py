"""Engines that meet in an HTTP metadata server, under names that are no addresses."""

import json

import case_transfer
from case_transfer import MIB, is_cpp, move
from peers import PeerError
from servers import KINDS, Records
from session import Node, case, check


def nodes(server):
    """The nodes of the cases that only talk, two of each language."""
    return {
        "java": Node("java", server, "node-a:12345"),
        "java-target": Node("java", server, "node-c"),
        "cpp": Node("cpp-v2-pool", server, "node-b"),
        "cpp-target": Node("cpp-target", server, "node-d:12346"),
    }


DIRECTIONS = {
    "java-to-cpp": ("java", "cpp-target"),
    "cpp-to-java": ("cpp", "java-target"),
    "java-to-java": ("java", "java-target"),
    "cpp-to-cpp": ("cpp", "cpp-target"),
}


def records(session, node):
    return Records(session.server(node.server), node.name, node.cluster)


def check_published(session, node, peer):
    """Both records are exactly what C++ writes: no line feed, sorted members, no blanks."""
    found = records(session, node)
    meta, segment = found.raw()
    check(meta is not None and segment is not None, f"{node.name} has not both records")
    port = json.loads(meta)["rpc_port"]
    wanted = f'{{"ip_or_host_name":"127.0.0.1","rpc_port":{port}}}'.encode()
    check(meta == wanted, f"the rpc_meta record is {meta!r}")
    parsed = json.loads(segment)
    canonical = json.dumps(parsed, sort_keys=True, separators=(",", ":")).encode()
    check(segment == canonical, f"the descriptor is not as C++ writes it: {segment[:200]!r}")
    check(parsed["name"] == node.name, f"the descriptor's name is {parsed['name']}")
    published = sorted((region.address, region.size) for region in peer.regions.values())
    check(found.buffers() == published, f"{found.buffers()} are published, not {published}")


def probes(session, keys):
    sender, receiver = map(session.peer, keys)
    check(sender.call("probe", peer=receiver.name)["alive"], "a live peer was called dead")
    try:
        alive = sender.call("probe", peer="nobody-here")["alive"]
    except PeerError as refusal:
        check("nobody-here" in str(refusal), f"the refusal names nobody: {refusal}")
    else:
        check(not alive, "a name without records was called alive")


def no_such_segment(session, initiator):
    """A name without records is refused; by Java in words that name it."""
    local = initiator.regions["small"]
    answer = initiator.transfer("read", "nobody-here", [[local.address, 1 << 32, 16]])
    check(not answer["completed"], "a transfer with nobody completed")
    if not is_cpp(initiator):
        words = str(answer["failures"])
        check("METADATA" in words and "nobody-here" in words, f"in words: {words}")


def conversation(session, keys):
    """Everything two nodes say to each other, after a look at their records."""
    for key in keys:
        check_published(session, key, session.peer(key))
    for opcode in ("write", "read"):
        for size in (1, 16 * MIB + 1):
            case_transfer.one_size(session, keys, opcode, size)
        for count in (16, 1000):
            case_transfer.one_batch(session, keys, opcode, count)
    case_transfer.notify(session, keys)
    probes(session, keys)
    no_such_segment(session, session.peer(keys[0]))


for _server in KINDS:
    for _direction, _keys in DIRECTIONS.items():
        _core = _direction != "cpp-to-cpp" and (_server == "java" or _direction != "java-to-java")
        case(f"http-{_server}/{_direction}", _core)(
            lambda s, k=tuple(nodes(_server)[key] for key in _keys): conversation(s, k)
        )


# A slash takes a name out of the folder ram/; what must be escaped in a URL or in JSON.
ODD_NAMES = {"slash": "rack-1/node-s", "escaped": "node é %2F+&=?#\"\\'~"}


def odd_name(session, server, initiator, target, name):
    """Names whose keys or records are easy to spell otherwise."""
    keys = Node(initiator, server, f"{name}-1"), Node(target, server, f"{name}-2")
    with session.started(*keys) as peers:
        for key, peer in zip(keys, peers):
            check_published(session, key, peer)
        move(session, *peers, "write", [(0, 0, MIB)])
        session.verify(*peers)
        check(peers[0].call("probe", peer=keys[1].name)["alive"], "a live peer was called dead")
    for key in keys:
        check(records(session, key).raw() == (None, None), f"{key} has left records behind")


for _label, _name in ODD_NAMES.items():
    for _server in KINDS:
        for _direction, _pair in {
            "java-to-cpp": ("java", "cpp-target"),
            "cpp-to-java": ("cpp-default", "java"),
            "cpp-to-cpp": ("cpp-default", "cpp-target"),
        }.items():
            case(f"http-{_server}/{_direction}/name-{_label}", core=False)(
                lambda s, v=_server, p=_pair, n=_name: odd_name(s, v, *p, n)
            )
