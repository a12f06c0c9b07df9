/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How answers look to people: ratings in columns, words for levels; an explanation is page.h. Borrowed JSON; one thread. */
#include "services/anxin/cli.h"

#include <jansson.h>

/* Text of a member, "" where absent; numbers as text in a buffer of the caller's where asked for. */
const char *ax_show_text(const json_t *object, const char *name);
long long ax_show_number(const json_t *object, const char *name);
/* "LEVEL_A1" -> "A1"; unrated in the reader's language. */
const char *ax_show_level(const struct ax_cli *cli, const char *name);
/* 优秀 / excellent … */
const char *ax_show_class(const struct ax_cli *cli, const char *level);
enum { AX_SHOW_RISK_SIZE = 32, AX_SHOW_PART_SIZE = 1024 };
/* The risk score and its grade: "642 A", "NR", "–". */
void ax_show_risk(const json_t *rating, char *out, size_t size);
enum { AX_SHOW_INSTANT_SIZE = 40 };
/* Up to when a rating's facts were known, as "2026-01-31 08:00:00 UTC+8"; false: it is made of all. */
bool ax_show_known_at(const json_t *rating, char out[AX_SHOW_INSTANT_SIZE]);
void ax_show_json_line(const json_t *object);
/* Columns as wide as a terminal shows them (Chinese characters are two wide). */
void ax_show_cell(const char *text, int width);
/* As much of the text as fits into `width` - 2 columns, broken at a blank where there is one, into `out`, and how wide it is;
 * returns what is left. */
const char *ax_show_part(const char *text, int width, char out[AX_SHOW_PART_SIZE], int *used);
/* A legal basis without what this house remarks in the other language: packs write "…; 本项目: … (ours: …)". */
const char *ax_show_law(const struct ax_cli *cli, const char *basis, char *out, size_t size);
/* Whether such a text says itself what of it this house set. */
bool ax_show_says_ours(const char *law);
void ax_show_rating_head(const struct ax_cli *cli);
void ax_show_rating_row(const struct ax_cli *cli, const json_t *rating);
void ax_show_rating(const struct ax_cli *cli, const json_t *rating);
/* Parts per million as a number with four decimals, half up. */
void ax_show_ratio(long long ppm, char *out, size_t size);
/* 分 as yuan with two decimals. */
void ax_show_yuan(long long fen, char *out, size_t size);
/* A line for each item of what is missing or to be noted, with its law, behind `head`. */
void ax_show_notes(const struct ax_cli *cli, const json_t *items, const char *head);
