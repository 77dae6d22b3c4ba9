/* An echo server that waits for all its clients at once, in one process, with select.

   Run cc -Wall -o target/select examples/select.c && target/select [ADDR:PORT], and talk to it from several
   terminals: nc 127.0.0.1 7007. In Rust: select.rs. */
#include "common/common.h"

/* A client, and the bytes still to be sent to it: buf[at..end]. While there are any, the server waits to
   write to it and reads no more from it: a client that does not read holds up nobody but itself. */
struct client {
    int fd;
    char buf[4096];
    size_t at, end;
};

/* Receives, if nothing is left to send, and sends what fits. 0 at end of file. */
static int serve(struct client *client) {
    if (client->at == client->end) {
        ssize_t count = recv(client->fd, client->buf, sizeof client->buf, MSG_DONTWAIT);
        if (count <= 0) return count;
        client->at = 0, client->end = count;
    }
    size_t owed = client->end - client->at;
    ssize_t sent = send(client->fd, client->buf + client->at, owed, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return -1;
    client->at += sent;
    return 1;
}

int main(int argc, char **argv) {
    struct sockaddr_in addr = address(argc, argv, "127.0.0.1:7007"), peer;
    socklen_t len = sizeof addr;
    /* Between select and accept the client may have left: accept must not wait for the next one. */
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0) die("socket");
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) die("setsockopt");
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (listen(listener, 128) < 0) die("listen");
    if (getsockname(listener, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
    printf("listening on %s:%d\n", inet_ntoa(addr.sin_addr), ntohs(addr.sin_port));
    fflush(stdout);
    static struct client clients[FD_SETSIZE];
    int count = 0, room = 1;
    for (;;) {
        /* Made again each time: select leaves in them only what is ready. */
        fd_set read, write;
        FD_ZERO(&read);
        FD_ZERO(&write);
        int max = listener;
        if (room) FD_SET(listener, &read);
        for (int i = 0; i < count; i++) {
            int owed = clients[i].at < clients[i].end;
            FD_SET(clients[i].fd, owed ? &write : &read);
            if (clients[i].fd > max) max = clients[i].fd;
        }
        if (select(max + 1, &read, &write, NULL, NULL) < 0) {
            if (errno == EINTR) continue;
            die("select");
        }
        /* From the last to the first: the last one takes the place of one that is removed. */
        for (int i = count - 1; i >= 0; i--) {
            struct client *client = &clients[i];
            if (!FD_ISSET(client->fd, &read) && !FD_ISSET(client->fd, &write)) continue;
            int served = serve(client);
            if (served > 0 || (served < 0 && errno == EAGAIN)) continue;
            if (served < 0) perror("client");
            close(client->fd);
            *client = clients[--count];
            room = 1;
        }
        if (FD_ISSET(listener, &read)) {
            len = sizeof peer;
            int fd = accept(listener, (struct sockaddr *)&peer, &len);
            if (fd >= FD_SETSIZE) close(fd); /* FD_SET would write past the end of the set */
            else if (fd >= 0) clients[count++] = (struct client){.fd = fd};
            else if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) continue;
            /* No descriptor is left: the next one waits in the queue until somebody leaves. */
            else if (errno == EMFILE && count > 0) room = 0;
            else die("accept");
        }
    }
}
