/* Mistake 18: listen is forgotten. Usage: 18_no_listen PORT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return 1;
    }
    for (;;) {
        char buffer[512];
        ssize_t n;
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        int client = accept(server, (struct sockaddr *)&peer, &length);
        if (client < 0) {
            perror("accept");
            return 1;
        }
        while ((n = read(client, buffer, sizeof buffer)) > 0)
            write(client, buffer, n);
        close(client);
    }
}
