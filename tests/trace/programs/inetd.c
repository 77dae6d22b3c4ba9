/* As inetd does: the connection becomes standard input and output of another program. */
#include "common.h"

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]);
    (void)argc;
    fcntl(s, F_SETFD, FD_CLOEXEC);
    int c = accept(s, NULL, NULL);
    if (fork() == 0) {
        dup2(c, 0);
        dup2(c, 1);
        close(c);
        execlp("tr", "tr", "a-z", "A-Z", (char *)NULL);
        _exit(1);
    }
    close(c);
    wait(NULL);
    return 0;
}
