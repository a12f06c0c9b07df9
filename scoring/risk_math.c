/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both by a table of 128 steps and a short polynomial. The tables are the true values rounded to double: 2^(i/128); the
 * centre c of each 128th of [1, 2) (1 and 2 themselves at the ends) with 1/c and log2 c, from 1 + 53/128 on that of c/2, so that
 * numbers just below 1 are as exact as those above it. Coefficients are those of the series: ln2^k / k! and (-1)^(k+1) / (k ln 2).
 */
#include "scoring/risk_math.h"

enum { STEPS = 128, STEP_BITS = 7, MANTISSA_BITS = 52, EXPONENT_BIAS = 1023, EXPONENT_MAX = 2 * EXPONENT_BIAS };

#define MANTISSA_MASK ((UINT64_C(1) << MANTISSA_BITS) - 1)
#define ONE ((uint64_t)EXPONENT_BIAS << MANTISSA_BITS)                     /* the bits of 1 */
#define LARGE ((uint64_t)(EXPONENT_BIAS + MANTISSA_BITS) << MANTISSA_BITS) /* of 2^52 */

static const double powers[STEPS] = {
        0x1.0p+0,
        0x1.0163da9fb3335p+0,
        0x1.02c9a3e778061p+0,
        0x1.04315e86e7f85p+0,
        0x1.059b0d3158574p+0,
        0x1.0706b29ddf6dep+0,
        0x1.0874518759bc8p+0,
        0x1.09e3ecac6f383p+0,
        0x1.0b5586cf9890fp+0,
        0x1.0cc922b7247f7p+0,
        0x1.0e3ec32d3d1a2p+0,
        0x1.0fb66affed31bp+0,
        0x1.11301d0125b51p+0,
        0x1.12abdc06c31ccp+0,
        0x1.1429aaea92dep+0,
        0x1.15a98c8a58e51p+0,
        0x1.172b83c7d517bp+0,
        0x1.18af9388c8deap+0,
        0x1.1a35beb6fcb75p+0,
        0x1.1bbe084045cd4p+0,
        0x1.1d4873168b9aap+0,
        0x1.1ed5022fcd91dp+0,
        0x1.2063b88628cd6p+0,
        0x1.21f49917ddc96p+0,
        0x1.2387a6e756238p+0,
        0x1.251ce4fb2a63fp+0,
        0x1.26b4565e27cddp+0,
        0x1.284dfe1f56381p+0,
        0x1.29e9df51fdee1p+0,
        0x1.2b87fd0dad99p+0,
        0x1.2d285a6e4030bp+0,
        0x1.2ecafa93e2f56p+0,
        0x1.306fe0a31b715p+0,
        0x1.32170fc4cd831p+0,
        0x1.33c08b26416ffp+0,
        0x1.356c55f929ff1p+0,
        0x1.371a7373aa9cbp+0,
        0x1.38cae6d05d866p+0,
        0x1.3a7db34e59ff7p+0,
        0x1.3c32dc313a8e5p+0,
        0x1.3dea64c123422p+0,
        0x1.3fa4504ac801cp+0,
        0x1.4160a21f72e2ap+0,
        0x1.431f5d950a897p+0,
        0x1.44e086061892dp+0,
        0x1.46a41ed1d0057p+0,
        0x1.486a2b5c13cdp+0,
        0x1.4a32af0d7d3dep+0,
        0x1.4bfdad5362a27p+0,
        0x1.4dcb299fddd0dp+0,
        0x1.4f9b2769d2ca7p+0,
        0x1.516daa2cf6642p+0,
        0x1.5342b569d4f82p+0,
        0x1.551a4ca5d920fp+0,
        0x1.56f4736b527dap+0,
        0x1.58d12d497c7fdp+0,
        0x1.5ab07dd485429p+0,
        0x1.5c9268a5946b7p+0,
        0x1.5e76f15ad2148p+0,
        0x1.605e1b976dc09p+0,
        0x1.6247eb03a5585p+0,
        0x1.6434634ccc32p+0,
        0x1.6623882552225p+0,
        0x1.68155d44ca973p+0,
        0x1.6a09e667f3bcdp+0,
        0x1.6c012750bdabfp+0,
        0x1.6dfb23c651a2fp+0,
        0x1.6ff7df9519484p+0,
        0x1.71f75e8ec5f74p+0,
        0x1.73f9a48a58174p+0,
        0x1.75feb564267c9p+0,
        0x1.780694fde5d3fp+0,
        0x1.7a11473eb0187p+0,
        0x1.7c1ed0130c132p+0,
        0x1.7e2f336cf4e62p+0,
        0x1.80427543e1a12p+0,
        0x1.82589994cce13p+0,
        0x1.8471a4623c7adp+0,
        0x1.868d99b4492edp+0,
        0x1.88ac7d98a6699p+0,
        0x1.8ace5422aa0dbp+0,
        0x1.8cf3216b5448cp+0,
        0x1.8f1ae99157736p+0,
        0x1.9145b0b91ffc6p+0,
        0x1.93737b0cdc5e5p+0,
        0x1.95a44cbc8520fp+0,
        0x1.97d829fde4e5p+0,
        0x1.9a0f170ca07bap+0,
        0x1.9c49182a3f09p+0,
        0x1.9e86319e32323p+0,
        0x1.a0c667b5de565p+0,
        0x1.a309bec4a2d33p+0,
        0x1.a5503b23e255dp+0,
        0x1.a799e1330b358p+0,
        0x1.a9e6b5579fdbfp+0,
        0x1.ac36bbfd3f37ap+0,
        0x1.ae89f995ad3adp+0,
        0x1.b0e07298db666p+0,
        0x1.b33a2b84f15fbp+0,
        0x1.b59728de5593ap+0,
        0x1.b7f76f2fb5e47p+0,
        0x1.ba5b030a1064ap+0,
        0x1.bcc1e904bc1d2p+0,
        0x1.bf2c25bd71e09p+0,
        0x1.c199bdd85529cp+0,
        0x1.c40ab5fffd07ap+0,
        0x1.c67f12e57d14bp+0,
        0x1.c8f6d9406e7b5p+0,
        0x1.cb720dcef9069p+0,
        0x1.cdf0b555dc3fap+0,
        0x1.d072d4a07897cp+0,
        0x1.d2f87080d89f2p+0,
        0x1.d5818dcfba487p+0,
        0x1.d80e316c98398p+0,
        0x1.da9e603db3285p+0,
        0x1.dd321f301b46p+0,
        0x1.dfc97337b9b5fp+0,
        0x1.e264614f5a129p+0,
        0x1.e502ee78b3ff6p+0,
        0x1.e7a51fbc74c83p+0,
        0x1.ea4afa2a490dap+0,
        0x1.ecf482d8e67f1p+0,
        0x1.efa1bee615a27p+0,
        0x1.f252b376bba97p+0,
        0x1.f50765b6e454p+0,
        0x1.f7bfdad9cbe14p+0,
        0x1.fa7c1819e90d8p+0,
        0x1.fd3c22b8f71f1p+0,
};

struct centre {
    double at;
    double inverse;
    double log2; /* of the centre, or of its half */
    double bias; /* 2^52 and what kept exponents are greater by; one less where it is halved */
};

#define WHOLE (0x1p52 + EXPONENT_BIAS)
#define HALVED (0x1p52 + (EXPONENT_BIAS - 1))

static const struct centre centres[STEPS] = {
        {0x1.0p+0, 0x1.0p+0, 0x0.0p+0, WHOLE},
        {0x1.03p+0, 0x1.fa11caa01fa12p-1, 0x1.1363117a97b0cp-6, WHOLE},
        {0x1.05p+0, 0x1.f6310aca0dbb5p-1, 0x1.c9363ba850f86p-6, WHOLE},
        {0x1.07p+0, 0x1.f25f644230ab5p-1, 0x1.3ed3094685a26p-5, WHOLE},
        {0x1.09p+0, 0x1.ee9c7f8458e02p-1, 0x1.985bfc3495194p-5, WHOLE},
        {0x1.0bp+0, 0x1.eae807aba01ebp-1, 0x1.f1389833253ap-5, WHOLE},
        {0x1.0dp+0, 0x1.e741aa59750e4p-1, 0x1.24b5b7e135a3dp-4, WHOLE},
        {0x1.0fp+0, 0x1.e3a9179dc1a73p-1, 0x1.507b836033bb7p-4, WHOLE},
        {0x1.11p+0, 0x1.e01e01e01e01ep-1, 0x1.7beee96b8a281p-4, WHOLE},
        {0x1.13p+0, 0x1.dca01dca01dcap-1, 0x1.a7111df348494p-4, WHOLE},
        {0x1.15p+0, 0x1.d92f2231e7f8ap-1, 0x1.d1e34e35b82dap-4, WHOLE},
        {0x1.17p+0, 0x1.d5cac807572b2p-1, 0x1.fc66a0f0b00a5p-4, WHOLE},
        {0x1.19p+0, 0x1.d272ca3fc5b1ap-1, 0x1.134e1b489062ep-3, WHOLE},
        {0x1.1bp+0, 0x1.cf26e5c44bfc6p-1, 0x1.284294b07a64p-3, WHOLE},
        {0x1.1dp+0, 0x1.cbe6d9601cbe7p-1, 0x1.3d1146d9a8a64p-3, WHOLE},
        {0x1.1fp+0, 0x1.c8b265afb8a42p-1, 0x1.51bab907a5c8ap-3, WHOLE},
        {0x1.21p+0, 0x1.c5894d10d4986p-1, 0x1.663f6fac91316p-3, WHOLE},
        {0x1.23p+0, 0x1.c26b5392ea01cp-1, 0x1.7a9fec7d05ddfp-3, WHOLE},
        {0x1.25p+0, 0x1.bf583ee868d8bp-1, 0x1.8edcae8352b6cp-3, WHOLE},
        {0x1.27p+0, 0x1.bc4fd65883e7bp-1, 0x1.a2f632320b86bp-3, WHOLE},
        {0x1.29p+0, 0x1.b951e2b18ff23p-1, 0x1.b6ecf175f95e9p-3, WHOLE},
        {0x1.2bp+0, 0x1.b65e2e3beee05p-1, 0x1.cac163c770dc9p-3, WHOLE},
        {0x1.2dp+0, 0x1.b37484ad806cep-1, 0x1.de73fe3b1480fp-3, WHOLE},
        {0x1.2fp+0, 0x1.b094b31d922a4p-1, 0x1.f205339208f27p-3, WHOLE},
        {0x1.31p+0, 0x1.adbe87f94905ep-1, 0x1.02baba24d0664p-2, WHOLE},
        {0x1.33p+0, 0x1.aaf1d2f87ebfdp-1, 0x1.0c62975542a8fp-2, WHOLE},
        {0x1.35p+0, 0x1.a82e65130e159p-1, 0x1.15fa676bb08ffp-2, WHOLE},
        {0x1.37p+0, 0x1.a574107688a4ap-1, 0x1.1f825f6d88e13p-2, WHOLE},
        {0x1.39p+0, 0x1.a2c2a87c51cap-1, 0x1.28fab35b32683p-2, WHOLE},
        {0x1.3bp+0, 0x1.a01a01a01a01ap-1, 0x1.32639636b2836p-2, WHOLE},
        {0x1.3dp+0, 0x1.9d79f176b682dp-1, 0x1.3bbd3a0a1dcfbp-2, WHOLE},
        {0x1.3fp+0, 0x1.9ae24ea5510dap-1, 0x1.4507cfedd4fc4p-2, WHOLE},
        {0x1.41p+0, 0x1.9852f0d8ec0ffp-1, 0x1.4e43880e8fb6ap-2, WHOLE},
        {0x1.43p+0, 0x1.95cbb0be377aep-1, 0x1.577091b3378cbp-2, WHOLE},
        {0x1.45p+0, 0x1.934c67f9b2ce6p-1, 0x1.608f1b42948aep-2, WHOLE},
        {0x1.47p+0, 0x1.90d4f120190d5p-1, 0x1.699f5248cd4b8p-2, WHOLE},
        {0x1.49p+0, 0x1.8e6527af1373fp-1, 0x1.72a1637cbc183p-2, WHOLE},
        {0x1.4bp+0, 0x1.8bfce8062ff3ap-1, 0x1.7b957ac51aac4p-2, WHOLE},
        {0x1.4dp+0, 0x1.899c0f601899cp-1, 0x1.847bc33d8618ep-2, WHOLE},
        {0x1.4fp+0, 0x1.87427bcc092b9p-1, 0x1.8d54673b5c372p-2, WHOLE},
        {0x1.51p+0, 0x1.84f00c2780614p-1, 0x1.961f90527409cp-2, WHOLE},
        {0x1.53p+0, 0x1.82a4a0182a4ap-1, 0x1.9edd6759b25ep-2, WHOLE},
        {0x1.55p+0, 0x1.8060180601806p-1, 0x1.a78e146f7bef4p-2, WHOLE},
        {0x1.57p+0, 0x1.7e225515a4f1dp-1, 0x1.b031befe06434p-2, WHOLE},
        {0x1.59p+0, 0x1.7beb3922e017cp-1, 0x1.b8c88dbf8867ap-2, WHOLE},
        {0x1.5bp+0, 0x1.79baa6bb6398bp-1, 0x1.c152a6c24cae6p-2, WHOLE},
        {0x1.5dp+0, 0x1.77908119ac60dp-1, 0x1.c9d02f6ca47b4p-2, WHOLE},
        {0x1.5fp+0, 0x1.756cac201756dp-1, 0x1.d2414c80bf27dp-2, WHOLE},
        {0x1.61p+0, 0x1.734f0c541fe8dp-1, 0x1.daa6222064fb9p-2, WHOLE},
        {0x1.63p+0, 0x1.713786d9c7c09p-1, 0x1.e2fed3d097298p-2, WHOLE},
        {0x1.65p+0, 0x1.6f26016f26017p-1, 0x1.eb4b847d15bcep-2, WHOLE},
        {0x1.67p+0, 0x1.6d1a62681c861p-1, 0x1.f38c567bcc541p-2, WHOLE},
        {0x1.69p+0, 0x1.6b1490aa31a3dp-1, 0x1.fbc16b902680ap-2, WHOLE},
        {0x1.6bp+0, 0x1.691473a88d0cp-1, -0x1.fc151b11b364p-2, HALVED},
        {0x1.6dp+0, 0x1.6719f3601671ap-1, -0x1.f3f71cc1b629cp-2, HALVED},
        {0x1.6fp+0, 0x1.6524f853b4aa3p-1, -0x1.ebe47960e3c08p-2, HALVED},
        {0x1.71p+0, 0x1.63356b88ac0dep-1, -0x1.e3dd1156507dep-2, HALVED},
        {0x1.73p+0, 0x1.614b36831ae94p-1, -0x1.dbe0c58c3cff2p-2, HALVED},
        {0x1.75p+0, 0x1.5f66434292dfcp-1, -0x1.d3ef776d43ff4p-2, HALVED},
        {0x1.77p+0, 0x1.5d867c3ece2a5p-1, -0x1.cc0908e19b7bdp-2, HALVED},
        {0x1.79p+0, 0x1.5babcc647fa91p-1, -0x1.c42d5c4c688b4p-2, HALVED},
        {0x1.7bp+0, 0x1.59d61f123ccaap-1, -0x1.bc5c5489254ccp-2, HALVED},
        {0x1.7dp+0, 0x1.580560158056p-1, -0x1.b495d4e9185f7p-2, HALVED},
        {0x1.7fp+0, 0x1.56397ba7c52e2p-1, -0x1.acd9c130dd53fp-2, HALVED},
        {0x1.81p+0, 0x1.54725e6bb82fep-1, -0x1.a527fd95fd8ffp-2, HALVED},
        {0x1.83p+0, 0x1.52aff56a8054bp-1, -0x1.9d806ebc9921cp-2, HALVED},
        {0x1.85p+0, 0x1.50f22e111c4c5p-1, -0x1.95e2f9b51f04ep-2, HALVED},
        {0x1.87p+0, 0x1.4f38f62dd4c9bp-1, -0x1.8e4f83fa145eep-2, HALVED},
        {0x1.89p+0, 0x1.4d843bedc2c4cp-1, -0x1.86c5f36dea3dcp-2, HALVED},
        {0x1.8bp+0, 0x1.4bd3edda68fe1p-1, -0x1.7f462e58e1688p-2, HALVED},
        {0x1.8dp+0, 0x1.4a27fad76014ap-1, -0x1.77d01b66fbd37p-2, HALVED},
        {0x1.8fp+0, 0x1.488052201488p-1, -0x1.7063a1a5fb4f2p-2, HALVED},
        {0x1.91p+0, 0x1.46dce34596066p-1, -0x1.6900a8836d0d5p-2, HALVED},
        {0x1.93p+0, 0x1.453d9e2c776cap-1, -0x1.61a717cac1983p-2, HALVED},
        {0x1.95p+0, 0x1.43a2730abee4dp-1, -0x1.5a56d7a370dedp-2, HALVED},
        {0x1.97p+0, 0x1.420b5265e5951p-1, -0x1.530fd08f29fa7p-2, HALVED},
        {0x1.99p+0, 0x1.40782d10e6566p-1, -0x1.4bd1eb680e548p-2, HALVED},
        {0x1.9bp+0, 0x1.3ee8f42a5af07p-1, -0x1.449d115ef7d87p-2, HALVED},
        {0x1.9dp+0, 0x1.3d5d991aa75c6p-1, -0x1.3d712bf9c9defp-2, HALVED},
        {0x1.9fp+0, 0x1.3bd60d9232955p-1, -0x1.364e2511cc821p-2, HALVED},
        {0x1.a1p+0, 0x1.3a524387ac822p-1, -0x1.2f33e6d2120f2p-2, HALVED},
        {0x1.a3p+0, 0x1.38d22d366088ep-1, -0x1.28225bb5e64a4p-2, HALVED},
        {0x1.a5p+0, 0x1.3755bd1c945eep-1, -0x1.21196e87473d1p-2, HALVED},
        {0x1.a7p+0, 0x1.35dce5f9f2af8p-1, -0x1.1a190a5d674ap-2, HALVED},
        {0x1.a9p+0, 0x1.34679ace01346p-1, -0x1.13211a9b38424p-2, HALVED},
        {0x1.abp+0, 0x1.32f5ced6a1dfap-1, -0x1.0c318aedff3cp-2, HALVED},
        {0x1.adp+0, 0x1.3187758e9ebb6p-1, -0x1.054a474bf0eb7p-2, HALVED},
        {0x1.afp+0, 0x1.301c82ac4026p-1, -0x1.fcd677e5ac81dp-3, HALVED},
        {0x1.b1p+0, 0x1.2eb4ea1fed14bp-1, -0x1.ef28aacd72231p-3, HALVED},
        {0x1.b3p+0, 0x1.2d50a012d50ap-1, -0x1.e18b00e13123dp-3, HALVED},
        {0x1.b5p+0, 0x1.2bef98e5a3711p-1, -0x1.d3fd543a4ad5cp-3, HALVED},
        {0x1.b7p+0, 0x1.2a91c92f3c105p-1, -0x1.c67f7f770a67ep-3, HALVED},
        {0x1.b9p+0, 0x1.293725bb804a5p-1, -0x1.b9115db83a3ddp-3, HALVED},
        {0x1.bbp+0, 0x1.27dfa38a1ce4dp-1, -0x1.abb2ca9ec7472p-3, HALVED},
        {0x1.bdp+0, 0x1.268b37cd60127p-1, -0x1.9e63a24971f46p-3, HALVED},
        {0x1.bfp+0, 0x1.2539d7e9177b2p-1, -0x1.9123c1528c6cep-3, HALVED},
        {0x1.c1p+0, 0x1.23eb79717605bp-1, -0x1.83f304cdc5aa7p-3, HALVED},
        {0x1.c3p+0, 0x1.22a0122a0122ap-1, -0x1.76d14a4601225p-3, HALVED},
        {0x1.c5p+0, 0x1.21579804855e6p-1, -0x1.69be6fbb3aa6fp-3, HALVED},
        {0x1.c7p+0, 0x1.2012012012012p-1, -0x1.5cba53a0762edp-3, HALVED},
        {0x1.c9p+0, 0x1.1ecf43c7fb84cp-1, -0x1.4fc4d4d9bb313p-3, HALVED},
        {0x1.cbp+0, 0x1.1d8f5672e4abdp-1, -0x1.42ddd2ba1b4a9p-3, HALVED},
        {0x1.cdp+0, 0x1.1c522fc1ce059p-1, -0x1.36052d01c3dd7p-3, HALVED},
        {0x1.cfp+0, 0x1.1b17c67f2bae3p-1, -0x1.293ac3dc1a668p-3, HALVED},
        {0x1.d1p+0, 0x1.19e0119e0119ep-1, -0x1.1c7e77dde33dcp-3, HALVED},
        {0x1.d3p+0, 0x1.18ab083902bdbp-1, -0x1.0fd02a03727eap-3, HALVED},
        {0x1.d5p+0, 0x1.1778a191bd684p-1, -0x1.032fbbaee6d65p-3, HALVED},
        {0x1.d7p+0, 0x1.1648d50fc3201p-1, -0x1.ed3a1d4cdbebbp-4, HALVED},
        {0x1.d9p+0, 0x1.151b9a3fdd5c9p-1, -0x1.d4300a2524d41p-4, HALVED},
        {0x1.dbp+0, 0x1.13f0e8d344724p-1, -0x1.bb4102f925394p-4, HALVED},
        {0x1.ddp+0, 0x1.12c8b89edc0acp-1, -0x1.a26ccd9981853p-4, HALVED},
        {0x1.dfp+0, 0x1.11a3019a74826p-1, -0x1.89b33091d6fe8p-4, HALVED},
        {0x1.e1p+0, 0x1.107fbbe01108p-1, -0x1.7113f3259e07ap-4, HALVED},
        {0x1.e3p+0, 0x1.0f5edfab325a2p-1, -0x1.588edd4d1ceaap-4, HALVED},
        {0x1.e5p+0, 0x1.0e40655826011p-1, -0x1.4023b7b26ac9ep-4, HALVED},
        {0x1.e7p+0, 0x1.0d24456359e3ap-1, -0x1.27d24bae824dbp-4, HALVED},
        {0x1.e9p+0, 0x1.0c0a7868b4171p-1, -0x1.0f9a634663addp-4, HALVED},
        {0x1.ebp+0, 0x1.0af2f722eecb5p-1, -0x1.eef792508b69dp-5, HALVED},
        {0x1.edp+0, 0x1.09ddba6af836p-1, -0x1.beec9151aac2ep-5, HALVED},
        {0x1.efp+0, 0x1.08cabb37565e2p-1, -0x1.8f135b8107912p-5, HALVED},
        {0x1.f1p+0, 0x1.07b9f29b8eae2p-1, -0x1.5f6b8a11c3c61p-5, HALVED},
        {0x1.f3p+0, 0x1.06ab59c7912fbp-1, -0x1.2ff4b77413dcbp-5, HALVED},
        {0x1.f5p+0, 0x1.059eea0727586p-1, -0x1.00ae7f502c1c4p-5, HALVED},
        {0x1.f7p+0, 0x1.04949cc1664c5p-1, -0x1.a330fd028f75fp-6, HALVED},
        {0x1.f9p+0, 0x1.038c6b78247fcp-1, -0x1.4564a62192834p-6, HALVED},
        {0x1.fbp+0, 0x1.02864fc7729e9p-1, -0x1.cfee70c5ce5dcp-7, HALVED},
        {0x1.fdp+0, 0x1.0182436517a37p-1, -0x1.15cfe8eaec83p-7, HALVED},
        {0x1.0p+1, 0x1.0p-1, 0x0.0p+0, HALVED},
};

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double ax_exp2(double x)
{
    if (x < AX_EXP2_MIN) {
        return 0;
    }
    AX_ASSERT(x <= AX_EXP2_MAX);
    double steps = x * STEPS;
    int32_t k = (int32_t)(steps + (steps < 0 ? -0.5 : 0.5));
    double r = x - k * (1.0 / STEPS);
    double r2 = r * r;
    double p = r * (0x1.62e42fefa39efp-1 + r * 0x1.ebfbdff82c58fp-3 +
                           r2 * (0x1.c6b08d704a0cp-5 + r * 0x1.3b2ab6fba4e77p-7 + r2 * 0x1.5d87fe78a6731p-10));
    double t = powers[(uint32_t)k % STEPS];
    double scale = of_bits((uint64_t)((k >> STEP_BITS) + EXPONENT_BIAS) << MANTISSA_BITS);
    return (t + t * p) * scale;
}

static inline const struct centre *centre_of(uint64_t bits)
{
    AX_ASSERT((bits >> MANTISSA_BITS) - 1 < EXPONENT_MAX); /* positive, normal, finite */
    return &centres[bits >> (MANTISSA_BITS - STEP_BITS) & (STEPS - 1)];
}

/* log2(1 + r), of one number or of a pair. */
#define SERIES(r, r2) \
    ((r) * (((0x1.71547652b82fep+0 + (r) * -0x1.71547652b82fep-1) + \
                    (r2) * (0x1.ec709dc3a03fdp-2 + (r) * -0x1.71547652b82fep-2)) + \
                   (r2) * (r2) * \
                           ((0x1.2776c50ef9bfep-2 + (r) * -0x1.ec709dc3a03fdp-3) + \
                                   (r2) * (0x1.a61762a7aded9p-3 + (r) * -0x1.71547652b82fep-3))))

/* x = 2^e * m, with m in [1, 2) near the centre whose logarithm is known. The exponent as it is kept becomes a double by
 * standing in the last bits of 2^52. */
double ax_log2(double x)
{
    uint64_t bits = bits_of(x);
    const struct centre *c = centre_of(bits);
    double m = of_bits((bits & MANTISSA_MASK) | ONE);
    double e = of_bits(bits >> MANTISSA_BITS | LARGE) - c->bias;
    double r = (m - c->at) * c->inverse;
    double r2 = r * r;
    return (e + c->log2) + SERIES(r, r2);
}

/* Two at a time: each in a lane of its own, by the same operations in the same order as one alone. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));
typedef uint64_t pair_bits __attribute__((vector_size(2 * sizeof(uint64_t))));

static inline void log2_of_two(double x[2])
{
    const pair_bits mantissa = {MANTISSA_MASK, MANTISSA_MASK};
    const pair_bits one = {ONE, ONE};
    const pair_bits large = {LARGE, LARGE};
    pair_bits bits;
    memcpy(&bits, x, sizeof bits);
    const struct centre *a = centre_of(bits_of(x[0]));
    const struct centre *b = centre_of(bits_of(x[1]));
    pair e = (pair)(bits >> MANTISSA_BITS | large) - (pair){a->bias, b->bias};
    pair r = ((pair)((bits & mantissa) | one) - (pair){a->at, b->at}) * (pair){a->inverse, b->inverse};
    pair r2 = r * r;
    pair result = (e + (pair){a->log2, b->log2}) + SERIES(r, r2);
    memcpy(x, &result, sizeof result);
}

void ax_log2_each(double *x, size_t count)
{
    size_t i = 0;
    for (; i + 1 < count; i += 2) {
        log2_of_two(&x[i]);
    }
    if (i < count) {
        x[i] = ax_log2(x[i]);
    }
}
