/* One writer at a time: flock(2) on case.lock, held as long as the case is open
 * for writing.  The kernel lets go of it when the process dies, so a kill leaves
 * nothing to clear away.
 */
#include "case/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

em_status em_lock_take(em_str dir, int *ret_fd, em_error *err)
{
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%.*s/case.lock", EM_ARG(dir));
        if (n < 0 || (size_t)n >= sizeof path)
                return em_fail_at(err, EM_FORMAT, dir, 0, 0, "the path is too long");
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0 && errno == ELOOP)
                return em_fail_at(err, EM_DENIED, em_str_c(path), 0, 0, "it is a symbolic link");
        if (fd < 0)
                return em_fail_at(err, errno == EACCES || errno == EROFS ? EM_DENIED : EM_IO,
                                  em_str_c(path), 0, 0, "the case's lock cannot be opened for writing");
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
                bool held = errno == EWOULDBLOCK;
                close(fd);
                return em_fail_at(err, held ? EM_BUSY : EM_IO, dir, 0, 0, held
                        ? "another embargo is writing to this case; wait for it to end, or read only"
                        : "the case's lock cannot be taken on this file system");
        }
        *ret_fd = fd;
        return EM_OK;
}
