"""Transfers at the same time: both directions between two nodes, and many nodes on one target."""

import threading

from case_transfer import MIB
from peers import PeerError
from session import Failed, case, check

QUARTER = 60 * MIB
PART = 4 * MIB
ROUNDS = 6


def at_once(jobs):
    """Runs all at the same time; the words of those that failed make the case fail."""
    wrong = []

    def guarded(job):
        try:
            job()
        except (Failed, PeerError) as error:
            wrong.append(str(error))

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(not wrong, "; ".join(wrong))


def both_ways(session, keys):
    """Each engine writes to and reads from the other at the same time."""
    first, second = map(session.peer, keys)
    one, two = first.regions["big"], second.regions["big"]

    def run(initiator, target, base):
        local, remote = initiator.regions["big"], target.regions["big"]
        for opcode, at in (("write", base), ("read", base + QUARTER)):
            requests = [
                [local.address + at + i * MIB, remote.address + at + i * MIB, MIB]
                for i in range(QUARTER // MIB)
            ]
            answer = initiator.transfer(opcode, target.name, requests)
            check(answer["completed"], f"{initiator.label} {opcode}: {answer}")

    for region in (one, two):
        region.fill(0, region.size, session.seed())
    at_once([lambda: run(first, second, 0), lambda: run(second, first, 2 * QUARTER)])
    two.expect(0, one.slice(0, QUARTER))
    one.expect(QUARTER, two.slice(QUARTER, QUARTER))
    one.expect(2 * QUARTER, two.slice(2 * QUARTER, QUARTER))
    two.expect(3 * QUARTER, one.slice(3 * QUARTER, QUARTER))
    session.verify(first, second)


def crowd(session, target_key, initiator_keys):
    """Initiators of every kind write to their own part of one target's region, again and again,
    and read it back elsewhere."""
    target = session.peer(target_key)
    initiators = [session.peer(key) for key in initiator_keys]
    remote = target.regions["small"]

    def run(index, initiator):
        local = initiator.regions["small"]
        for _ in range(ROUNDS):
            request = [[local.address, remote.address + index * PART, PART]]
            answer = initiator.transfer("write", target.name, request)
            check(answer["completed"], f"{initiator.label} write: {answer}")
            request = [[local.address + 2 * PART, remote.address + index * PART, PART]]
            answer = initiator.transfer("read", target.name, request)
            check(answer["completed"], f"{initiator.label} read: {answer}")

    for index, initiator in enumerate(initiators):
        local = initiator.regions["small"]
        local.fill(0, PART, session.seed())
    at_once([lambda a=each: run(*a) for each in enumerate(initiators)])
    for index, initiator in enumerate(initiators):
        local = initiator.regions["small"]
        remote.expect(index * PART, local.slice(0, PART))
        local.expect(2 * PART, local.slice(0, PART))
    session.verify(target, *initiators)


for _direction, _keys, _core in (
    ("cpp-and-java", ("cpp-v2-pool", "java"), True),
    ("cpp-and-java-v1", ("cpp-v1-pool", "java-v1"), True),
    ("cpp-and-cpp", ("cpp-v2-pool", "cpp-target"), False),
):
    case(f"{_direction}/both-ways", _core)(lambda s, k=_keys: both_ways(s, k))
# A C++ v1 initiator calls a WRITE done before the target has it, so what it reads back right away
# may be older: only v2 and Java's confirmed v1 can promise more.
_EVERYONE = ("cpp-v2-pool", "cpp-v2-nopool", "java-v1", "java-narrow")
case("crowd/java-target")(lambda s: crowd(s, "java", _EVERYONE))
case("crowd/cpp-target")(lambda s: crowd(s, "cpp-target", (*_EVERYONE, "java")))
