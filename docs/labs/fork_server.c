/* An echo server with a process for each client, to be made into one with select.
   cc -Wall -o fork_server fork_server.c; ./fork_server PORT */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *call) {
    perror(call);
    exit(1);
}

/* Receives once, and sends back what came. 0 when the client sends no more, or is gone. */
static int echo(int client) {
    char buf[4096];
    ssize_t count = recv(client, buf, sizeof buf, 0); /* waits, if nothing has come */
    if (count <= 0) return 0;
    for (ssize_t at = 0, sent; at < count; at += sent) {
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
    fflush(stdout);           /* at once, into a file or a pipe too */
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps the children */
    for (;;) {
        int client = accept(listener, NULL, NULL); /* waits for the next client */
        if (client < 0) die("accept");
        pid_t child = fork();
        if (child < 0) die("fork");
        if (child == 0) {
            close(listener);
            while (echo(client)) continue;
            close(client);
            _exit(0);
        }
        close(client); /* the child has its own */
    }
}
