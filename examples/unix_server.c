/* An echo server in the Unix domain, one client after another. Its address is a path, and the path a
   file, which stays unless the server removes it: so it catches Ctrl-C, and waits for a self-pipe beside
   each socket.

   Run cc -Wall -o target/unix_server examples/unix_server.c && target/unix_server [PATH], and talk with it:
   unix_client, or nc -U /tmp/enchufe.sock. In Rust: unix_server.rs. */
#include "common/common.h"

static int self_pipe[2];

/* It may run between any two instructions, so it only notifies: the loop acts. */
static void notify(int signal) {
    int saved = errno;
    (void)signal;
    if (write(self_pipe[1], "", 1) < 0) errno = saved;
}

/* Waits until the socket is ready for `events`. 0: SIGINT or SIGTERM has come. */
static int ready(int fd, short events) {
    for (;;) {
        struct pollfd list[] = {{.fd = self_pipe[0], .events = POLLIN}, {.fd = fd, .events = events}};
        if (poll(list, 2, -1) >= 0) return list[0].revents == 0;
        if (errno != EINTR) die("poll"); /* else the pipe will tell */
    }
}

/* Sends back what it receives, until end of file or a signal. */
static int echo(int client) {
    char buf[4096];
    while (ready(client, POLLIN)) {
        ssize_t count = recv(client, buf, sizeof buf, MSG_DONTWAIT);
        if (count <= 0) return count;
        for (ssize_t at = 0; at < count && ready(client, POLLOUT);) {
            ssize_t sent = send(client, buf + at, count - at, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent < 0) return -1;
            at += sent;
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    const char *path = argument(argc, argv, "PATH", "/tmp/enchufe.sock");
    if (strlen(path) >= sizeof addr.sun_path) errno = ENAMETOOLONG, die("path");
    strcpy(addr.sun_path, path);
    struct sigaction action = {.sa_handler = notify};
    if (pipe2(self_pipe, O_NONBLOCK) < 0) die("pipe2"); /* a full one has woken poll already */
    if (sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0) die("sigaction");
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0) die("socket");
    /* Removes the socket that a killed server has left. A file of another kind stays, and bind fails. */
    struct stat file;
    if (lstat(path, &file) == 0 && S_ISSOCK(file.st_mode) && unlink(path) < 0) die("unlink");
    if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0) die("bind");
    if (listen(listener, 5) < 0) die("listen");
    printf("listening on %s\n", path);
    fflush(stdout);
    while (ready(listener, POLLIN)) {
        int client = accept(listener, NULL, NULL); /* it has no name: clients seldom bind */
        if (client < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)) continue;
        if (client < 0) die("accept");
        if (echo(client) < 0) perror("client");
        close(client);
    }
    close(listener);
    if (unlink(path) < 0) die("unlink");
    close(self_pipe[0]);
    close(self_pipe[1]);
}
