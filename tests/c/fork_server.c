/* The concurrent server as the textbook has it (Stevens, UNP, tcpserv04): src/server/fork.rs in C.
   Usage: fork_server PORT
   With cc -static -DTZSET it does what ours does before it forks: the benchmark has both. */
#include "twin.h"

static void reap(int signal) {
    int saved = errno;
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
    errno = saved;
}

static void serve(int fd) {
    char chunk[CHUNK];
    time_t connected = time(NULL);
    for (;;) {
        ssize_t count = recv(fd, chunk, sizeof chunk, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        if (answer(fd, chunk, count, connected) < 0) return;
    }
}

int main(int argc, char **argv) {
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 6667);
    struct sigaction action = {.sa_handler = reap};
    sigaction(SIGCHLD, &action, NULL);
#ifdef TZSET
    tzset(); /* or each child reads the time zone's file */
#endif
    for (;;) {
        struct sockaddr_in peer;
        socklen_t len = sizeof peer;
        int fd = accept(listener, (struct sockaddr *)&peer, &len);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (fd < 0) fail("accept");
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child == 0) {
            close(listener);
            serve(fd);
            close(fd);
            _exit(0);
        }
        close(fd);
    }
}
