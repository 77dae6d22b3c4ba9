/* All clients in one epoll, non-blocking; the data are pointers. Until argv[2] of them have gone. */
#include "common.h"
#include <sys/epoll.h>

struct client {
    int fd;
};

int main(int argc, char **argv)
{
    struct client listener = {listen_on(argv[1])};
    int left = argc > 2 ? atoi(argv[2]) : 2, e = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {EPOLLIN, {.ptr = &listener}}, ready[8];
    fcntl(listener.fd, F_SETFL, fcntl(listener.fd, F_GETFL) | O_NONBLOCK);
    epoll_ctl(e, EPOLL_CTL_ADD, listener.fd, &event);
    while (left > 0) {
        int n = epoll_wait(e, ready, 8, -1);
        for (int i = 0; i < n; i++) {
            struct client *c = ready[i].data.ptr;
            if (c == &listener) {
                int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (fd < 0)
                    continue;
                c = malloc(sizeof *c);
                c->fd = fd;
                event = (struct epoll_event){EPOLLIN | EPOLLRDHUP, {.ptr = c}};
                epoll_ctl(e, EPOLL_CTL_ADD, fd, &event);
            } else if (!answer_once(c->fd)) {
                epoll_ctl(e, EPOLL_CTL_DEL, c->fd, NULL);
                close(c->fd);
                free(c);
                left--;
            }
        }
    }
    return 0;
}
