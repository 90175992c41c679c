/* SPDX-License-Identifier: Apache-2.0 */
#include "ready.h"

#include <systemd/sd-daemon.h>

void ready_say_ready(void)
{
	(void)sd_notify(0, "READY=1");
}

void ready_say_reloading(void)
{
	(void)sd_notify(0, "RELOADING=1");
}

void ready_say_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}
