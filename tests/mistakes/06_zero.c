/* Mistake 6: recv's 0 is ignored. Usage: 06_zero PORT */
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
        char buffer[256];
        int client = accept(server, NULL, NULL);
        for (;;) {
            ssize_t n = recv(client, buffer, sizeof buffer, 0);
            if (n < 0) break;
            for (ssize_t i = 0; i < n; i++)
                if (buffer[i] >= 'a' && buffer[i] <= 'z') buffer[i] -= 32;
            if (n > 0) send(client, buffer, n, 0);
        }
        close(client);
    }
}
