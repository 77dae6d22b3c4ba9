"""Mistake 8: what one recv gives is taken for one message. Usage: 08_one_message.py PORT"""
import socket
import sys
import time

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", int(sys.argv[1])))
server.listen()
print("listening", flush=True)


def save(message):
    time.sleep(1)  # the disk is slow
    return b"saved: " + message


while True:
    client, address = server.accept()
    while True:
        message = client.recv(1024)
        if not message:
            break
        print(address, message.decode(), flush=True)
        client.sendall(save(message))
    client.close()
