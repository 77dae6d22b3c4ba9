/* One client after another; argv[2] of them. */
#include "common.h"

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]);
    for (int left = argc > 2 ? atoi(argv[2]) : 2; left > 0; left--) {
        int c = accept(s, NULL, NULL);
        answer(c);
        close(c);
    }
    return 0;
}
