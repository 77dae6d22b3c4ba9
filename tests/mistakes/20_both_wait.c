/* Mistake 20: the shutdown(SHUT_WR) that tells the server that this was all is forgotten.
   Usage: 20_both_wait PORT TEXT... (the server counts the bytes up to the end of file) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
    if (argc < 3) return 2;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("connect");
        return 1;
    }
    for (int i = 2; i < argc; i++)
        send(s, argv[i], strlen(argv[i]), 0);
    char reply[128];
    ssize_t n = recv(s, reply, sizeof reply - 1, 0);
    if (n < 0) {
        perror("recv");
        return 1;
    }
    reply[n] = '\0';
    printf("the server says: %s\n", reply);
    close(s);
    return 0;
}
