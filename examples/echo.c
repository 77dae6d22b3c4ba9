/* An echo server that serves one client after another; meanwhile the others wait in the listen queue.

   Run cc -Wall -o target/echo examples/echo.c && target/echo [ADDR:PORT], and talk to it: nc 127.0.0.1 7007.
   In Rust: echo.rs. */
#include "common/common.h"

/* Sends back what it receives, until end of file. */
static int echo(int client) {
    char buf[4096];
    for (;;) {
        ssize_t count = recv(client, buf, sizeof buf, 0);
        if (count == 0) return 0;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        /* send takes what fits, which may not be everything. Without MSG_NOSIGNAL, sending to a client that
           has gone ends this process: a SIGPIPE. */
        for (ssize_t at = 0; at < count;) {
            ssize_t sent = send(client, buf + at, count - at, MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) return -1;
            at += sent;
        }
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in addr = address(argc, argv, "127.0.0.1:7007"), peer;
    socklen_t len = sizeof addr;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) die("socket");
    /* A restarted server gets its port, although old connections are in TIME_WAIT. */
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("setsockopt");
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (listen(listener, 5) < 0) die("listen");
    /* Port 0 lets the kernel pick one: this tells which. */
    if (getsockname(listener, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
    setlinebuf(stdout); /* even if it is not a terminal */
    printf("listening on %s:%d\n", inet_ntoa(addr.sin_addr), ntohs(addr.sin_port));
    for (;;) {
        len = sizeof peer;
        int client = accept(listener, (struct sockaddr *)&peer, &len);
        if (client < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (client < 0) die("accept");
        printf("connection with %s:%d\n", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));
        /* A failure with one client, such as a reset, does not end the server. */
        if (echo(client) < 0) perror("client");
        close(client);
    }
}
