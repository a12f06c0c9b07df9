/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/tariff_file.h"

#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_place.h"
#include "services/lib/pack/pack_text.h"
#include "services/lib/pack/yaml_rows.h"

struct value_text {
    uint32_t ppm;
    char *legal_basis;
    int32_t provenance;
};

struct base_text {
    char *id;
    char *title_zh;
    char *title_en;
    char **industries;
    uint32_t industries_count;
    int32_t unit;
    uint64_t over;
    uint64_t up_to;
    int64_t limit_per_death_fen;
    char **options;
    uint32_t options_count;
    uint32_t rate_ppm;
    uint32_t rate_of_limit_ppm;
    int64_t fen_per_unit;
    int64_t fen_per_unit_max;
    int64_t fen;
    int64_t fen_max;
    int64_t aggregate_limit_fen;
    char *legal_basis;
    int32_t provenance;
};

struct option_text {
    char *id;
    char *title_zh;
    char *title_en;
    struct value_text value;
};

struct loss_band_text {
    uint32_t ratio_up_to_ppm;
    struct value_text value;
};

struct floor_text {
    char *effective_from;
    int64_t fen;
    char *legal_basis;
    int32_t provenance;
};

struct root_text {
    struct ax_pack_head head;
    struct base_text *bases;
    uint32_t bases_count;
    struct {
        uint32_t months;
        struct value_text cases[AX_TARIFF_ACCIDENTS];
    } accident;
    struct value_text standardisation[AX_TARIFF_STANDARDS];
    struct value_text credit[AX_TARIFF_LEVELS];
    struct value_text listed;
    struct value_text award;
    struct {
        uint32_t months;
        int64_t large_loss_cap_fen;
        char *large_loss_basis;
        struct loss_band_text *bands;
        uint32_t bands_count;
    } loss;
    struct option_text *options;
    uint32_t options_count;
    struct {
        struct value_text value;
        char *portfolio;
    } off_balance;
    struct {
        uint32_t min_ppm;
        uint32_t max_ppm;
        char *legal_basis;
        int32_t provenance;
    } clamp;
    int64_t default_limit_fen;
    struct floor_text *floors;
    uint32_t floors_count;
};

#define INSIDE(key, flags, owner, member, fields) CYAML_FIELD_MAPPING(key, flags, struct owner, member, fields)
#define VALUE(key, member) CYAML_FIELD_MAPPING(key, AX_YAML_MUST, struct root_text, member, value_fields)

static const cyaml_strval_t units[] = {{"heads", AX_TARIFF_UNIT_HEADS},
        {"contract_price", AX_TARIFF_UNIT_CONTRACT_PRICE}, {"vehicles", AX_TARIFF_UNIT_VEHICLES},
        {"licence", AX_TARIFF_UNIT_LICENCE}};

static const cyaml_schema_field_t value_fields[] = {
        AX_YAML_AMOUNT("ppm", AX_YAML_MUST, value_text, ppm),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, value_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, value_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t base_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, base_text, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, base_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, base_text, title_en),
        AX_YAML_WORDS("industries", AX_YAML_MAY, base_text, industries),
        AX_YAML_CHOICE("unit", AX_YAML_MUST, base_text, unit, units),
        AX_YAML_AMOUNT("over", AX_YAML_MAY, base_text, over),
        AX_YAML_AMOUNT("up_to", AX_YAML_MAY, base_text, up_to),
        AX_YAML_NUMBER("limit_per_death_fen", AX_YAML_MAY, base_text, limit_per_death_fen),
        AX_YAML_WORDS("options", AX_YAML_MAY, base_text, options),
        AX_YAML_AMOUNT("rate_ppm", AX_YAML_MAY, base_text, rate_ppm),
        AX_YAML_AMOUNT("rate_of_limit_ppm", AX_YAML_MAY, base_text, rate_of_limit_ppm),
        AX_YAML_NUMBER("fen_per_unit", AX_YAML_MAY, base_text, fen_per_unit),
        AX_YAML_NUMBER("fen_per_unit_max", AX_YAML_MAY, base_text, fen_per_unit_max),
        AX_YAML_NUMBER("fen", AX_YAML_MAY, base_text, fen),
        AX_YAML_NUMBER("fen_max", AX_YAML_MAY, base_text, fen_max),
        AX_YAML_NUMBER("aggregate_limit_fen", AX_YAML_MAY, base_text, aggregate_limit_fen),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, base_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, base_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t base_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct base_text, base_fields)};

static const cyaml_schema_field_t option_fields[] = {
        AX_YAML_TEXT("id", AX_YAML_MUST, option_text, id),
        AX_YAML_TEXT("title_zh", AX_YAML_MUST, option_text, title_zh),
        AX_YAML_TEXT("title_en", AX_YAML_MUST, option_text, title_en),
        INSIDE("value", AX_YAML_MAY, option_text, value, value_fields),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t option_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct option_text, option_fields)};

static const cyaml_schema_field_t loss_band_fields[] = {
        AX_YAML_AMOUNT("ratio_up_to_ppm", AX_YAML_MAY, loss_band_text, ratio_up_to_ppm),
        INSIDE("value", AX_YAML_MUST, loss_band_text, value, value_fields),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t loss_band_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct loss_band_text, loss_band_fields)};

static const cyaml_schema_field_t floor_fields[] = {
        AX_YAML_TEXT("effective_from", AX_YAML_MUST, floor_text, effective_from),
        AX_YAML_NUMBER("fen", AX_YAML_MUST, floor_text, fen),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, floor_text, legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, floor_text, provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t floor_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct floor_text, floor_fields)};

static const cyaml_schema_field_t accident_fields[] = {
        AX_YAML_AMOUNT("months", AX_YAML_MUST, root_text, accident.months),
        VALUE("none", accident.cases[AX_TARIFF_ACCIDENT_NONE]),
        VALUE("general", accident.cases[AX_TARIFF_ACCIDENT_GENERAL]),
        VALUE("larger", accident.cases[AX_TARIFF_ACCIDENT_LARGER]),
        VALUE("serious", accident.cases[AX_TARIFF_ACCIDENT_SERIOUS]),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t standard_fields[] = {
        VALUE("missing", standardisation[AX_STANDARDISATION_LEVEL_UNSPECIFIED]),
        VALUE("one", standardisation[AX_STANDARDISATION_LEVEL_ONE]),
        VALUE("two", standardisation[AX_STANDARDISATION_LEVEL_TWO]),
        VALUE("three", standardisation[AX_STANDARDISATION_LEVEL_THREE]),
        VALUE("none", standardisation[AX_STANDARDISATION_LEVEL_NONE]),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t credit_fields[] = {
        VALUE("A1", credit[AX_LEVEL_A1]),
        VALUE("A2", credit[AX_LEVEL_A2]),
        VALUE("B1", credit[AX_LEVEL_B1]),
        VALUE("B2", credit[AX_LEVEL_B2]),
        VALUE("B3", credit[AX_LEVEL_B3]),
        VALUE("C1", credit[AX_LEVEL_C1]),
        VALUE("C2", credit[AX_LEVEL_C2]),
        VALUE("C3", credit[AX_LEVEL_C3]),
        VALUE("D", credit[AX_LEVEL_D]),
        VALUE("unrated", credit[AX_LEVEL_UNRATED]),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t loss_fields[] = {
        AX_YAML_AMOUNT("months", AX_YAML_MUST, root_text, loss.months),
        AX_YAML_NUMBER("large_loss_cap_fen", AX_YAML_MUST, root_text, loss.large_loss_cap_fen),
        AX_YAML_TEXT("large_loss_basis", AX_YAML_MUST, root_text, loss.large_loss_basis),
        AX_YAML_ROWS("bands", AX_YAML_MAY, root_text, loss.bands, &loss_band_value, 1, AX_TARIFF_LOSS_BANDS_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t off_balance_fields[] = {
        VALUE("value", off_balance.value),
        AX_YAML_TEXT("portfolio", AX_YAML_MUST, root_text, off_balance.portfolio),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t clamp_fields[] = {
        AX_YAML_AMOUNT("min_ppm", AX_YAML_MUST, root_text, clamp.min_ppm),
        AX_YAML_AMOUNT("max_ppm", AX_YAML_MUST, root_text, clamp.max_ppm),
        AX_YAML_TEXT("legal_basis", AX_YAML_MAY, root_text, clamp.legal_basis),
        AX_YAML_CHOICE("provenance", AX_YAML_MUST, root_text, clamp.provenance, ax_yaml_provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t root_fields[] = {
        AX_YAML_HEAD(root_text, "legal_basis"),
        AX_YAML_ROWS("bases", AX_YAML_MAY, root_text, bases, &base_value, 0, AX_TARIFF_BASES_MAX),
        AX_YAML_INNER("accident", AX_YAML_MAY, root_text, accident_fields),
        AX_YAML_INNER("standardisation", AX_YAML_MAY, root_text, standard_fields),
        AX_YAML_INNER("credit", AX_YAML_MAY, root_text, credit_fields),
        INSIDE("listed", AX_YAML_MAY, root_text, listed, value_fields),
        INSIDE("award", AX_YAML_MAY, root_text, award, value_fields),
        AX_YAML_INNER("loss", AX_YAML_MAY, root_text, loss_fields),
        AX_YAML_ROWS("options", AX_YAML_MAY, root_text, options, &option_value, 0, AX_TARIFF_OPTIONS_MAX),
        AX_YAML_INNER("off_balance", AX_YAML_MUST, root_text, off_balance_fields),
        AX_YAML_INNER("clamp", AX_YAML_MUST, root_text, clamp_fields),
        AX_YAML_NUMBER("default_limit_fen", AX_YAML_MAY, root_text, default_limit_fen),
        AX_YAML_ROWS("floors", AX_YAML_MAY, root_text, floors, &floor_value, 0, AX_TARIFF_FLOORS_MAX),
        CYAML_FIELD_END,
};
const cyaml_schema_value_t ax_tariff_root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct root_text, root_fields)};

struct building {
    struct ax_pack_text *text;
    const struct root_text *root;
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_tariff *tariff;
    struct ax_err *err;
};

/* About a key of the entry with this id, else of the file's own; without a value what the file says there. */
static ax_rc broken(const struct building *b, const char *key, const char *id, const char *value, const char *why)
{
    struct ax_pack_place at;
    ax_pack_place_find(b->yaml, id, 0, key, value, &at);
    return ax_pack_place_fail(&at, b->name, id, key, why, b->err);
}

static struct ax_tariff_value value_of(const struct value_text *t)
{
    return (struct ax_tariff_value){t->ppm, ax_str_c(t->legal_basis), (enum ax_provenance)t->provenance};
}

static ax_rc options_of(const struct building *b, const struct base_text *t, uint32_t *mask)
{
    *mask = 0;
    for (uint32_t i = 0; i < t->options_count; i++) {
        uint32_t at = 0;
        while (at < b->root->options_count && strcmp(b->root->options[at].id, t->options[i]) != 0) {
            at++;
        }
        if (at == b->root->options_count) {
            return broken(b, "options", t->id, t->options[i], "must be options of the tariff");
        }
        *mask |= UINT32_C(1) << at;
    }
    return AX_RC(OK);
}

static ax_rc build_bases(const struct building *b)
{
    struct ax_tariff *t = b->tariff;
    t->base_count = b->root->bases_count;
    t->bases = ax_pack_text_alloc(b->text, t->base_count * sizeof *t->bases);
    for (size_t i = 0; i < t->base_count; i++) {
        const struct base_text *x = &b->root->bases[i];
        t->bases[i] = (struct ax_tariff_base){
                .id = ax_str_c(x->id),
                .title_zh = ax_str_c(x->title_zh),
                .title_en = ax_str_c(x->title_en),
                .industries = ax_pack_strs(b->text, x->industries, x->industries_count),
                .unit = (enum ax_tariff_unit)x->unit,
                .over = x->over,
                .up_to = x->up_to,
                .limit_per_death_fen = x->limit_per_death_fen,
                .rate_ppm = x->rate_ppm,
                .rate_of_limit_ppm = x->rate_of_limit_ppm,
                .fen_per_unit = x->fen_per_unit,
                .fen_per_unit_max = x->fen_per_unit_max,
                .fen = x->fen,
                .fen_max = x->fen_max,
                .aggregate_limit_fen = x->aggregate_limit_fen,
                .legal_basis = ax_str_c(x->legal_basis),
                .provenance = (enum ax_provenance)x->provenance,
        };
        AX_TRY(options_of(b, x, &t->bases[i].options));
    }
    return AX_RC(OK);
}

static void build_factors(const struct building *b)
{
    const struct root_text *r = b->root;
    struct ax_tariff *t = b->tariff;
    t->accident_months = r->accident.months > AX_PACK_MONTHS_MAX ? 0 : (int32_t)r->accident.months;
    for (size_t i = 0; i < AX_TARIFF_ACCIDENTS; i++) {
        t->accident[i] = value_of(&r->accident.cases[i]);
    }
    for (size_t i = 0; i < AX_TARIFF_STANDARDS; i++) {
        t->standardisation[i] = value_of(&r->standardisation[i]);
    }
    for (size_t i = 0; i < AX_TARIFF_LEVELS; i++) {
        t->credit[i] = value_of(&r->credit[i]);
    }
    t->listed = value_of(&r->listed);
    t->award = value_of(&r->award);
    t->loss_months = r->loss.months > AX_PACK_MONTHS_MAX ? 0 : (int32_t)r->loss.months;
    t->large_loss_cap_fen = r->loss.large_loss_cap_fen;
    t->large_loss_basis = ax_str_c(r->loss.large_loss_basis);
    t->loss_count = r->loss.bands_count;
    t->loss = ax_pack_text_alloc(b->text, t->loss_count * sizeof *t->loss);
    for (size_t i = 0; i < t->loss_count; i++) {
        t->loss[i] = (struct ax_tariff_loss_band){r->loss.bands[i].ratio_up_to_ppm, value_of(&r->loss.bands[i].value)};
    }
    t->option_count = r->options_count;
    t->options = ax_pack_text_alloc(b->text, t->option_count * sizeof *t->options);
    for (size_t i = 0; i < t->option_count; i++) {
        const struct option_text *o = &r->options[i];
        t->options[i] = (struct ax_tariff_option){
                ax_str_c(o->id), ax_str_c(o->title_zh), ax_str_c(o->title_en), value_of(&o->value)};
    }
    t->off_balance = value_of(&r->off_balance.value);
    t->off_balance_portfolio = ax_str_c(r->off_balance.portfolio);
    t->clamp_min_ppm = r->clamp.min_ppm;
    t->clamp_max_ppm = r->clamp.max_ppm;
    t->clamp_basis = ax_str_c(r->clamp.legal_basis);
    t->clamp_provenance = (enum ax_provenance)r->clamp.provenance;
}

static ax_rc build_floors(const struct building *b)
{
    struct ax_tariff *t = b->tariff;
    t->floor_count = b->root->floors_count;
    t->floors = ax_pack_text_alloc(b->text, t->floor_count * sizeof *t->floors);
    for (size_t i = 0; i < t->floor_count; i++) {
        const struct floor_text *x = &b->root->floors[i];
        t->floors[i] = (struct ax_tariff_floor){.fen = x->fen,
                .legal_basis = ax_str_c(x->legal_basis),
                .provenance = (enum ax_provenance)x->provenance};
        if (!ax_pack_day(x->effective_from, &t->floors[i].effective_from)) {
            return broken(b, "floors", "", x->effective_from, "must be a day of the calendar, YYYY-MM-DD");
        }
    }
    return AX_RC(OK);
}

static void note_new(const struct building *b)
{
    struct ax_err inner;
    struct ax_err fault;
    struct building at = *b;
    at.err = &fault;
    if (!ax_ok(ax_tariff_check_new(b->tariff, &inner)) &&
            !ax_ok(broken(&at, inner.field, inner.value, NULL, inner.text))) {
        ax_pack_text_note_new(b->text, &fault);
    }
}

static ax_rc build(const struct building *b)
{
    const struct ax_pack_head *head = &b->root->head;
    struct ax_tariff *t = b->tariff;
    *t = (struct ax_tariff){
            .id = ax_str_c(head->id),
            .title_zh = ax_str_c(head->title_zh),
            .title_en = ax_str_c(head->title_en),
            .legal_basis = ax_str_c(head->basis),
            .provenance = (enum ax_provenance)head->provenance,
            .default_limit_fen = b->root->default_limit_fen,
    };
    struct ax_err inner;
    ax_rc rc = ax_pack_head_scope(b->text, head, &t->scope, &inner);
    if (!ax_ok(rc)) {
        return broken(b, inner.field, "", inner.value, inner.text);
    }
    AX_TRY(build_bases(b));
    build_factors(b);
    AX_TRY(build_floors(b));
    rc = ax_tariff_compile(t, &inner);
    if (ax_ok(rc)) {
        note_new(b);
    }
    char *key = ax_ok(rc) ? NULL : strchr(inner.field, '.');
    if (key != NULL) { /* "accident.general", and what it says */
        *key++ = '\0';
        return broken(b, key, inner.field, inner.value, inner.text);
    }
    return ax_ok(rc) ? rc : broken(b, inner.field, inner.value, NULL, inner.text);
}

ax_rc ax_tariff_parse(
        const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_tariff *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .tariff = out, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_tariff_root_value, &b.text, err));
    b.root = ax_pack_text_root(b.text);
    return ax_pack_settle(build(&b), b.text, texts);
}
