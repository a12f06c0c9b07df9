# SPDX-License-Identifier: Apache-2.0
ax_test(trust_policy_test SOURCES trust_policy_test.c DEPS ax_trust LABELS unit)
ax_test(trust_pki_test SOURCES trust_pki_test.c DEPS ax_trust LABELS unit)
