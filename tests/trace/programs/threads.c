/* A thread for each client; argv[2] of them. */
#include "common.h"
#include <pthread.h>

static void *serve(void *fd)
{
    answer((int)(long)fd);
    close((int)(long)fd);
    return NULL;
}

int main(int argc, char **argv)
{
    int s = listen_on(argv[1]), count = argc > 2 ? atoi(argv[2]) : 2;
    pthread_t threads[16];
    for (int i = 0; i < count; i++) {
        int c = accept(s, NULL, NULL);
        pthread_create(&threads[i], NULL, serve, (void *)(long)c);
    }
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
