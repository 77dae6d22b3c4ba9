/* What the examples share: the headers, the argument, and how a program fails. */
#ifndef COMMON_H
#define COMMON_H

#define _GNU_SOURCE /* pipe2 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Prints which call failed and why; exit code 1. */
static inline void die(const char *call) {
    perror(call);
    exit(1);
}

/* Prints the usage; exit code 2. */
static inline void usage(char **argv, const char *what) {
    fprintf(stderr, "usage: %s [%s]\n", argv[0], what);
    exit(2);
}

/* The one argument, or a default. */
static inline const char *argument(int argc, char **argv, const char *what, const char *otherwise) {
    if (argc > 2 || (argc == 2 && !*argv[1])) usage(argv, what);
    return argc == 2 ? argv[1] : otherwise;
}

/* The one argument, or a default, as an IPv4 address and port. */
static inline struct sockaddr_in address(int argc, char **argv, const char *otherwise) {
    const char *what = "ADDR:PORT", *text = argument(argc, argv, what, otherwise);
    struct sockaddr_in addr = {.sin_family = AF_INET};
    char ip[INET_ADDRSTRLEN], port[6], more;
    if (sscanf(text, "%15[0-9.]:%5[0-9]%c", ip, port, &more) != 2) usage(argv, what);
    if (inet_pton(AF_INET, ip, &addr.sin_addr) != 1 || atoi(port) > 65535) usage(argv, what);
    addr.sin_port = htons(atoi(port));
    return addr;
}

#endif
