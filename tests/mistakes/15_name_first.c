/* Mistake 15: a recv that blocks, in the loop of select. Usage: 15_name_first PORT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>

static char names[FD_SETSIZE][32];

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0), max = server;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 5) < 0) return 1;
    printf("listening\n");
    fflush(stdout);
    fd_set all, ready;
    FD_ZERO(&all);
    FD_SET(server, &all);
    for (;;) {
        ready = all;
        if (select(max + 1, &ready, NULL, NULL, NULL) < 0) return 1;
        for (int fd = 0; fd <= max; fd++) {
            char text[512];
            ssize_t n;
            if (!FD_ISSET(fd, &ready)) continue;
            if (fd == server) {
                int client = accept(server, NULL, NULL);
                send(client, "Your name? ", 11, MSG_NOSIGNAL);
                n = recv(client, names[client], sizeof names[client] - 1, 0);
                names[client][n > 0 ? n : 0] = '\0';
                FD_SET(client, &all);
                if (client > max) max = client;
            } else if ((n = recv(fd, text, sizeof text, 0)) > 0) {
                send(fd, names[fd], strlen(names[fd]), MSG_NOSIGNAL);
                send(fd, text, n, MSG_NOSIGNAL);
            } else {
                close(fd);
                FD_CLR(fd, &all);
            }
        }
    }
}
