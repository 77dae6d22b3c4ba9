/* A child for each client, reaped by a handler. */
#include "common.h"

static void reap(int signal)
{
    int saved = errno;
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = saved;
}

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]);
    struct sigaction action = {.sa_handler = reap, .sa_flags = SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    for (int left = argc > 2 ? atoi(argv[2]) : 2; left > 0; left--) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        int c = accept(s, (struct sockaddr *)&peer, &length);
        if (fork() == 0) {
            close(s);
            answer(c);
            _exit(0);
        }
        close(c);
    }
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    return 0;
}
