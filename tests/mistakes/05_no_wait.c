/* Mistake 5: children are never reaped. Usage: 05_no_wait PORT */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

void serve(int client) {
    char buffer[512];
    ssize_t n;
    while ((n = read(client, buffer, sizeof buffer)) > 0)
        write(client, buffer, n);
    close(client);
}

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
        pid_t pid = fork();
        if (pid == 0) {
            close(server);
            serve(client);
            exit(0);
        }
        close(client);
    }
}
