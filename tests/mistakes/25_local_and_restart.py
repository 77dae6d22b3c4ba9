"""Mistakes 2 and 19: no SO_REUSEADDR, and bound to 127.0.0.1 while clients come by another address.
Usage: 25_local_and_restart.py PORT"""
import socket
import sys
import time

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(1)
print("listening", flush=True)
while True:
    client, address = server.accept()
    client.send(time.ctime().encode() + b"\n")
    client.close()
