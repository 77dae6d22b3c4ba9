# selectors: all clients in one epoll, until two have gone; the server listens for IPv6 and IPv4.
import selectors
import socket

listener = socket.create_server(("", 7000), family=socket.AF_INET6, dualstack_ipv6=True)
listener.setblocking(False)
sockets = selectors.DefaultSelector()
sockets.register(listener, selectors.EVENT_READ)
gone = 0
while gone < 2:
    for key, _ in sockets.select():
        if key.fileobj is listener:
            client, _ = listener.accept()
            client.setblocking(False)
            sockets.register(client, selectors.EVENT_READ)
        elif data := key.fileobj.recv(1024):
            key.fileobj.send(data.upper())
        else:
            sockets.unregister(key.fileobj)
            key.fileobj.close()
            gone += 1
