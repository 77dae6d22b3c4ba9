/* Mistake 16: the set that select has changed is used again. Usage: 16_one_set PORT */
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
    fd_set set;
    FD_ZERO(&set);
    FD_SET(server, &set);
    while (select(max + 1, &set, NULL, NULL, NULL) > 0) {
        for (int fd = 0; fd <= max; fd++) {
            if (!FD_ISSET(fd, &set)) continue;
            if (fd == server) {
                int client = accept(server, NULL, NULL);
                FD_SET(client, &set);
                if (client > max) max = client;
                break;
            }
            char buffer[512];
            ssize_t n = recv(fd, buffer, sizeof buffer, 0);
            if (n <= 0) {
                close(fd);
                FD_CLR(fd, &set);
            } else {
                send(fd, buffer, n, MSG_NOSIGNAL);
            }
        }
    }
    perror("select");
    return 1;
}
