"""SIGKILL in the middle of transfers, of either engine in either role: the other one goes on."""

import os
import signal
import threading
import time

from case_transfer import MIB, is_cpp, move
from peers import PeerError
from session import case, check, eventually

REQUESTS = 64
REQUEST_BYTES = 30 * MIB
LONG_REQUESTS = 12
LONG_REQUEST_BYTES = 160 * MIB
PATIENCE_S = 15
# So often in a row a range is seen untouched before it counts as left alone.
QUIET_LOOKS = 5
# What Java calls a lost peer: broken in the middle, or gone when the next requests want it.
LOSS_CODES = {"LINK_BROKEN", "SOCKET"}
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def kill_while_busy(victim, initiator, target, opcode):
    """Kills the victim while it works on 2 GB of requests; what the initiator's call ended with."""
    local, remote = initiator.regions["small"], target.regions["small"]
    rows = [[local.address, remote.address, REQUEST_BYTES]] * REQUESTS
    patience = {} if is_cpp(initiator) else {"timeout_s": PATIENCE_S}
    outcome = []

    def run():
        try:
            outcome.append(initiator.transfer(opcode, target.name, rows, **patience))
        except PeerError as error:
            outcome.append({"completed": False, "failures": [str(error)]})

    before = cpu_seconds(victim.process)
    thread = threading.Thread(target=run)
    thread.start()
    # An idle engine takes next to no time: one that has spent this much is moving bytes.
    eventually(lambda: cpu_seconds(victim.process) > before + 0.04, "the victim does nothing")
    victim.process.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    thread.join(90)
    check(not thread.is_alive(), "the initiator's call never ended")
    check(not outcome[0]["completed"], f"{REQUESTS} of {REQUEST_BYTES} bytes outran the kill")
    outcome[0]["after_kill_s"] = time.monotonic() - killed
    victim.close()
    return outcome[0]


def target_killed(session, keys, opcode):
    """The initiator's requests fail in time, with words where it has them, and it goes on."""
    initiator, other = map(session.peer, keys)
    victim = session.start(keys[1])
    victim.add_region("small", REQUEST_BYTES, session.seed())
    answer = kill_while_busy(victim, initiator, victim, opcode)
    check(initiator.alive(), "the initiator died with its target")
    # What a broken READ left behind is anybody's guess: give the range a known content again.
    initiator.regions["small"].fill(0, REQUEST_BYTES, session.seed())
    if is_cpp(initiator):
        check(answer["after_kill_s"] < 60, f"C++ took {answer['after_kill_s']:.0f} s to notice")
    else:
        check(answer["seconds"] < PATIENCE_S + 1, f"{answer['seconds']:.1f} s to fail")
        check("F" in answer["statuses"], f"no request failed: {answer['statuses']}")
        check(set(answer["statuses"]) <= {"C", "F", "T"}, f"unfinished: {answer['statuses']}")
        codes = {words.split(": ")[1] for words in answer["failures"]}
        check(codes and codes <= LOSS_CODES, f"codes {codes}: {answer['failures']}")
        check(victim.name in answer["failures"][0], f"nobody is named: {answer['failures']}")
    move(session, initiator, other, "write", [(0, 0, MIB)])
    move(session, initiator, other, "read", [(2 * MIB, 0, MIB)])
    check(not initiator.call("probe", peer=victim.name)["alive"], "the dead peer is called alive")
    session.verify(initiator, other)


def initiator_killed(session, keys, opcode):
    """The target drops the dead initiator's connections and serves the others."""
    other, target = map(session.peer, keys)
    victim = session.start(keys[0])
    victim.add_region("small", REQUEST_BYTES, session.seed())
    kill_while_busy(victim, victim, target, opcode)
    check(target.alive(), "the target died with its initiator")
    # What the kernel still held of the killed WRITEs lands when it will.
    region = target.regions["small"]

    quiet_looks = 0

    def settled():
        nonlocal quiet_looks
        if region.mismatch() is None:
            quiet_looks += 1
        else:
            region.fill(0, REQUEST_BYTES, session.seed())
            quiet_looks = 0
        return quiet_looks == QUIET_LOOKS

    eventually(settled, "bytes of the dead initiator keep landing")
    move(session, other, target, "write", [(0, 0, MIB)])
    move(session, target, other, "read", [(MIB, 0, MIB)])
    session.verify(target, other)


def java_goes_quietly(session, opcode, leave):
    """A Java target that withdraws in the middle of C++'s transfers: C++ fails, Java ends clean."""
    initiator, target = session.start("cpp-default"), session.start("java")
    try:
        local = initiator.add_region("big", LONG_REQUEST_BYTES, session.seed())
        remote = target.add_region("big", LONG_REQUEST_BYTES, session.seed())
        kept = target.add_region("kept", MIB, session.seed())
        # Few, since after each refusal a C++ initiator waits for a second.
        rows = [[local.address, remote.address, LONG_REQUEST_BYTES]] * LONG_REQUESTS
        outcome = []
        before = cpu_seconds(target.process)
        thread = threading.Thread(
            target=lambda: outcome.append(initiator.transfer(opcode, target.name, rows))
        )
        thread.start()
        eventually(lambda: cpu_seconds(target.process) > before + 0.04, "the target does nothing")
        leave(target, remote)
        thread.join(90)
        check(outcome, "the C++ call never ended")
        check(not outcome[0]["completed"], "everything completed in spite of the withdrawal")
        if target.alive():
            # C++ gives a peer whose connection broke a pause before it dials again.
            request = [[local.address, kept.address, MIB]]
            eventually(
                lambda: initiator.transfer("read", target.name, request)["completed"],
                "the region that is still there is not served",
            )
            local.expect(0, kept.slice(0, MIB))
            request[0][0] += MIB
            check(initiator.transfer("read", target.name, request)["completed"], "second READ")
    finally:
        codes = initiator.close(), target.close()
    check(codes == (0, 0), f"exit codes {codes}")


def close_region(target, region):
    target.call("unregister", region=region.address)


def close_engine(target, _):
    check(target.close() == 0, "the Java process did not end with 0")


PAIRS = {
    "java-to-cpp/v2": ("java", "cpp-target"),
    "java-to-cpp/v1": ("java-v1", "cpp-target"),
    "cpp-to-java/v2-pool": ("cpp-v2-pool", "java"),
    "cpp-to-java/v1-pool": ("cpp-v1-pool", "java"),
}
for _pair, _keys in PAIRS.items():
    for _opcode in ("write", "read"):
        for _function in (target_killed, initiator_killed):
            case(
                f"{_pair}/{_function.__name__.replace('_', '-')}-in-{_opcode}",
                core="/v2" in _pair,
            )(lambda s, f=_function, k=_keys, o=_opcode: f(s, k, o))
for _opcode in ("write", "read"):
    for _name, _leave in (("region", close_region), ("engine", close_engine)):
        case(f"cpp-to-java/{_name}-closed-in-{_opcode}")(
            lambda s, o=_opcode, l=_leave: java_goes_quietly(s, o, l)
        )
