/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOURNAL_H
#define JOURNAL_H

/*
 * One audit line to the journal, or to syslog where no journal runs. journal-absent.c is built without libsystemd and knows
 * syslog only. May wait for the reader at the other end.
 */
void journal_put(const char *line);

#endif
