/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Facts and ledgers for the tests of scoring: one enterprise, one source, what is not said is absent. */
#include "base/digest.h"
#include "scoring/rating.h"
#include "services/lib/pack/bundle.h"

#define WORLD_ENTERPRISE "91140000MA07E5716U"

/* A fact of the kind with a reference, revision 1, in Shanxi, coal mining; dates absent. */
struct ax_fact world_fact(int32_t kind, const char *reference);
struct ax_fact world_penalty(const char *reference, const char *decided, int32_t tier);
struct ax_fact world_accident(const char *reference, const char *occurred, int32_t liability, uint32_t deaths);
struct ax_fact world_standard(const char *reference, const char *from, const char *until, int32_t level);

int32_t world_day(const char *iso);
void world_digest(const struct ax_fact *fact, uint8_t digest[AX_DIGEST_SIZE]);
void world_key(const struct ax_fact *fact, uint8_t key[AX_KEY_SIZE]);
/* Merges in one batch; gives the outcome of the last. */
struct ax_ledger_item world_merge(struct ax_ledger *ledger, const struct ax_fact *facts, size_t count);
/* The packs of the repository, loaded once and kept; and the one for coal in Shanxi. */
const struct ax_bundle *world_bundle(void);
const struct ax_pack *world_pack(void);
const struct ax_rule *world_rule(const char *id);
bool world_has_override(const struct ax_rate *rate, const char *id);
bool world_has_flag(const struct ax_rate *rate, const char *id);
/* splitmix64, for seeded random input. */
uint64_t world_random(uint64_t *state);
uint64_t world_below(uint64_t *state, uint64_t limit);
