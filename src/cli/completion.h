/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPLETION_H
#define COMPLETION_H

/* A bash completion, on standard output, made from the tables of commands. */
void completion_bash(void);

#endif
