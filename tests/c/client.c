/* The client as the textbook has it: src/client in C. Sends each argument as a line, reads its reply.
   Usage: client PORT MESSAGE... */
#include "twin.h"

int main(int argc, char **argv) {
    struct sockaddr_in addr = {.sin_family = AF_INET};
    if (argc < 3) {
        fprintf(stderr, "usage: client PORT MESSAGE...\n");
        return 2;
    }
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    addr.sin_port = htons(atoi(argv[1]));
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&addr, sizeof addr) < 0) fail("connect");
    for (int i = 2; i < argc; i++) {
        char line[CHUNK];
        int length = snprintf(line, sizeof line, "%s\n", argv[i]);
        if (send(fd, line, length, MSG_NOSIGNAL) < 0) fail("send");
        ssize_t count = recv(fd, line, sizeof line, 0);
        if (count <= 0) break;
        fwrite(line, 1, count, stdout);
    }
    close(fd);
    return 0;
}
