/* SPDX-License-Identifier: Apache-2.0 */
/* One line of /proc/self/mountinfo: "36 35 98:0 /root /mnt opts shared:1 - ext4 /dev/root opts", proc(5). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fstable.h"
#include "fstype.h"

/* Copies a field, turning \040 back into the byte it stands for; -EBADMSG if it does not fit. */
static int take_path(const char *from, size_t len, char *ret_path, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		char byte = from[i];

		if (byte == '\\' && i + 3 < len) {
			byte = (char)((from[i + 1] - '0') << 6 | (from[i + 2] - '0') << 3 | (from[i + 3] - '0'));
			i += 3;
		}
		if (used + 1 >= size)
			return -EBADMSG;
		ret_path[used++] = byte;
	}
	ret_path[used] = '\0';
	return 0;
}

int fstable_parse_line(const char *line, struct fstable_entry *ret_entry)
{
	const char *dash = strstr(line, " - ");
	unsigned dev_major, dev_minor;
	int path_start = 0, path_end = 0;
	size_t type_len;

	if (!dash || sscanf(line, "%*d %*d %u:%u %*s %n%*s%n", &dev_major, &dev_minor, &path_start, &path_end) < 2 ||
	    path_end <= path_start)
		return -EBADMSG;
	if (take_path(line + path_start, (size_t)(path_end - path_start), ret_entry->path, sizeof(ret_entry->path)) < 0)
		return -EBADMSG;
	type_len = strcspn(dash + 3, " .");
	if (type_len == 0 || type_len >= sizeof(ret_entry->type))
		return -EBADMSG;
	(void)snprintf(ret_entry->type, sizeof(ret_entry->type), "%.*s", (int)type_len, dash + 3);
	if (dash[3 + type_len] == '.')
		(void)snprintf(ret_entry->subtype, sizeof(ret_entry->subtype), "%.*s",
			       (int)strcspn(dash + 4 + type_len, " "), dash + 4 + type_len);
	(void)snprintf(ret_entry->name, sizeof(ret_entry->name), "%s", ret_entry->type);
	ret_entry->dev = makedev(dev_major, dev_minor);
	ret_entry->local = fstype_is_local(ret_entry->type);
	return 0;
}
