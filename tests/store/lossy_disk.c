/* A disk that loses at a power cut what nobody waited for.
 *
 * Loaded with LD_PRELOAD into a program under test. Whenever the program has waited for a file below LOSSY_FROM
 * (fsync, fdatasync), the file as it is then is copied to LOSSY_TO. After the program was killed, LOSSY_TO holds
 * what is sure to have survived. LOSSY_FAIL=n makes the n-th wait for a write-ahead log fail, and keeps nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int waits_for_a_log = 0;

static int ends_with(const char *text, const char *end) {
    size_t longer = strlen(text), shorter = strlen(end);
    return longer >= shorter && strcmp(text + longer - shorter, end) == 0;
}

static void keep(const char *path) {
    char to[PATH_MAX], next[PATH_MAX + 8], block[65536];
    const char *name = strrchr(path, '/') + 1;
    snprintf(to, sizeof to, "%s/%s", getenv("LOSSY_TO"), name);
    snprintf(next, sizeof next, "%s.next", to);
    int in = open(path, O_RDONLY), out = open(next, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0) abort();
    ssize_t got;
    while ((got = read(in, block, sizeof block)) > 0)
        if (write(out, block, got) != got) abort();
    close(out);
    /* The log only: SQLite's locks on the database file end when any descriptor of it is closed. */
    if (ends_with(path, "-wal")) close(in);
    rename(next, to);
}

static int wait_for(const char *real, int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    const char *from = getenv("LOSSY_FROM"), *failing = getenv("LOSSY_FAIL");
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, real);
    if (length < 0 || from == NULL) return sync(fd);
    path[length] = 0;
    if (strncmp(path, from, strlen(from)) != 0) return sync(fd);
    pthread_mutex_lock(&one_at_a_time);
    int result = 0;
    if (ends_with(path, "-wal") && failing != NULL && ++waits_for_a_log == atoi(failing)) {
        errno = EIO;
        result = -1;
    } else {
        result = sync(fd);
        if (result == 0 && access(path, F_OK) == 0 && path[strlen(from)] == '/') {
            keep(path);
        }
    }
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}

int fsync(int fd) { return wait_for("fsync", fd); }
int fdatasync(int fd) { return wait_for("fdatasync", fd); }
