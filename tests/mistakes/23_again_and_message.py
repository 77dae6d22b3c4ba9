"""Mistakes 17 and 8: it asks again and again in place of waiting, and takes what it gets for one message.
Usage: 23_again_and_message.py PORT"""
import socket
import sys
import time

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", int(sys.argv[1])))
server.listen()
print("listening", flush=True)

while True:
    client, address = server.accept()
    client.setblocking(False)
    data = None
    while data != b"":
        try:
            data = client.recv(4096)
            if data:
                time.sleep(1)  # think about it
                client.sendall(b"you said " + data + b"\n")
        except BlockingIOError:
            pass
    client.close()
