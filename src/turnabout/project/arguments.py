"""Options that several commands share."""

import argparse
import ipaddress
import os
import socket
import time

from turnabout.core.errors import CommandError

HOST, PORT, WORKERS = "127.0.0.1", 8000, 2
SECONDS_TO_WAIT_FOR_PORT = 5.0


def add_web_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default {HOST})")
    parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default {PORT})")
    parser.add_argument("--workers", type=int, default=WORKERS, help=f"web processes (default {WORKERS})")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def require_safe_host(host: str) -> None:
    """A demo lets everybody be anybody, so it stays on this machine."""
    is_demo = os.environ.get("TURNABOUT_DEMO", "0").strip().lower() not in {"", "0", "false", "no", "off"}
    if is_demo and not is_loopback(host):
        raise CommandError(
            f"A demo does not listen on {host}: anyone who reaches it can be anyone in it. "
            "Use --host 127.0.0.1, or unset TURNABOUT_DEMO."
        )


def require_free_port(host: str, port: int) -> None:
    """Refuse a port that another program holds; one that is being given back is waited for."""
    until = time.monotonic() + SECONDS_TO_WAIT_FOR_PORT
    while True:
        try:
            return _try_port(host, port)
        except socket.gaierror:
            raise CommandError(f"There is no address {host} on this machine. Try --host 127.0.0.1") from None
        except OSError as error:
            if time.monotonic() > until:
                raise CommandError(
                    f"Cannot listen on {host} port {port}: {error.strerror}. "
                    f"Stop the program that uses it, or choose another with --port {port + 1}"
                ) from None
            time.sleep(0.2)


def _try_port(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)
