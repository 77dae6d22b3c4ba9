# Two clients of the service, taking turns.
import socket

clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for number in [b"20", b"1", b"22", b"2"]:
    clients[0].sendto(number, ("127.0.0.1", 7000))
    clients[0].recvfrom(100)
    clients.reverse()
