/* A parent and its child talk over a socketpair; the child's output comes back through a pipe. */
#include "common.h"

int main(void)
{
    int pair[2], out[2];
    char text[64];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    pipe(out);
    if (fork() == 0) {
        close(pair[0]);
        close(out[0]);
        answer(pair[1]);
        write(out[1], "2 lines\n", 8);
        _exit(0);
    }
    close(pair[1]);
    close(out[1]);
    send(pair[0], "first\n", 6, 0);
    recv(pair[0], text, sizeof text, 0);
    send(pair[0], "second\n", 7, 0);
    recv(pair[0], text, sizeof text, 0);
    close(pair[0]);
    while (read(out[0], text, sizeof text) > 0)
        ;
    wait(NULL);
    return 0;
}
