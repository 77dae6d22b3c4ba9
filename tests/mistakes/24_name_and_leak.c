/* Mistakes 15 and 12: a recv that blocks in the loop of poll, and sockets that are never closed.
   Usage: 24_name_and_leak PORT */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0), count = 1;
    struct pollfd fds[64];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 5) < 0) {
        perror("server");
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    fds[0].fd = server;
    fds[0].events = POLLIN;
    while (poll(fds, count, -1) > 0) {
        char text[512];
        for (int i = 1; i < count; i++) {
            if (!(fds[i].revents & POLLIN)) continue;
            ssize_t n = recv(fds[i].fd, text, sizeof text, 0);
            if (n > 0)
                send(fds[i].fd, text, n, MSG_NOSIGNAL);
            else
                fds[i--] = fds[--count];
        }
        if ((fds[0].revents & POLLIN) && count < 64) {
            int client = accept(server, NULL, NULL);
            send(client, "password: ", 10, MSG_NOSIGNAL);
            recv(client, text, sizeof text, 0);
            fds[count].fd = client;
            fds[count++].events = POLLIN;
        }
    }
    return 1;
}
