"""What all Python programs share: events as lines of JSON, and waiting with an end."""

import json
import time

# What `messages` sends by each codec.
COUNT = 60


def key_of(index):
    return f"key-{index % 7}".encode()


def headers_of(codec):
    return [("codec", codec.encode()), ("twice", b"1"), ("twice", b"2")]


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def fact(name, value):
    emit("fact", name=name, value=value)


def wait(holds, what):
    """Asks until `holds` returns something true, and returns that."""
    end = time.monotonic() + 30
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within 30 s")
