/* What the programs share: to listen, to connect, and to answer in capitals until the client ends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in loopback(const char *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
}

static inline int listen_on(const char *port)
{
    struct sockaddr_in at = loopback(port);
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s, (struct sockaddr *)&at, sizeof at) < 0 || listen(s, 5) < 0)
        err(1, "port %s", port);
    return s;
}

static inline int connect_to(const char *port)
{
    struct sockaddr_in at = loopback(port);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&at, sizeof at) < 0)
        err(1, "port %s", port);
    return s;
}

/* Answers once; 0 when the client has ended. */
static inline int answer_once(int c)
{
    char text[1024];
    ssize_t n = recv(c, text, sizeof text, 0);
    if (n <= 0)
        return 0;
    for (ssize_t i = 0; i < n; i++)
        text[i] = toupper((unsigned char)text[i]);
    return send(c, text, n, MSG_NOSIGNAL) == n;
}

static inline void answer(int c)
{
    while (answer_once(c))
        ;
}
