/* What a server on libevent costs: the benchmark's peer, not a twin.
   Usage: libevent_server PORT epoll|select */
#include "twin.h"
#include <event2/event.h>

struct client {
    struct event *event;
    time_t connected;
};

static void readable(evutil_socket_t fd, short what, void *arg) {
    struct client *client = arg;
    char chunk[CHUNK];
    ssize_t count = recv(fd, chunk, sizeof chunk, 0);
    (void)what;
    if (count <= 0 || answer(fd, chunk, count, client->connected) < 0) {
        event_free(client->event);
        free(client);
        close(fd);
    }
}

static void acceptable(evutil_socket_t listener, short what, void *base) {
    struct client *client = malloc(sizeof *client);
    int fd = accept(listener, NULL, NULL);
    (void)what;
    if (fd < 0) {
        free(client);
        return;
    }
    client->connected = time(NULL);
    client->event = event_new(base, fd, EV_READ | EV_PERSIST, readable, client);
    event_add(client->event, NULL);
}

int main(int argc, char **argv) {
    int epoll = argc > 2 && strcmp(argv[2], "epoll") == 0;
    struct event_config *config = event_config_new();
    event_config_avoid_method(config, epoll ? "select" : "epoll");
    event_config_avoid_method(config, "poll");
    struct event_base *base = event_base_new_with_config(config);
    if (!base) fail("event_base");
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 10000);
    event_add(event_new(base, listener, EV_READ | EV_PERSIST, acceptable, base), NULL);
    return event_base_dispatch(base);
}
