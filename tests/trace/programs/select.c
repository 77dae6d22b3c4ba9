/* All clients in one select, until argv[2] of them have gone. */
#include "common.h"
#include <sys/select.h>

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]), left = argc > 2 ? atoi(argv[2]) : 2, top = s;
    fd_set all;
    FD_ZERO(&all);
    FD_SET(s, &all);
    while (left > 0) {
        fd_set ready = all;
        if (select(top + 1, &ready, NULL, NULL, NULL) < 0)
            err(1, "select");
        for (int fd = 0; fd <= top; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == s) {
                int c = accept(s, NULL, NULL);
                FD_SET(c, &all);
                top = c > top ? c : top;
            } else if (!answer_once(fd)) {
                FD_CLR(fd, &all);
                close(fd);
                left--;
            }
        }
    }
    return 0;
}
