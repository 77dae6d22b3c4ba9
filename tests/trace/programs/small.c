/* A whole conversation under one strace: the server forks its client, and a child that answers it. */
#include "common.h"

int main(int argc, char **argv)
{
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    int s = listen_on(argv[1]);
    (void)argc;
    if (fork() == 0) {
        close(s);
        execl("/srv/demo/bin/client", "client", argv[1], "hello", "buenos d\303\255as", (char *)NULL);
        _exit(1);
    }
    int c = accept(s, (struct sockaddr *)&peer, &length);
    if (fork() == 0) {
        close(s);
        answer(c);
        _exit(0);
    }
    close(c);
    while (wait(NULL) > 0)
        ;
    return 0;
}
