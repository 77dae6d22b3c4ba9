/* Sends each argument after the port as a line, and waits for its answer. */
#include "common.h"

int main(int argc, char **argv)
{
    int s = connect_to(argv[1]);
    char text[1024];
    for (int i = 2; i < argc; i++) {
        int n = snprintf(text, sizeof text, "%s\n", argv[i]);
        send(s, text, n, 0);
        n = recv(s, text, sizeof text, 0);
        if (n <= 0)
            return 1;
        write(1, text, n);
    }
    close(s);
    return 0;
}
