/* All clients in one poll, with a deadline, until argv[2] of them have gone. */
#include "common.h"
#include <poll.h>

int main(int argc, char **argv)
{
    int left = argc > 2 ? atoi(argv[2]) : 2, count = 1;
    struct pollfd fds[16] = {{listen_on(argv[1]), POLLIN, 0}};
    while (left > 0) {
        int ready = poll(fds, count, 200);
        if (ready < 0)
            err(1, "poll");
        for (int i = count - 1; i > 0; i--)
            if (fds[i].revents && !answer_once(fds[i].fd)) {
                close(fds[i].fd);
                fds[i] = fds[--count];
                left--;
            }
        if (ready > 0 && fds[0].revents)
            fds[count++] = (struct pollfd){accept(fds[0].fd, NULL, NULL), POLLIN, 0};
    }
    return 0;
}
