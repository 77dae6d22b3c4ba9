"""The other side of a planted program: does what it is told, and nothing wrong.
Usage: talk.py connect HOST:PORT ACTION...
       talk.py listen HOST:PORT ACTION...   (for each who comes; port 0: any)
ACTION: say:TEXT read eof half wait (for a line on standard input) pause:SECONDS"""
import socket
import sys
import time

role, address, *actions = sys.argv[1:]
host, port = address.rsplit(":", 1)


def tell(*what):
    print(*what, flush=True)


def talk(peer):
    for action in actions:
        what, _, text = action.partition(":")
        if what == "say":
            peer.sendall(text.encode().decode("unicode_escape").encode())
        elif what == "read":
            tell("read", peer.recv(65536))
        elif what == "eof":
            count = 0
            while data := peer.recv(65536):
                count += len(data)
            tell("eof", count)
        elif what == "half":
            peer.shutdown(socket.SHUT_WR)
        elif what == "wait":
            tell("waiting")
            sys.stdin.readline()
        elif what == "pause":
            time.sleep(float(text))
    peer.close()


def main():
    with socket.socket() as own:
        if role == "connect":
            own.connect((host, int(port)))
            tell("connected")
            return talk(own)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind((host, int(port)))
        own.listen()
        tell("listening on port", own.getsockname()[1])
        while True:
            talk(own.accept()[0])


try:
    main()
except (ConnectionError, KeyboardInterrupt) as error:
    tell("ended by", type(error).__name__)
