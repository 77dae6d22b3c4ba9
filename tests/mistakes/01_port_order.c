/* Mistake 1: the port without htons. Usage: 01_port_order PORT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 2;
    }
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = atoi(argv[1]);
    address.sin_addr.s_addr = INADDR_ANY;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return 1;
    }
    listen(server, 5);
    printf("listening\n");
    fflush(stdout);
    for (;;) {
        char buffer[512];
        ssize_t n;
        int client = accept(server, NULL, NULL);
        while ((n = recv(client, buffer, sizeof buffer, 0)) > 0)
            send(client, buffer, n, 0);
        close(client);
    }
}
