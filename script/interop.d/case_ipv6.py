"""Everything over the IPv6 loopback address, where the machine has one."""

import socket

from case_transfer import MIB, move, scattered
from session import LEFT_OUT, case, check

HOST = "::1"


def available():
    try:
        with socket.create_server((HOST, 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def both_directions(session):
    """Java and C++ nodes that have only ::1 write to, read from, notify and probe each other."""
    cpp = session.start("cpp-ipv6", HOST)
    java = session.start("java", HOST)
    try:
        for peer in (cpp, java):
            check(peer.name.startswith("[::1]:"), f"{peer.label} is called {peer.name}")
            peer.add_region("small", 8 * MIB, session.seed())
        for initiator, target in ((java, cpp), (cpp, java)):
            move(session, initiator, target, "write", [(1, 2, 3 * MIB)])
            move(session, initiator, target, "read", scattered(session, 100, 50_000))
            session.verify(java, cpp)
            check(initiator.call("probe", peer=target.name)["alive"], "probe")
        java.call("notify", peer=cpp.name, name="from", message="java")
        check(cpp.call("notifies")["notifies"] == [["from", "java"]], "the notification is lost")
    finally:
        codes = cpp.close(), java.close()
    check(codes == (0, 0), f"exit codes {codes}")


if available():
    case("cpp-and-java/ipv6")(both_directions)
else:
    LEFT_OUT.append("cpp-and-java/ipv6: this machine has no ::1")
