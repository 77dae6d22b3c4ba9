/* What a loop on epoll costs with nothing around it: the benchmark's peer, not a twin. Level-triggered,
   for any number of clients. Usage: epoll_server PORT */
#include "twin.h"
#include <sys/epoll.h>

#define EVENTS 512

struct client {
    int fd;
    time_t connected;
};

static void watch(int epoll, int fd, void *client) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void welcome(int epoll, int listener) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) return;
    if (fd < 0) fail("accept");
    struct client *client = malloc(sizeof *client);
    if (!client) fail("malloc");
    *client = (struct client){fd, time(NULL)};
    watch(epoll, fd, client);
}

int main(int argc, char **argv) {
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 10000);
    int epoll = epoll_create1(0);
    struct epoll_event events[EVENTS];
    char chunk[CHUNK];

    if (epoll < 0) fail("epoll_create1");
    watch(epoll, listener, NULL); /* no client: the listener */
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;
            if (!client) {
                welcome(epoll, listener);
                continue;
            }
            ssize_t count = recv(client->fd, chunk, sizeof chunk, 0);
            if (count <= 0 || answer(client->fd, chunk, count, client->connected) < 0) {
                close(client->fd); /* which also removes it from epoll */
                free(client);
            }
        }
    }
}
