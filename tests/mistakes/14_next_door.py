"""Mistake 14: it connects to a port on which nobody listens. Usage: 14_next_door.py PORT"""
import socket
import sys

COMMANDS, DATA = 0, 1

base = int(sys.argv[1])
s = socket.socket()
try:
    s.connect(("127.0.0.1", base + DATA))
except OSError as error:
    sys.exit(f"cannot connect: {error}")
s.sendall(b"Hello\n")
print(s.recv(1024))
s.close()
