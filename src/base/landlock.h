/* base/landlock.h -- giving up the rights over files and the network for good (Landlock, Linux 5.13 and later).
 *
 * What is not named may not be opened, made, renamed or removed from then on, by this thread, the threads it starts and
 * their children; nor can a port be bound or connected to (version 4) or a signal be sent out (version 6).  What is open
 * already stays open.  Kernel documentation, userspace-api/landlock.
 */
#ifndef BASE_LANDLOCK_H
#define BASE_LANDLOCK_H

#include "embargo/base.h"

typedef struct em_land {        /* what stays allowed */
        const char *path;       /* a folder with everything below it, or one file; what is not there is left out */
        bool        write;      /* also to change, make, rename and remove */
} em_land;

/* The version that this kernel has; 0: none. */
int em_landlock_version(void);
/* Gives up everything but `land`.  no_new_privs must be set.  Returns the version in force; 0: nothing was given up. */
int em_landlock_enter(const em_land *land, size_t count);

#endif
