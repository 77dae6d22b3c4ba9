#!/usr/bin/env python3
"""Answers each message with its length; one client after the other. It takes what one recv gives for one message.
Usage: naive_server.py PORT"""
import socket
import sys

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(5)
print("listening on port", sys.argv[1], flush=True)


def serve(client):
    while True:
        message = client.recv(1024)
        if not message:
            return
        client.sendall(b"length %d\n" % len(message.rstrip(b"\n")))


try:
    while True:
        client, address = server.accept()
        with client:
            serve(client)
except KeyboardInterrupt:
    pass  # Ctrl-C
