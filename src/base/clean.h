/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLEAN_H
#define CLEAN_H

/* Cleanup by scope: a local marked so is released on every way out; take_ptr() and take_fd() move it elsewhere. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void clean_free(void *slot)
{
	free(*(void **)slot);
}

static inline void clean_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void clean_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#define autofree   __attribute__((cleanup(clean_free)))
#define autoclose  __attribute__((cleanup(clean_close)))
#define autofclose __attribute__((cleanup(clean_fclose)))

/* Calls `fn(*slot)` when the local goes out of scope: autodone(hufu_key_free) struct hufu_key *key = NULL; */
#define DEFINE_AUTO(type, fn)                                                                                          \
	static inline void fn##_slot(type **slot)                                                                      \
	{                                                                                                              \
		fn(*slot);                                                                                             \
	}
#define autodone(fn) __attribute__((cleanup(fn##_slot)))

#define take_ptr(slot)                                                                                                 \
	({                                                                                                             \
		__typeof__(slot) take_ptr_value_ = (slot);                                                             \
		(slot) = NULL;                                                                                         \
		take_ptr_value_;                                                                                       \
	})

static inline int take_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
