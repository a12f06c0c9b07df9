# SPDX-License-Identifier: Apache-2.0
# Of the program itself: the files that hold no command are compiled again.
set(page ${CMAKE_SOURCE_DIR}/services/anxin)
ax_test(unit_anxin_page SOURCES ${CMAKE_CURRENT_LIST_DIR}/anxin_page_test.c ${page}/page.c ${page}/page_level.c
    ${page}/page_score.c ${page}/page_time.c ${page}/page_words.c ${page}/show.c ${page}/cli.c ${page}/rules_zh.c
    DEPS ax_scoring ax_base PkgConfig::JANSSON PkgConfig::UTF8PROC LABELS unit)
