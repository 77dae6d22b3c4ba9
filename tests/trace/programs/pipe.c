/* A pipe between two children, as a shell makes: one writes, the other reads. */
#include "common.h"

int main(void)
{
    int ends[2];
    char text[5];
    pipe(ends);
    if (fork() == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        write(1, "one two ", 8);
        write(1, "three\n", 6);
        _exit(0);
    }
    if (fork() == 0) {
        dup2(ends[0], 0);
        close(ends[0]);
        close(ends[1]);
        while (read(0, text, sizeof text) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
