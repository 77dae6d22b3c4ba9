/* An echo server with a process for each client: while one child waits for its client, the others and
   the parent go on.

   Run cc -Wall -o target/fork examples/fork.c && target/fork [ADDR:PORT], and talk to it from several terminals:
   nc 127.0.0.1 7007. In Rust: fork.rs. */
#include "common/common.h"

/* Sends back what it receives, until end of file. */
static int echo(int client) {
    char buf[4096];
    for (;;) {
        ssize_t count = recv(client, buf, sizeof buf, 0);
        if (count == 0) return 0;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
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
    /* A child that has ended stays in the process table, a zombie, until its parent has waited for it.
       While SIGCHLD is ignored the kernel reaps it at once. A server that wants to know how its children
       ended catches SIGCHLD instead, and calls waitpid until none is left. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    if (sigaction(SIGCHLD, &ignore, NULL) < 0) die("sigaction");
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) die("socket");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("setsockopt");
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (listen(listener, 128) < 0) die("listen");
    if (getsockname(listener, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
    printf("listening on %s:%d\n", inet_ntoa(addr.sin_addr), ntohs(addr.sin_port));
    fflush(stdout); /* at once, into a file or a pipe too */
    for (;;) {
        len = sizeof peer;
        int client = accept(listener, (struct sockaddr *)&peer, &len);
        if (client < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (client < 0) die("accept");
        pid_t child = fork();
        if (child == 0) {
            close(listener); /* for the parent only */
            if (echo(client) < 0) perror("client");
            close(client);
            _exit(0); /* not back into the parent's loop */
        }
        /* Too many processes: this client cannot be served, but perhaps the next one can. */
        if (child < 0) perror("fork");
        /* The child has its own. While this one is open too, the client never reads end of file. */
        close(client);
    }
}
