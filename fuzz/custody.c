/* Any bytes are a custody table or an error; no file that it names lies outside of
 * the folder that the table stands in.
 */
#include "embargo/case.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char path[] = "/tmp/embargo-fuzz-XXXXXX";
        em_arena *arena = em_arena_new((size_t)1 << 26);
        int fd = mkstemp(path);
        em_str *paths;
        em_custody *list;
        em_error err = { 0 };
        size_t count = 0;
        if (fd < 0 || arena == NULL || write(fd, data, size) != (ssize_t)size)
                abort();
        close(fd);
        if (em_custody_read(em_str_c(path), arena, &paths, &list, &count, &err) == EM_OK)
                for (size_t i = 0; i < count; i++) {
                        em_assert(em_str_starts(paths[i], EM_S("/tmp/")));
                        em_assert(em_str_find(paths[i], EM_S("/../")) < 0);
                }
        else
                em_assert(err.text[0] != '\0');
        unlink(path);
        em_arena_free(arena);
        return 0;
}
