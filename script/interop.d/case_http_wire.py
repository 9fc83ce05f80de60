"""What is said to metadata servers and what they answer, byte by byte."""

import json
import threading

import wire
from peers import Place
from recorder import Recorder, exchanges, read_answer
from servers import KINDS, Records, target_of
from session import case, check

MIB = 1 << 20
NAME = "life:12345"
# Members that a newer C++ writes and readers of both languages can do without; and Java's own.
CPP_EXTRAS = {"rdma_server_name", "tcp_data_host"}
JAVA_EXTRAS = {"mooncake4j"}


def life(session, server, engine):
    """A node's requests from its start to its end, seen on the way to the server."""
    recorder = Recorder(server.port)
    try:
        url = f"http://127.0.0.1:{recorder.listener.port}/metadata"
        peer = session.start_at(engine, Place(NAME, url))
        peer.add_region("small", MIB, session.seed())
        peer.drop_region("small")
        check(peer.close() == 0, f"{peer.label} did not end well")
    finally:
        recorder.close()
    return [each for record in recorder.connections for each in exchanges(record)]


def changes(said):
    """The requests that change something: method, record, number of buffers in it."""
    names = {target_of(Records(None, NAME).rpc_key): "rpc_meta"}
    names[target_of(Records(None, NAME).segment_key)] = "ram"
    for each in said:
        check(each.target in names, f"a request for {each.target}")
        if each.method != "GET":
            yield each.method, names[each.target], each


@case("http-wire/life-of-a-target")
def life_of_a_target(session):
    """Java asks for the same URLs and writes the same members as C++, the address first."""
    server = session.server("cpp")
    said = {
        engine: list(changes(life(session, server, engine))) for engine in ("cpp-target", "java")
    }
    for engine, all_of_it in said.items():
        written = [(method, record) for method, record, _ in all_of_it]
        # Before it takes a name, Java deletes what it might find there.
        while engine == "java" and written[0][0] == "DELETE":
            written.pop(0)
        check(written[:2] == [("PUT", "rpc_meta"), ("PUT", "ram")], f"{engine} begins {written}")
        # C++ deletes rpc_meta first.
        check(
            sorted(written[-2:]) == [("DELETE", "ram"), ("DELETE", "rpc_meta")],
            f"{engine} ends with {written}",
        )
        check(set(written[2:-2]) == {("PUT", "ram")}, f"{engine} in between: {written}")
        puts = [each for method, _, each in all_of_it if method == "PUT"]
        for put in puts:
            check(put.status == 200, f"{engine}: {put.status} {put.answer} to {put.request}")
            check(put.headers["content-type"] == "application/json", f"{engine}: {put.headers}")
            check("content-length" in put.headers, f"{engine}: a body in chunks: {put.headers}")
            check("expect" not in put.headers, f"{engine} asks before it sends: {put.headers}")
            check(put.body[-1:] == b"}", f"{engine}: a body ends with {put.body[-5:]}")
        counts = [len(json.loads(put.body)["buffers"]) for put in puts[1:]]
        check(counts[0] == 0 and 1 in counts and counts[-1] == 0, f"{engine}: buffers {counts}")
    members = {
        engine: [set(json.loads(each.body)) for method, _, each in all_of_it if method == "PUT"][:2]
        for engine, all_of_it in said.items()
    }
    (cpp_meta, cpp_segment), (java_meta, java_segment) = members["cpp-target"], members["java"]
    check(java_meta == cpp_meta, f"rpc_meta: {java_meta}, C++ has {cpp_meta}")
    check(
        java_segment - JAVA_EXTRAS == cpp_segment - CPP_EXTRAS,
        f"descriptor: {java_segment}, C++ has {cpp_segment}",
    )


def raw(method, target, body=None, content_type="application/json"):
    """A request as libcurl writes it."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
    if body is not None:
        head += f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + (body or b"")


META, OTHER_META = (b'{"ip_or_host_name":"127.0.0.1","rpc_port":%d}' % port for port in (1, 2))
RPC_KEY, RAM_KEY = (target_of(f"mooncake/c1/{kind}/replayed:1") for kind in ("rpc_meta", "ram"))
QUESTIONS = {
    "miss": raw("GET", RAM_KEY),
    "put": raw("PUT", RAM_KEY, b'{"a":1}'),
    "hit": raw("GET", RAM_KEY),
    "replaced": raw("PUT", RAM_KEY, b'{"a":2}'),
    "hit of the new value": raw("GET", RAM_KEY),
    "deleted": raw("DELETE", RAM_KEY),
    "deleted twice": raw("DELETE", RAM_KEY),
    "miss after deletion": raw("GET", RAM_KEY),
    "new rpc_meta": raw("PUT", RPC_KEY, META),
    "other rpc_meta": raw("PUT", RPC_KEY, OTHER_META),
    "rpc_meta stays": raw("GET", RPC_KEY),
    "same rpc_meta": raw("PUT", RPC_KEY, META),
    "rpc_meta deleted": raw("DELETE", RPC_KEY),
    "other rpc_meta after deletion": raw("PUT", RPC_KEY, OTHER_META),
    "the other rpc_meta": raw("GET", RPC_KEY),
    "rpc_meta inside a name": raw("PUT", target_of("mooncake/ram/my_rpc_meta"), b"1"),
    "rpc_meta inside a name again": raw("PUT", target_of("mooncake/ram/my_rpc_meta"), b"2"),
    "not JSON": raw("PUT", target_of("bytes"), bytes(range(256))),
    "not JSON comes back": raw("GET", target_of("bytes")),
    "empty body": raw("PUT", target_of("empty"), b""),
    "empty body comes back": raw("GET", target_of("empty")),
    "900 KB": raw("PUT", target_of("long"), b"x" * 900_000),
    "900 KB come back": raw("GET", target_of("long")),
    "another type of content": raw("PUT", target_of("text"), b"t", "text/plain"),
    "no key": raw("GET", "/metadata"),
    "no key to put": raw("PUT", "/metadata", b"1"),
    "no key to delete": raw("DELETE", "/metadata"),
    "empty key": raw("GET", "/metadata?key="),
    "another parameter": raw("GET", "/metadata?other=1"),
    "two parameters": raw("GET", "/metadata?x=1&key=bytes"),
    "key spelled without escapes": raw("GET", "/metadata?key=mooncake/c1/rpc_meta/replayed:1"),
    "health": raw("GET", "/health"),
}
# Where the two servers of the C++ package differ from one another. Java's is like the C++ one but
# for escapes, which mean what they mean everywhere else.
PYTHON_OTHERWISE = {
    "same rpc_meta",
    "no key",
    "no key to put",
    "no key to delete",
    "empty key",
    "another parameter",
    "key spelled without escapes",
    "health",
}


JAVA_LIKE_PYTHON = {"key spelled without escapes"}


def ask(server, requests):
    """The answers to requests sent one after the other on one connection."""
    with wire.connect(server.port) as sock:
        answers = []
        for request in requests:
            sock.sendall(request)
            answers.append(read_answer(sock, request.split(b" ", 1)[0].decode()))
        return answers


def lives_of_cpp(session):
    """What C++ engines really send: a target and an initiator that finds it."""
    server = session.server("cpp")
    recorder = Recorder(server.port)
    url = f"http://127.0.0.1:{recorder.listener.port}/metadata"
    try:
        target, initiator = (
            session.start_at("cpp-default", Place(f"recorded-{i}", url)) for i in (1, 2)
        )
        local, remote = (
            peer.add_region("small", MIB, session.seed()) for peer in (initiator, target)
        )
        request = [[local.address, remote.address, 100]]
        check(initiator.transfer("write", target.name, request)["completed"], "the recorded write")
        check(initiator.call("probe", peer=target.name)["alive"], "the recorded probe")
        check(target.close() == 0 and initiator.close() == 0, "the recorded engines' ends")
    finally:
        recorder.close()
    return [exchanges(record) for record in recorder.connections]


@case("http-wire/replay")
def replay(session):
    """All three servers answer what C++ engines really sent with what the C++ server answered."""
    fresh = {kind: session.start_server(kind) for kind in KINDS}
    try:
        for said in lives_of_cpp(session):
            check(said, "a recorded connection is empty")
            # One engine's requests do not depend on the other's, but for the records it reads.
            own = [each for each in said if each.method != "GET" or each.status == 404]
            recorded = [(each.status, each.answer) for each in own]
            for kind, server in fresh.items():
                answers = ask(server, [each.request for each in own])
                check(answers == recorded, f"{kind}: {answers}, recorded were {recorded}")
    finally:
        for server in fresh.values():
            server.stop()


@case("http-wire/answers")
def answers(session):
    """Java's server answers as the C++ one does, question by question."""
    fresh = {kind: session.start_server(kind) for kind in KINDS}
    try:
        given = {kind: ask(server, QUESTIONS.values()) for kind, server in fresh.items()}
    finally:
        for server in fresh.values():
            server.stop()
    wrong = []
    for question, java, cpp, python in zip(QUESTIONS, *(given[kind] for kind in KINDS)):
        wanted = python if question in JAVA_LIKE_PYTHON else cpp
        if java != wanted:
            wrong.append(f"{question}: {str(java)[:80]}, wanted {str(wanted)[:80]}")
        if (python != cpp) != (question in PYTHON_OTHERWISE):
            wrong.append(f"{question}: the package's servers say {cpp} and {python}")
    check(not wrong, "; ".join(wrong))


@case("http-wire/many-at-once", core=False)
def many_at_once(session):
    """Eight connections at a time with their own keys: each server keeps them apart."""
    for kind in KINDS:
        server = session.server(kind)
        wrong = []

        def work(index, server=server, wrong=wrong):
            for turn in range(50):
                target = target_of(f"many/{index}")
                value = b"%d-%d" % (index, turn)
                put, got = ask(server, [raw("PUT", target, value), raw("GET", target)])
                if (put[0], got) != (200, (200, value)):
                    wrong.append(f"{put} {got}")
            ask(server, [raw("DELETE", target_of(f"many/{index}"))])

        threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        check(not any(thread.is_alive() for thread in threads), f"{kind}: no end")
        check(not wrong, f"{kind}: {wrong[:3]}")
