/* SPDX-License-Identifier: Apache-2.0 */
#include "ready.h"

void ready_say_ready(void)
{
}

void ready_say_reloading(void)
{
}

void ready_say_stopping(void)
{
}
