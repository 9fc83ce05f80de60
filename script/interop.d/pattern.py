"""Seeded bytes that Python and Java produce alike, so that whole buffers compare without a copy.

Byte i of pattern s is block(s)[i mod PERIOD]. PERIOD is a prime: pieces that land swapped by a
power of two, a page or a socket chunk never look right.
"""

import ctypes
import functools

PERIOD = 65521
GUARD_SEED = 0x5EED
GUARD_BYTES = 8192

_libc = ctypes.CDLL(None)
_libc.memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


@functools.lru_cache(maxsize=64)
def block(seed):
    """PERIOD bytes, twice in a row, so that any phase can be read in one piece."""
    state = seed & 0xFFFFFFFF
    out = bytearray(PERIOD)
    for i in range(PERIOD):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return bytes(out) * 2


def bytes_of(seed, at, length):
    """The pattern as bytes, for short ranges."""
    phase = at % PERIOD
    repeats = (phase + length) // PERIOD + 1
    return (block(seed)[:PERIOD] * repeats)[phase : phase + length]


def _runs(length, at):
    """(offset, phase, count) of the runs that one copy of the block covers."""
    offset = 0
    while offset < length:
        phase = (at + offset) % PERIOD
        count = min(PERIOD, length - offset)
        yield offset, phase, count
        offset += count


def fill(address, length, seed, at=0):
    base = _address(block(seed))
    for offset, phase, count in _runs(length, at):
        ctypes.memmove(address + offset, base + phase, count)


def first_mismatch(address, length, seed, at=0):
    """The offset of the first byte that is not the pattern's, or None."""
    base = _address(block(seed))
    for offset, phase, count in _runs(length, at):
        if _libc.memcmp(address + offset, base + phase, count):
            actual = ctypes.string_at(address + offset, count)
            expected = ctypes.string_at(base + phase, count)
            return offset + next(i for i in range(count) if actual[i] != expected[i])
    return None


def _address(data):
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
