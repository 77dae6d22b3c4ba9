/* Mistake 13: it closes while there is still something to read. Usage: 13_unread PORT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
        const char *reply = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nHello\n";
        char method[5] = "";
        int client = accept(server, NULL, NULL);
        if (client < 0) continue;
        recv(client, method, 4, MSG_WAITALL);
        if (strcmp(method, "GET ") != 0) reply = "HTTP/1.0 405 Only GET\r\n\r\n";
        send(client, reply, strlen(reply), MSG_NOSIGNAL);
        close(client);
    }
}
