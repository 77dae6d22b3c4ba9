/* A server on an AF_UNIX path, argv[2], and with "-c" its client. */
#include "common.h"
#include <sys/un.h>

int main(int argc, char **argv)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char text[64];
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(at.sun_path, argv[argc - 1], sizeof at.sun_path - 1);
    if (argc == 2) {
        unlink(at.sun_path);
        bind(s, (struct sockaddr *)&at, sizeof at);
        listen(s, 5);
        int c = accept(s, NULL, NULL);
        answer(c);
        close(c);
        return 0;
    }
    connect(s, (struct sockaddr *)&at, sizeof at);
    for (int i = 0; i < 2; i++) {
        write(s, i ? "second\n" : "first\n", i ? 7 : 6);
        write(1, text, read(s, text, sizeof text));
    }
    shutdown(s, SHUT_WR);
    return (int)read(s, text, sizeof text);
}
