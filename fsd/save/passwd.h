/*
 * passwd: a user's name by number, from /etc/passwd itself. Not from NSS, which may ask a server: nothing that the
 * keeper does waits for a network.
 */
#ifndef HOLDFAST_SAVE_PASSWD_H
#define HOLDFAST_SAVE_PASSWD_H

#include <stdint.h>

/* "" if the file has none. Holds until the next call; one thread. The newest few answers are remembered. */
const char *passwd_name(uint32_t uid);

#endif
