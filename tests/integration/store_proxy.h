/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A TCP proxy in front of Redis that, when told to, passes the next request on and breaks the connection once the answer
 * has come: the outcome is then known to Redis alone. One thread of its own; connections one at a time are enough.
 */
#include <pthread.h>
#include <stdatomic.h>

struct store_proxy {
    int port; /* where it listens */
    int target;
    int listener;
    pthread_t thread;
    atomic_bool is_stopped;
    atomic_bool drop_next;
    atomic_int dropped;
};

void store_proxy_start(struct store_proxy *proxy, int target_port);
void store_proxy_stop(struct store_proxy *proxy);
void store_proxy_drop_next_answer(struct store_proxy *proxy);
int store_proxy_dropped(struct store_proxy *proxy);
