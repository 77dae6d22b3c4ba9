/* A client of unix_server: it sends each line that is typed, and shows what comes back.

   Run cc -Wall -o target/unix_client examples/unix_client.c && target/unix_client [PATH], with unix_server on the
   other side; Ctrl-D ends it. In Rust: unix_client.rs. */
#include "common/common.h"

int main(int argc, char **argv) {
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    const char *path = argument(argc, argv, "PATH", "/tmp/enchufe.sock");
    if (strlen(path) >= sizeof addr.sun_path) errno = ENAMETOOLONG, die("path");
    strcpy(addr.sun_path, path);
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    if (server < 0) die("socket");
    if (connect(server, (struct sockaddr *)&addr, sizeof addr) < 0) die("connect");
    for (;;) {
        char buf[4096];
        ssize_t count = read(STDIN_FILENO, buf, sizeof buf);
        if (count == 0) break;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) die("read");
        for (ssize_t at = 0; at < count;) {
            ssize_t sent = send(server, buf + at, count - at, MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) die("send");
            at += sent;
        }
        /* The same number of bytes comes back, in any number of pieces: a stream has no messages. */
        for (ssize_t back = 0; back < count;) {
            ssize_t received = recv(server, buf, sizeof buf, 0);
            if (received < 0 && errno == EINTR) continue;
            if (received < 0) die("recv");
            if (received == 0) {
                fprintf(stderr, "the server has closed\n");
                return 1;
            }
            fwrite(buf, 1, received, stdout);
            back += received;
        }
        if (fflush(stdout) < 0) die("write");
    }
    close(server);
}
