/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The explanation of a rating as a page for the manager of an enterprise: what it is, why, what would raise it, what time
 * alone will do, how long each record lasts, what it was made from. Reads ExplainRatingResponse as JSON and writes to stdout;
 * one thread. The sections stand in files of their own; all words in page_words.c.
 */
#include "services/anxin/page_words.h"
#include "services/anxin/show.h"

enum {
    AX_PAGE_RULE_LINES = 20, /* of one rule or channel that stand alone; the others are summed up */
    AX_PAGE_RECORDS = 40,
    AX_PAGE_NUMBER_SIZE = 48,
    AX_PAGE_TEXT_SIZE = 512,
    AX_PAGE_LAW_SIZE = 4096,
};

struct ax_page {
    const struct ax_cli *cli;
    const json_t *answer;
    const json_t *rating;
    bool all;            /* also facts that do not count */
    bool mark_synthetic; /* some facts are made up and some are not: then each that is says so */
};

/* `all`: also the facts that do not count. */
void ax_page_show(const struct ax_cli *cli, const json_t *answer, bool all);

/* The sections. */
void ax_page_level(const struct ax_page *page);
void ax_page_score(const struct ax_page *page);
void ax_page_expected(const struct ax_page *page);
void ax_page_raise(const struct ax_page *page);
void ax_page_time(const struct ax_page *page);
void ax_page_clocks(const struct ax_page *page);

void ax_page_head(const struct ax_page *page, enum ax_word word);
/* Either column title is long enough not to be cut. */
void ax_page_column(const struct ax_page *page, enum ax_word word, int width);
/* The member in the reader's language: name + "Zh" or "En". */
const char *ax_page_text(const struct ax_page *page, const json_t *object, const char *name);
/* Whether the level was made by any rules. */
bool ax_page_has_pack(const struct ax_page *page);
/* "12,345", "+3" */
const char *ax_page_number(long long value, bool sign, char out[AX_PAGE_NUMBER_SIZE]);
/* Millionths as "0.62", "12.3" or "1,234". */
const char *ax_page_decimal(long long micro, char out[AX_PAGE_NUMBER_SIZE]);
/* "RISK_GRADE_BBB" -> "BBB" */
const char *ax_page_grade(const json_t *object, const char *name);
/* The level in the pack's own symbols. */
const char *ax_page_symbol(const struct ax_page *page, const json_t *object);
/* "D, 59 points; score 553 BB" of a rating or a change. */
const char *ax_page_standing(const struct ax_page *page, const json_t *object, char out[AX_PAGE_TEXT_SIZE]);
/* "accident", "penalty " …, a blank behind what a name follows; "" where no word is known. */
const char *ax_page_kind(const struct ax_cli *cli, const char *kind);
/* "[made up] [objected] accident of 2026-05-03: 5 deaths, main liability" */
const char *ax_page_subject(const struct ax_page *page, const json_t *line, char out[AX_PAGE_TEXT_SIZE]);
/* A cell whose text goes on below where it is too long; returns what is left. */
const char *ax_page_cell(const char *text, int width);

struct ax_page_rest {
    const char *text;
    int column;
    int width;
};

/* The lines below a row, with what its cells have left. */
void ax_page_more(struct ax_page_rest *rests, size_t count);
/* A law, with what is said of its source, and the line's end. */
void ax_page_basis(const struct ax_page *page, const char *legal_basis, const char *provenance);
bool ax_page_is(const json_t *object, const char *name, const char *value);
