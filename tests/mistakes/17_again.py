"""Mistake 17: it asks again and again in place of waiting. Usage: 17_again.py PORT"""
import socket
import sys

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", int(sys.argv[1])))
server.listen()
print("listening", flush=True)

while True:
    client, address = server.accept()
    client.setblocking(False)
    while True:
        try:
            data = client.recv(4096)
        except BlockingIOError:
            continue
        if not data:
            break
        client.sendall(data.upper())
    client.close()
