/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the table of configuration keys that docs/OPERATIONS.md must have. */
#include "base/config.h"

int main(void)
{
    ax_config_print_keys(stdout);
    return 0;
}
