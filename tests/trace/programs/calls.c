/* The less common ways to send and receive: both ends of one connection, two processes. */
#include "common.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]);
    char text[64], rest[64];
    struct iovec two[2] = {{"he", 2}, {"llo\n", 4}}, into[2] = {{text, 3}, {rest, 15}};
    struct msghdr message = {.msg_iov = two, .msg_iovlen = 2};
    struct mmsghdr many[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
    (void)argc;
    if (fork() == 0) {
        int c = connect_to(argv[1]);
        close(s);
        writev(c, two, 2);
        sendmsg(c, &message, MSG_NOSIGNAL);
        sendmmsg(c, many, 2, 0);
        recv(c, text, 4, MSG_PEEK);
        recv(c, text, 4, MSG_WAITALL);
        while (read(c, text, sizeof text) > 0)
            ;
        shutdown(c, SHUT_RD);
        send(c, "last\n", 5, 0);
        shutdown(c, SHUT_WR);
        _exit(0);
    }
    int c = accept(s, NULL, NULL), file = open("page.html", O_RDONLY);
    recv(c, text, 6, MSG_WAITALL);
    message.msg_iov = into;
    recvmsg(c, &message, MSG_WAITALL | MSG_PEEK);
    recvmsg(c, &message, 0);
    send(c, "page:", 5, MSG_MORE);
    sendfile(c, file, NULL, 4096);
    close(file);
    shutdown(c, SHUT_WR);
    while (readv(c, into, 2) > 0)
        ;
    close(c);
    wait(NULL);
    return 0;
}
