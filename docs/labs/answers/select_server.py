#!/usr/bin/env python3
"""Lab 5: fork_server.py, with select in place of fork. Usage: select_server.py PORT"""
import select
import signal
import socket
import sys


def echo(client):
    """Receives once, and sends back what came. False when the client sends no more, or is gone."""
    try:
        received = client.recv(4096)  # does not wait: select has said so
        client.sendall(received)
    except OSError:
        return False
    return received != b""


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen(5)
print("listening on port", sys.argv[1], flush=True)
signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it, without a traceback
clients = []
while True:
    ready, _, _ = select.select([listener, *clients], [], [])  # the only place to wait
    for sock in ready:
        if sock is listener:
            client, address = listener.accept()
            clients.append(client)
        elif not echo(sock):
            clients.remove(sock)
            sock.close()
