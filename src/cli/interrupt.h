/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP as a wish to stop at the next good place. The second one of a kind ends the program as if this
 * had never been called: something that hangs must still be killable.
 */
void interrupt_catch(void);
bool interrupt_came(void);

#endif
