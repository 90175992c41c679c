/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TABLES_H
#define TABLES_H

#include "hufu.h"

/*
 * What is made of the tables of commands besides --help: "bash", the completion that is installed; "json", for scripts that
 * compare help and manual with them. Returns an exit code.
 */
int tables_print(const char *kind, struct hufu_err *err);

#endif
