# Two commands of redis in one message, then one that blocks until another client pushes.
import os
import socket

reader = socket.create_connection(("127.0.0.1", 7000))
reader.sendall(b"SET greeting hello\r\nGET greeting\r\n")
answer = b""
while len(answer) < 16:
    answer += reader.recv(1024)
reader.sendall(b"BLPOP list 0\r\n")
if os.fork() == 0:
    reader.close()
    writer = socket.create_connection(("127.0.0.1", 7000))
    writer.sendall(b"RPUSH list work\r\n")
    writer.recv(1024)
    os._exit(0)
reader.recv(1024)
os.wait()
