/* Mistake 11: a descriptor that does not fit into an fd_set. Usage: 11_many PORT, where 1020 files are open already */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>

static fd_set all, ready;
static char spare[4096];

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0), max = server;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 5) < 0) {
        perror("server");
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    FD_SET(server, &all);
    for (;;) {
        ready = all;
        if (select(max + 1, &ready, NULL, NULL, NULL) < 0) break;
        if (FD_ISSET(server, &ready)) {
            int client = accept(server, NULL, NULL);
            FD_SET(client, &all);
            if (client > max) max = client;
        }
        for (int fd = 0; fd <= max; fd++) {
            if (fd == server || !FD_ISSET(fd, &ready)) continue;
            ssize_t n = recv(fd, spare, sizeof spare, 0);
            if (n > 0) {
                send(fd, spare, n, 0);
            } else {
                close(fd);
                FD_CLR(fd, &all);
            }
        }
    }
    perror("select");
    return 1;
}
