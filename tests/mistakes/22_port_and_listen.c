/* Mistakes 1 and 18: the port without htons, and no listen. Usage: 22_port_and_listen PORT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    int server = socket(AF_INET, SOCK_STREAM, 0), client;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = atoi(argv[1]);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return 1;
    }
    if ((client = accept(server, NULL, NULL)) < 0) {
        perror("accept");
        return 1;
    }
    send(client, "welcome\n", 8, 0);
    close(client);
    return 0;
}
