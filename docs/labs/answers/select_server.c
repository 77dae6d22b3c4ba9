/* Lab 5: fork_server.c, with select in place of fork.
   cc -Wall -o select_server select_server.c; ./select_server PORT */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *call) {
    perror(call);
    exit(1);
}

/* Receives once, and sends back what came. 0 when the client sends no more, or is gone. */
static int echo(int client) {
    char buf[4096];
    ssize_t count = recv(client, buf, sizeof buf, 0); /* does not wait: select has said so */
    if (count <= 0) return 0;
    for (ssize_t at = 0, sent; at < count; at += sent) {
        /* This one waits if the client does not read; examples/select.c has select wait for that, too. */
        sent = send(client, buf + at, count - at, MSG_NOSIGNAL);
        if (sent < 0) return 0;
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: %s PORT\n", argv[0]), 2;
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) die("socket");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("setsockopt");
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (listen(listener, 5) < 0) die("listen");
    printf("listening on port %s\n", argv[1]);
    fflush(stdout);
    fd_set all, ready;
    int max = listener;
    FD_ZERO(&all);
    FD_SET(listener, &all);
    for (;;) {
        ready = all; /* select leaves in it only what is ready */
        if (select(max + 1, &ready, NULL, NULL, NULL) < 0) die("select"); /* the only place to wait */
        for (int fd = 0; fd <= max; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == listener) {
                int client = accept(listener, NULL, NULL);
                if (client < 0) die("accept");
                if (client >= FD_SETSIZE) { /* FD_SET would write beyond the set */
                    close(client);
                    continue;
                }
                FD_SET(client, &all);
                if (client > max) max = client;
            } else if (!echo(fd)) {
                close(fd);
                FD_CLR(fd, &all); /* or the next select fails: EBADF */
            }
        }
    }
}
