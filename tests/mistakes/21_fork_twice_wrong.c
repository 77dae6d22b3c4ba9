/* Mistakes 3 and 5: the parent keeps the accepted sockets, and never waits for its children.
   Usage: 21_fork_twice_wrong PORT */
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
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 5) < 0) {
        perror("server");
        return 1;
    }
    printf("listening\n");
    fflush(stdout);
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (fork() == 0) {
            char buffer[512];
            ssize_t n;
            close(server);
            while ((n = recv(client, buffer, sizeof buffer, 0)) > 0)
                send(client, buffer, n, 0);
            exit(0);
        }
    }
}
