# socketserver: a process for each client.
import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())


socketserver.TCPServer.allow_reuse_address = True
with socketserver.ForkingTCPServer(("127.0.0.1", 7000), Handler) as server:
    for _ in range(2):
        server.handle_request()
