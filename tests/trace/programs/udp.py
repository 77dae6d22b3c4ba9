# A service of datagrams: adds what each peer has sent, until it has answered four.
import socket

service = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
service.bind(("127.0.0.1", 7000))
sums = {}
for _ in range(4):
    data, peer = service.recvfrom(100)
    sums[peer] = sums.get(peer, 0) + int(data)
    service.sendto(b"%d" % sums[peer], peer)
