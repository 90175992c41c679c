/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAY_H
#define SAY_H

/*
 * What the daemon itself has to say, on stderr: one line, escaped, with the priority in front where the journal reads it
 * (sd-daemon(3)). Priorities are those of syslog(3). Fits struct keys_events.
 */
void say(void *unused, int priority, const char *text);
void sayf(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
