/* SPDX-License-Identifier: Apache-2.0 */
#ifndef READY_H
#define READY_H

/* Tells a service manager how we are, sd_notify(3); without one nothing happens. ready-absent.c is built without libsystemd. */
void ready_say_ready(void);
void ready_say_reloading(void);
void ready_say_stopping(void);

#endif
