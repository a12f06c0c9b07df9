/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/challenger.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 256 };

struct ax_challenger {
    char group[NAME_MAX_BYTES];
    char member[NAME_MAX_BYTES];
    struct ax_store *store;
    struct ax_scorer *scorer;
};

static const char *own_name(const char *champion, char out[NAME_MAX_BYTES])
{
    if (champion == NULL) {
        return NULL;
    }
    (void)snprintf(out, NAME_MAX_BYTES, "%s-challenger", champion);
    return out;
}

ax_rc ax_challenger_start(const struct ax_scorer_options *champion, const struct ax_bundle *bundle,
        struct ax_store *store, struct ax_challenger **out, struct ax_err *err)
{
    struct ax_challenger *c = ax_xcalloc(1, sizeof *c);
    struct ax_scorer_options options = *champion;
    c->store = store;
    options.store = store;
    options.bundle = bundle;
    options.library = NULL;
    options.challenger = true;
    options.group = own_name(champion->group, c->group);
    options.member = own_name(champion->member, c->member);
    ax_rc rc = ax_scorer_start(&options, &c->scorer, err);
    if (!ax_ok(rc)) {
        ax_store_close(store);
        ax_xfree(c);
        return rc;
    }
    *out = c;
    return rc;
}

void ax_challenger_stop(struct ax_challenger *challenger)
{
    if (challenger == NULL) {
        return;
    }
    ax_scorer_stop(challenger->scorer);
    ax_store_close(challenger->store);
    ax_xfree(challenger);
}
