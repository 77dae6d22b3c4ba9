#!/usr/bin/env python3
"""An echo server with a process for each client, to be made into one with select. Usage: fork_server.py PORT"""
import os
import signal
import socket
import sys


def echo(client):
    """Receives once, and sends back what came. False when the client sends no more, or is gone."""
    try:
        received = client.recv(4096)  # waits, if nothing has come
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
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the children
while True:
    client, address = listener.accept()  # waits for the next client
    if os.fork() == 0:
        listener.close()
        while echo(client):
            pass
        client.close()
        os._exit(0)
    client.close()  # the child has its own
