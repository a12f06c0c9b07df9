# SPDX-License-Identifier: Apache-2.0
ax_fuzz(trust_spiffe SOURCES trust_spiffe.c DEPS ax_trust)
ax_fuzz(trust_policy SOURCES trust_policy.c DEPS ax_trust)
