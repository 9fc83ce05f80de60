"""Engine to engine: sizes, batches, refusals, notifications, probes."""

import wire
from session import case, check, eventually

KIB, MIB = 1 << 10, 1 << 20
SIZES = {
    "1B": 1,
    "7B": 7,
    "4KiB": 4 * KIB,
    "64KiB-1": 64 * KIB - 1,
    "64KiB": 64 * KIB,
    "1MiB": MIB,
    "16MiB+1": 16 * MIB + 1,
    "256MiB": 256 * MIB,
}
CORE_SIZES = ("1B", "64KiB-1", "1MiB", "16MiB+1")
BATCHES = (2, 16, 128, 1000)
CORE_BATCHES = (16, 1000)
PAIRS = {
    **{f"cpp-to-java/{v}": (f"cpp-{v}", "java") for v in ("v2-pool", "v2-nopool")},
    **{f"cpp-to-java/{v}": (f"cpp-{v}", "java") for v in ("v1-pool", "v1-nopool")},
    "java-to-cpp/v2": ("java", "cpp-target"),
    "java-to-cpp/v1": ("java-v1", "cpp-target"),
    **{f"cpp-to-cpp/{v}": (f"cpp-{v}", "cpp-target") for v in ("v2-pool", "v2-nopool")},
    **{f"cpp-to-cpp/{v}": (f"cpp-{v}", "cpp-target") for v in ("v1-pool", "v1-nopool")},
}
# What proves most in the least time: whole lists here, one size and one batch elsewhere.
CORE_PAIRS = ("cpp-to-java/v2-pool", "java-to-cpp/v2")


def is_cpp(peer):
    return peer.label.startswith("cpp")


def move(session, initiator, target, opcode, spans, region="small"):
    """Moves spans of (local offset, remote offset, length) and records what must be where."""
    local, remote = initiator.regions[region], target.regions[region]
    requests = [[local.address + l, remote.address + r, n] for l, r, n in spans]
    answer = initiator.transfer(opcode, target.name, requests)
    check(answer["completed"], f"{opcode} of {len(spans)} requests not completed: {answer}")
    for local_offset, remote_offset, length in spans:
        if opcode == "write":
            remote.expect(remote_offset, local.slice(local_offset, length))
        else:
            local.expect(local_offset, remote.slice(remote_offset, length))


def one_size(session, keys, opcode, size):
    initiator, target = map(session.peer, keys)
    region = "big" if size > 32 * MIB else "small"
    source = (initiator if opcode == "write" else target).regions[region]
    spare = source.size - size
    local, remote = (session.random.randrange(min(spare, 100_000)) for _ in range(2))
    source.fill(local if opcode == "write" else remote, size, session.seed())
    move(session, initiator, target, opcode, [(local, remote, size)], region)
    session.verify(initiator, target)


def scattered(session, count, limit_bytes):
    """Lengths of every magnitude, in unlike and shuffled places on the two sides, never touching."""
    lengths = [
        min(limit_bytes, max(1, int(2 ** session.random.uniform(0, 18)))) for _ in range(count)
    ]
    places = []
    for _ in range(2):
        order = list(range(count))
        session.random.shuffle(order)
        offsets, cursor = {}, 0
        for index in order:
            cursor += session.random.randrange(1, 64)
            offsets[index] = cursor
            cursor += lengths[index]
        places.append(offsets)
    return [(places[0][i], places[1][i], lengths[i]) for i in range(count)]


def one_batch(session, keys, opcode, count):
    initiator, target = map(session.peer, keys)
    source = (initiator if opcode == "write" else target).regions["small"]
    source.fill(0, source.size, session.seed())
    spans = scattered(session, count, source.size // count - 64)
    move(session, initiator, target, opcode, spans)
    session.verify(initiator, target)


def refusals(session, keys):
    """Ranges outside the region fail, touch nothing, and the connection's owner lives on."""
    initiator, target = map(session.peer, keys)
    local, remote = initiator.regions["small"], target.regions["small"]
    forbidden = {
        "just before the region": (remote.address - 4096, 4096),
        "one byte before the region": (remote.address - 1, 8),
        "over the region's end": (remote.address + remote.size - 50, 51),
        "just after the region": (remote.address + remote.size, 64),
        "larger than the region": (remote.address, remote.size + 1),
        "a low address": (0x10000, 4096),
        "a wrapped range": ((1 << 64) - 8, 16),
    }
    lossy_writes = is_cpp(initiator) and "-v1" in initiator.label
    for opcode in ("read", "write"):
        for words, (address, length) in forbidden.items():
            if opcode == "read" and length > 1 << 20:
                continue  # as many bytes would change in the local region if it were wrongly served
            request = [[local.address, address, min(length, local.size)]]
            if length > local.size:
                request = [[local.address, address + 1, local.size]]
            answer = initiator.transfer(opcode, target.name, request)
            # C++ calls a v1 WRITE completed before the target has looked at its address.
            if not (lossy_writes and opcode == "write"):
                check(not answer["completed"], f"{opcode} of {words} completed")
            recover(initiator, target)
    check(initiator.alive() and target.alive(), "a peer died of a refused range")
    local.fill(11, 70_000, session.seed())
    move(session, initiator, target, "write", [(11, 13, 70_000)])
    session.verify(initiator, target)


def recover(initiator, target):
    """Waits for a connection that works.

    A refusal costs C++ its pooled connection, and a C++ initiator without one fails everything for
    a second; over v1 it learns of the loss only from its next request.
    """
    local, remote = initiator.regions["small"], target.regions["small"]
    local.expect(0, remote.slice(0, 16))
    request = [[local.address, remote.address, 16]]
    if is_cpp(initiator):
        eventually(
            lambda: initiator.transfer("read", target.name, request)["completed"],
            "no transfer works after a refused one",
        )
    else:
        answer = initiator.transfer("read", target.name, request)
        check(answer["completed"], f"the transfer after a refused one: {answer}")


NOTIFICATIONS = [
    ("request-1", "hello"),
    ("", "a message without a name"),
    ('quotes " and \\', "line\nbreak\ttab / slash"),
    ("größe 大小", "emoji \U0001f96e and \u00e9"),
    ("long", "x" * 100_000),
]


def notify(session, keys):
    sender, receiver = map(session.peer, keys)
    local, remote = sender.regions["small"], receiver.regions["small"]
    receiver.call("notifies")
    for name, message in NOTIFICATIONS:
        if is_cpp(sender):
            # The C++ binding sends a notification only behind a completed transfer.
            request = [[local.address, remote.address, 16]]
            answer = sender.transfer("read", receiver.name, request, notify=[name, message])
            check(answer["completed"], f"transfer with a notification: {answer}")
            local.expect(0, remote.slice(0, 16))
        else:
            sender.call("notify", peer=receiver.name, name=name, message=message)
    got = []

    def all_here():
        got.extend(tuple(pair) for pair in receiver.call("notifies")["notifies"])
        return len(got) >= len(NOTIFICATIONS)

    eventually(all_here, f"{len(got)} of {len(NOTIFICATIONS)} notifications arrived")
    check(got == NOTIFICATIONS, f"notifications differ: {str(got)[:300]}")
    check(not receiver.call("notifies")["notifies"], "a notification was delivered twice")


def probe(session, keys):
    sender, receiver = map(session.peer, keys)
    check(sender.call("probe", peer=receiver.name)["alive"], "a live peer was called dead")
    with wire.Listener(lambda sock: None) as listener:
        gone = listener.port
    answer = sender.call("probe", peer=f"127.0.0.1:{gone}")
    check(not answer["alive"], "a closed port was called alive")


def first_buffer(session, keys):
    sender, receiver = map(session.peer, keys)
    address = sender.call("first_buffer_address", peer=receiver.name)["address"]
    served = wire.fetch_descriptor(receiver.port)[1]["buffers"][0]["addr"]
    check(address == served, f"{address:#x}, the descriptor says {served:#x}")
    known = [region.address for region in receiver.regions.values()]
    check(address in known, f"{address:#x} is none of the registered regions")


def add_pair(pair, keys):
    own = pair.startswith("cpp-to-cpp")
    thorough = pair in CORE_PAIRS
    for opcode in ("write", "read"):
        for label, size in SIZES.items():
            core = label in CORE_SIZES if thorough else label == "64KiB-1"
            core = core or (thorough and label == "256MiB")
            case(f"{pair}/{opcode}-{label}", core and not own)(
                lambda s, o=opcode, n=size: one_size(s, keys, o, n)
            )
        for count in BATCHES:
            core = count in CORE_BATCHES if thorough else count == 16
            case(f"{pair}/{opcode}-batch-{count}", core)(
                lambda s, o=opcode, n=count: one_batch(s, keys, o, n)
            )
    case(f"{pair}/unregistered", not own)(lambda s: refusals(s, keys))


for _pair, _keys in PAIRS.items():
    add_pair(_pair, _keys)
for _direction, _keys in {
    "cpp-to-java": ("cpp-v2-pool", "java"),
    "java-to-cpp": ("java", "cpp-target"),
    "cpp-to-cpp": ("cpp-v2-pool", "cpp-target"),
}.items():
    case(f"{_direction}/notify")(lambda s, k=_keys: notify(s, k))
    case(f"{_direction}/probe")(lambda s, k=_keys: probe(s, k))
    if _direction != "java-to-cpp":
        case(f"{_direction}/first-buffer-address")(lambda s, k=_keys: first_buffer(s, k))
