#!/usr/bin/env python3
"""Sends five messages, each ending in a newline, but not one at a time: the second in two pieces, the last three at once.
Usage: pieces.py PORT"""
import socket
import sys
import time

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
replies = server.makefile("rb")


def send(piece):
    print("sending  ", piece, flush=True)
    server.sendall(piece)


send(b"one\n")
print("receiving", replies.readline(), flush=True)
send(b"two, in ")
time.sleep(1)
send(b"two pieces\n")
time.sleep(1)
send(b"three\nfour\nfive\n")
server.shutdown(socket.SHUT_WR)  # that was all; now what is left to receive
count = 1
for reply in replies:
    count += 1
    print("receiving", reply, flush=True)
print("5 messages sent;", count, "replies received")
