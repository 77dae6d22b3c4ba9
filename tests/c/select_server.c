/* The select server as the textbook has it (Stevens, UNP, tcpservselect01): src/server/select.rs in
   C, for clients below FD_SETSIZE. Usage: select_server PORT */
#include "twin.h"

int main(int argc, char **argv) {
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 10000);
    int client[FD_SETSIZE], highest = -1, maxfd = listener;
    time_t connected[FD_SETSIZE];
    fd_set all, ready;
    char chunk[CHUNK];

    for (int i = 0; i < FD_SETSIZE; i++) client[i] = -1;
    FD_ZERO(&all);
    FD_SET(listener, &all);
    for (;;) {
        ready = all;
        int left = select(maxfd + 1, &ready, NULL, NULL, NULL);
        if (left < 0 && errno == EINTR) continue;
        if (left < 0) fail("select");
        if (FD_ISSET(listener, &ready)) {
            struct sockaddr_in peer;
            socklen_t len = sizeof peer;
            int i = 0, fd = accept(listener, (struct sockaddr *)&peer, &len);
            if (fd < 0 && errno != EINTR && errno != ECONNABORTED) fail("accept");
            while (i < FD_SETSIZE && client[i] >= 0) i++;
            if (fd >= FD_SETSIZE || i == FD_SETSIZE) {
                close(fd);
            } else if (fd >= 0) {
                client[i] = fd;
                connected[i] = time(NULL);
                FD_SET(fd, &all);
                if (fd > maxfd) maxfd = fd;
                if (i > highest) highest = i;
            }
            left--;
        }
        for (int i = 0; i <= highest && left > 0; i++) {
            if (client[i] < 0 || !FD_ISSET(client[i], &ready)) continue;
            ssize_t count = recv(client[i], chunk, sizeof chunk, 0);
            if (count <= 0 || answer(client[i], chunk, count, connected[i]) < 0) {
                close(client[i]);
                FD_CLR(client[i], &all);
                client[i] = -1;
            }
            left--;
        }
    }
}
