/* A datagram client: it asks daytime_server for the time. A datagram may get lost, on its way there or
   back, without an error: the client waits for a second at most, and asks again.

   Run cc -Wall -o target/daytime_client examples/daytime_client.c && target/daytime_client [ADDR:PORT], with
   daytime_server on the other side. In Rust: daytime_client.rs. */
#include "common/common.h"

int main(int argc, char **argv) {
    struct sockaddr_in server = address(argc, argv, "127.0.0.1:1313"), from;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("socket");
    for (int i = 0; i < 3; i++) {
        /* A datagram of no bytes is one too. Sending the first gives the socket its own port. */
        if (sendto(fd, "", 0, 0, (struct sockaddr *)&server, sizeof server) < 0) die("sendto");
        struct timeval second = {.tv_sec = 1};
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(fd, &ready);
        int found = select(fd + 1, &ready, NULL, NULL, &second);
        if (found == 0 || (found < 0 && errno == EINTR)) continue;
        if (found < 0) die("select");
        /* The datagram that woke select may be damaged, and dropped by now: recvfrom must not wait. */
        char buf[32];
        socklen_t len = sizeof from;
        ssize_t count = recvfrom(fd, buf, sizeof buf, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count < 0) die("recvfrom");
        /* Anybody can send to this port; only the server is believed. */
        if (from.sin_addr.s_addr == server.sin_addr.s_addr && from.sin_port == server.sin_port) {
            fwrite(buf, 1, count, stdout);
            close(fd);
            return 0;
        }
    }
    fprintf(stderr, "no answer from %s:%d\n", inet_ntoa(server.sin_addr), ntohs(server.sin_port));
    close(fd);
    return 1;
}
