/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/store_proxy.h"
#include "tests/unit/t.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

enum { POLL_MS = 20, PIECE_BYTES = 65536 };

static int connect_to(int port)
{
    struct sockaddr_in address = {
            .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static bool pass(int from, int to)
{
    char piece[PIECE_BYTES];
    ssize_t got = recv(from, piece, sizeof piece, 0);
    for (ssize_t at = 0; at < got;) {
        ssize_t put = send(to, piece + at, (size_t)(got - at), MSG_NOSIGNAL);
        if (put <= 0) {
            return false;
        }
        at += put;
    }
    return got > 0;
}

static void serve(struct store_proxy *proxy, int client, int server)
{
    struct pollfd fds[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    bool is_up = true;
    while (is_up && !atomic_load(&proxy->is_stopped)) {
        if (poll(fds, 2, POLL_MS) <= 0) {
            continue;
        }
        if (fds[0].revents != 0) {
            is_up = pass(client, server);
        }
        if (is_up && fds[1].revents != 0 && atomic_exchange(&proxy->drop_next, false)) {
            atomic_fetch_add(&proxy->dropped, 1);
            is_up = false;
        } else if (is_up && fds[1].revents != 0) {
            is_up = pass(server, client);
        }
    }
}

static void *run(void *argument)
{
    struct store_proxy *proxy = argument;
    struct pollfd listening = {.fd = proxy->listener, .events = POLLIN};
    while (!atomic_load(&proxy->is_stopped)) {
        if (poll(&listening, 1, POLL_MS) <= 0) {
            continue;
        }
        int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
        int server = connect_to(proxy->target);
        if (client >= 0 && server >= 0) {
            serve(proxy, client, server);
        }
        (void)close(client);
        (void)close(server);
    }
    return NULL;
}

void store_proxy_start(struct store_proxy *proxy, int target_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    *proxy = (struct store_proxy){.target = target_port};
    proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(proxy->listener >= 0);
    assert_int_equal(bind(proxy->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(proxy->listener, 8), 0);
    assert_int_equal(getsockname(proxy->listener, (struct sockaddr *)&address, &len), 0);
    proxy->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&proxy->thread, NULL, run, proxy), 0);
}

void store_proxy_stop(struct store_proxy *proxy)
{
    atomic_store(&proxy->is_stopped, true);
    assert_int_equal(pthread_join(proxy->thread, NULL), 0);
    assert_int_equal(close(proxy->listener), 0);
}

void store_proxy_drop_next_answer(struct store_proxy *proxy)
{
    atomic_store(&proxy->drop_next, true);
}

int store_proxy_dropped(struct store_proxy *proxy)
{
    return atomic_load(&proxy->dropped);
}
