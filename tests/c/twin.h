/* What the C twins share: the reply, and how a textbook ends. */
#ifndef TWIN_H
#define TWIN_H

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 4096

static inline void fail(const char *call) {
    perror(call);
    exit(1);
}

static inline int listen_on(int port) {
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t len = sizeof addr;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) fail("setsockopt");
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0) fail("bind");
    if (listen(fd, 1024) < 0) fail("listen");
    if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0) fail("getsockname");
    printf("escuchando en ('127.0.0.1', %d)\n", ntohs(addr.sin_port));
    fflush(stdout);
    return fd;
}

/* Answers each line of the chunk with the date, the time and the seconds connected. As in the
   textbook, a line that comes in two pieces is not put together. Returns -1 when the client has gone. */
static inline int answer(int fd, const char *chunk, ssize_t count, time_t connected) {
    char replies[CHUNK * 40], *end = replies;
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    for (ssize_t i = 0; i < count; i++) {
        if (chunk[i] != '\n') continue;
        end += strftime(end, 40, "%d/%m/%Y %H:%M:%S", &local);
        end += sprintf(end, " %ld secs\n", (long)(now - connected));
    }
    for (char *at = replies; at < end;) {
        ssize_t sent = send(fd, at, end - at, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return -1;
        at += sent;
    }
    return 0;
}

#endif
