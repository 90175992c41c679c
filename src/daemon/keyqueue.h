/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYQUEUE_H
#define KEYQUEUE_H

#include "service.h"

/*
 * Keys that have entered a keyring, for rules of KEY_CHECK. Until the first custom policy is in force they are kept, and judged by that;
 * if none comes within five minutes they are forgotten: security/integrity/ima/ima_queue_keys.c. Threads may share it.
 */
struct keyqueue;

HUFU_MUST_USE int keyqueue_new(struct keyqueue **ret_queue);
void keyqueue_free(struct keyqueue *queue);

/* A certificate is on the ring now. Nothing, if the service has no queue. */
void keyqueue_put(struct service *service, enum hufu_ring ring, const void *der, size_t len);
/* A custom policy is in force. */
void keyqueue_release(struct service *service);

#endif
