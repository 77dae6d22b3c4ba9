#!/usr/bin/env python3
"""Lab 4: naive_server.py, fixed. Answers each message with its length; a message ends in a newline, wherever recv
cuts. Usage: my_server.py PORT"""
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(5)
print("listening on port", sys.argv[1], flush=True)


def serve(client):
    pending = b""
    while True:
        received = client.recv(1024)
        if not received:
            return
        pending += received
        # All that are whole: none, one or several. What is left waits for its end.
        *messages, pending = pending.split(b"\n")
        for message in messages:
            client.sendall(b"length %d\n" % len(message))


try:
    while True:
        client, address = server.accept()
        with client:
            serve(client)
except KeyboardInterrupt:
    pass  # Ctrl-C
