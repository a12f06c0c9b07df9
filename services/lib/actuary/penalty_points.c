/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/penalty_points.h"

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

int ax_msha_likelihood_points(enum ax_msha_likelihood likelihood)
{
    static const int points[] = {0, 10, 30, 40, 50};
    return points[clamp((int)likelihood, 4)];
}

int ax_msha_severity_points(enum ax_msha_severity severity)
{
    static const int points[] = {0, 5, 10, 20};
    return points[clamp((int)severity, 3)];
}

int ax_msha_negligence_points(enum ax_msha_negligence negligence)
{
    static const int points[] = {0, 10, 20, 35, 50};
    return points[clamp((int)negligence, 4)];
}

int ax_msha_persons_points(int persons)
{
    static const int points[] = {0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18};
    return points[clamp(persons, 10)];
}

int ax_msha_amount_usd(int points)
{
    static const int amount[] = {112, 121, 131, 142, 154, 167, 181, 196, 212, 230, 249, 270, 293, 317, 343, 372, 403,
            436, 473, 512, 555, 601, 651, 705, 764, 828, 897, 971, 1052, 1140, 1235, 1337, 1449, 1569, 1700, 1842, 1995,
            2161, 2341, 2536, 2748, 2976, 3224, 3493, 3784, 4099, 4440, 4810, 5211, 5645, 6115, 6624, 7176, 7774, 8421,
            9122, 9882, 10705, 11597, 12563, 13609, 14743, 15971, 17301, 18742, 20302, 21993, 23825, 25810, 27959,
            30288, 32810, 35543, 38503, 41574, 44645, 47716, 50787, 53858, 56929, 60000};
    return amount[clamp(points - AX_MSHA_POINTS_LEAST, AX_MSHA_POINTS_MOST - AX_MSHA_POINTS_LEAST)];
}

int ax_msha_amount_good_faith_usd(int points)
{
    return ax_msha_amount_usd(points) * 9 / 10;
}

int ax_ea_tenths(int category)
{
    static const int tenths[] = {0, 600, 310, 40, 1};
    return category < 1 || category > AX_EA_CATEGORIES ? 0 : tenths[category];
}

char ax_ea_band(int64_t tenths)
{
    static const int most[] = {0, 100, 300, 600, 1499};
    for (int i = 0; i < 5; i++) {
        if (tenths <= most[i]) {
            return (char)('A' + i);
        }
    }
    return 'F';
}

int ax_ea_charge_percent(char band)
{
    static const int percent[] = {95, 100, 110, 125, 150, 300};
    return band < 'A' || band > 'F' ? 0 : percent[band - 'A'];
}
