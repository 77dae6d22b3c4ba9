/* A datagram server: it answers any datagram, even an empty one, with the time (RFC 867). There is
   no connection: nothing to listen for, to accept or to close.

   Run cc -Wall -o target/daytime_server examples/daytime_server.c && target/daytime_server [ADDR:PORT], and ask it
   with daytime_client, or with nc -u 127.0.0.1 1313 and Enter. In Rust: daytime_server.rs. */
#include "common/common.h"

int main(int argc, char **argv) {
    struct sockaddr_in addr = address(argc, argv, "127.0.0.1:1313"), client;
    socklen_t len = sizeof addr;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("socket");
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0) die("getsockname");
    printf("listening on %s:%d\n", inet_ntoa(addr.sin_addr), ntohs(addr.sin_port));
    fflush(stdout);
    for (;;) {
        /* The part of a datagram that does not fit in the buffer is lost. Only its sender matters here. */
        char question[1], answer[32];
        len = sizeof client;
        if (recvfrom(fd, question, sizeof question, 0, (struct sockaddr *)&client, &len) < 0) {
            if (errno == EINTR) continue;
            die("recvfrom");
        }
        time_t now = time(NULL);
        int hours = now / 3600 % 24, mins = now / 60 % 60, secs = now % 60;
        snprintf(answer, sizeof answer, "%02d:%02d:%02d UTC\n", hours, mins, secs);
        /* A datagram is sent whole or not at all, so there is no rest to send. */
        if (sendto(fd, answer, strlen(answer), 0, (struct sockaddr *)&client, len) < 0)
            perror("sendto");
    }
}
