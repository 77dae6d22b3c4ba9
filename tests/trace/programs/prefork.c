/* Three children wait in accept; each serves one client. */
#include "common.h"

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]);
    (void)argc;
    signal(SIGINT, SIG_IGN);
    for (int i = 0; i < 3; i++)
        if (fork() == 0) {
            signal(SIGINT, SIG_DFL);
            int c = accept(s, NULL, NULL);
            answer(c);
            close(c);
            _exit(i);
        }
    close(s);
    while (wait(NULL) > 0)
        ;
    return 0;
}
