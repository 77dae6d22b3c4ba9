# An abstract AF_UNIX address, and a descriptor that is handed over in a message.
import os
import socket

listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind("\0talk")
listener.listen()
if os.fork() == 0:
    listener.close()
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.connect("\0talk")
    reader, writer = os.pipe()
    socket.send_fds(client, [b"a pipe for you\n"], [writer])
    os.close(writer)
    os.read(reader, 100)
    client.sendall(b"thanks\n")
    os._exit(0)
server, _ = listener.accept()
data, fds, _, _ = socket.recv_fds(server, 100, 1)
os.write(fds[0], b"got it: " + data)
os.close(fds[0])
while server.recv(100):
    pass
server.close()
os.wait()
