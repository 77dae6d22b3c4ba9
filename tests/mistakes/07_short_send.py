"""Mistake 7: what send did not take is never sent. Usage: 07_short_send.py PORT"""
import socket
import sys

PICTURE = bytes(range(256)) * 65536

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", int(sys.argv[1])))
server.listen()
print("listening", flush=True)

while True:
    client, address = server.accept()
    client.settimeout(5)  # nobody may hold us up
    try:
        request = client.recv(1024)
        if request.startswith(b"GET"):
            client.send(PICTURE)
    except OSError as error:
        print(address, error)
    finally:
        client.close()
