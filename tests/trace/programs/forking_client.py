# A client that forks: the child sends, the parent receives.
import os
import socket
import sys

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
if os.fork() == 0:
    for line in [b"one\n", b"two\n"]:
        server.sendall(line)
    server.shutdown(socket.SHUT_WR)
    os._exit(0)
while server.recv(1024):
    pass
os.wait()
