/* Mistake 10: EINTR is taken for a fatal error. Usage: 10_interrupted PORT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void on_child(int sig) {
    (void)sig;
    while (waitpid(-1, NULL, WNOHANG) > 0);
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char *argv[]) {
    if (argc != 2) return 2;
    struct sigaction action = {.sa_handler = on_child};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    int one = 1, client, server = socket(AF_INET, SOCK_STREAM, 0);
    if (sigaction(SIGCHLD, &action, NULL) < 0) die("sigaction");
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    if (listen(server, 5) < 0) die("listen");
    printf("listening\n");
    fflush(stdout);
    for (;;) {
        if ((client = accept(server, NULL, NULL)) < 0) die("accept");
        if (fork() == 0) {
            char buffer[512];
            ssize_t n;
            close(server);
            while ((n = read(client, buffer, sizeof buffer)) > 0)
                write(client, buffer, n);
            exit(0);
        }
        close(client);
    }
}
