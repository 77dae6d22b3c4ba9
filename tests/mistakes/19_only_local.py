"""Mistake 19: it is bound to 127.0.0.1, and clients come by another address. Usage: 19_only_local.py PORT"""
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("localhost", int(sys.argv[1])), Echo) as server:
    print("listening", flush=True)
    server.serve_forever()
