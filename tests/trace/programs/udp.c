/* A service of datagrams, and with "-c" its client: one unconnected, one connected socket, one answer cut. */
#include "common.h"

int main(int argc, char **argv)
{
    struct sockaddr_in at = loopback(argv[argc - 1]), peer;
    socklen_t length = sizeof peer;
    char text[64];
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (argc == 2) {
        bind(s, (struct sockaddr *)&at, sizeof at);
        for (int i = 0; i < 4; i++) {
            ssize_t n = recvfrom(s, text, sizeof text, 0, (struct sockaddr *)&peer, &length);
            for (ssize_t j = 0; j < n; j++)
                text[j] = toupper((unsigned char)text[j]);
            sendto(s, text, n, 0, (struct sockaddr *)&peer, length);
        }
        return 0;
    }
    int c = socket(AF_INET, SOCK_DGRAM, 0);
    connect(c, (struct sockaddr *)&at, sizeof at);
    sendto(s, "one", 3, 0, (struct sockaddr *)&at, sizeof at);
    sendto(s, "two", 3, 0, (struct sockaddr *)&at, sizeof at);
    recvfrom(s, text, sizeof text, 0, (struct sockaddr *)&peer, &length);
    recvfrom(s, text, sizeof text, 0, NULL, NULL);
    send(c, "", 0, 0);
    recv(c, text, sizeof text, 0);
    send(c, "a long one", 10, 0);
    recv(c, text, 6, 0);
    return 0;
}
