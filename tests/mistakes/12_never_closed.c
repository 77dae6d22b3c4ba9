/* Mistake 12: the sockets of clients who left are never closed. Usage: 12_never_closed PORT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>

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
    fd_set all, ready;
    FD_ZERO(&all);
    FD_SET(server, &all);
    for (;;) {
        ready = all;
        if (select(max + 1, &ready, NULL, NULL, NULL) < 0) break;
        for (int fd = 0; fd <= max; fd++) {
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == server) {
                int client = accept(server, NULL, NULL);
                FD_SET(client, &all);
                if (client > max) max = client;
                continue;
            }
            char buffer[512];
            ssize_t n = recv(fd, buffer, sizeof buffer, 0);
            if (n > 0)
                send(fd, buffer, n, MSG_NOSIGNAL);
            else
                FD_CLR(fd, &all);
        }
    }
    perror("select");
    return 1;
}
