/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A fact as a plain struct: what anxin/v1/fact.proto says, with days as numbers and one body. Field comments, units and
 * sources stand in the proto; the tables in fact.c say how each is written and checked. Strings borrow: from the decoded
 * bytes or an arena. Enum values are those of the proto. Pure; any thread.
 */
#include "scoring/codec.h"
#include "scoring/day.h"
#include "scoring/uscc.h"

enum { AX_KEY_SIZE = 16 }; /* first bytes of SHA-256(source, one zero byte, reference) */

/* Numbers of the oneof members. */
enum ax_fact_kind {
    AX_FACT_NONE = 0,
    AX_FACT_ENFORCEMENT_PENALTY = 20,
    AX_FACT_ACCIDENT = 21,
    AX_FACT_INSURANCE_CLAIM = 22,
    AX_FACT_INSURANCE_POLICY = 23,
    AX_FACT_PREVENTION_SERVICE = 24,
    AX_FACT_HAZARD = 25,
    AX_FACT_INSPECTION = 26,
    AX_FACT_MONITORING_ALARM = 27,
    AX_FACT_LICENCE = 28,
    AX_FACT_CERTIFICATE = 29,
    AX_FACT_STANDARDISATION = 30,
    AX_FACT_LIST_ENTRY = 31,
    AX_FACT_EXPOSURE = 32,
    AX_FACT_OBJECTION = 33,
    AX_FACT_REPAIR = 34,
    AX_FACT_CONSENT = 35,
    AX_FACT_STATEMENT = 36,
    AX_FACT_INDICATOR = 37,
    AX_FACT_KIND_LAST = AX_FACT_INDICATOR,
};

enum ax_fact_state {
    AX_FACT_STATE_UNSPECIFIED = 0,
    AX_FACT_STATE_ACTIVE = 1,
    AX_FACT_STATE_OBJECTED = 2,
    AX_FACT_STATE_CORRECTED = 3,
    AX_FACT_STATE_REPAIRED = 4,
    AX_FACT_STATE_WITHDRAWN = 5,
    AX_FACT_STATE_EXPIRED = 6,
};

enum ax_penalty_category {
    AX_PENALTY_CATEGORY_UNSPECIFIED = 0,
    AX_PENALTY_CATEGORY_WARNING = 1,
    AX_PENALTY_CATEGORY_CRITICISM = 2,
    AX_PENALTY_CATEGORY_FINE = 3,
    AX_PENALTY_CATEGORY_CONFISCATION_OF_GAINS = 4,
    AX_PENALTY_CATEGORY_CONFISCATION_OF_PROPERTY = 5,
    AX_PENALTY_CATEGORY_LICENCE_SUSPENSION = 6,
    AX_PENALTY_CATEGORY_QUALIFICATION_DOWNGRADE = 7,
    AX_PENALTY_CATEGORY_LICENCE_REVOCATION = 8,
    AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION = 9,
    AX_PENALTY_CATEGORY_PRODUCTION_SUSPENSION = 10,
    AX_PENALTY_CATEGORY_CLOSURE = 11,
    AX_PENALTY_CATEGORY_OCCUPATION_BAN = 12,
    AX_PENALTY_CATEGORY_DETENTION = 13,
    AX_PENALTY_CATEGORY_OTHER = 14,
};

enum ax_penalty_tier {
    AX_PENALTY_TIER_UNSPECIFIED = 0,
    AX_PENALTY_TIER_MINOR = 1,
    AX_PENALTY_TIER_GENERAL = 2,
    AX_PENALTY_TIER_SERIOUS = 3,
};

enum ax_accident_grade {
    AX_ACCIDENT_GRADE_UNSPECIFIED = 0,
    AX_ACCIDENT_GRADE_GENERAL = 1,
    AX_ACCIDENT_GRADE_LARGER = 2,
    AX_ACCIDENT_GRADE_SERIOUS = 3,
    AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS = 4,
};

enum ax_liability {
    AX_LIABILITY_UNSPECIFIED = 0,
    AX_LIABILITY_NONE = 1,
    AX_LIABILITY_GENERAL = 2,
    AX_LIABILITY_MAIN = 3,
};

enum ax_accident_stage {
    AX_ACCIDENT_STAGE_UNSPECIFIED = 0,
    AX_ACCIDENT_STAGE_REPORTED = 1,
    AX_ACCIDENT_STAGE_GRADED = 2,
    AX_ACCIDENT_STAGE_INVESTIGATED = 3,
    AX_ACCIDENT_STAGE_APPROVED = 4,
    AX_ACCIDENT_STAGE_PENALISED = 5,
    AX_ACCIDENT_STAGE_EVALUATED = 6,
};

enum ax_claim_state {
    AX_CLAIM_STATE_UNSPECIFIED = 0,
    AX_CLAIM_STATE_OPEN = 1,
    AX_CLAIM_STATE_PAID = 2,
    AX_CLAIM_STATE_CLOSED_WITHOUT_PAYMENT = 3,
    AX_CLAIM_STATE_REFUSED = 4,
};

enum ax_hazard_level {
    AX_HAZARD_LEVEL_UNSPECIFIED = 0,
    AX_HAZARD_LEVEL_GENERAL = 1,
    AX_HAZARD_LEVEL_MAJOR = 2,
};

enum ax_hazard_finder {
    AX_HAZARD_FINDER_UNSPECIFIED = 0,
    AX_HAZARD_FINDER_ENTERPRISE = 1,
    AX_HAZARD_FINDER_AUTHORITY = 2,
    AX_HAZARD_FINDER_INSURER = 3,
};

enum ax_alarm_outcome {
    AX_ALARM_OUTCOME_UNSPECIFIED = 0,
    AX_ALARM_OUTCOME_CONFIRMED = 1,
    AX_ALARM_OUTCOME_NOT_CLOSED_IN_TIME = 2,
    AX_ALARM_OUTCOME_DEVICE_SWITCHED_OFF = 3,
    AX_ALARM_OUTCOME_FALSE_ALARM = 4,
};

enum ax_licence_kind {
    AX_LICENCE_KIND_UNSPECIFIED = 0,
    AX_LICENCE_KIND_WORK_SAFETY = 1,
    AX_LICENCE_KIND_HAZARDOUS_CHEMICALS = 2,
    AX_LICENCE_KIND_MINING = 3,
    AX_LICENCE_KIND_ROAD_TRANSPORT = 4,
    AX_LICENCE_KIND_CONSTRUCTION = 5,
    AX_LICENCE_KIND_OTHER = 6,
};

enum ax_licence_state {
    AX_LICENCE_STATE_UNSPECIFIED = 0,
    AX_LICENCE_STATE_VALID = 1,
    AX_LICENCE_STATE_SUSPENDED = 2,
    AX_LICENCE_STATE_REVOKED = 3,
    AX_LICENCE_STATE_EXPIRED = 4,
};

enum ax_certificate_kind {
    AX_CERTIFICATE_KIND_UNSPECIFIED = 0,
    AX_CERTIFICATE_KIND_MAIN_PERSON = 1,
    AX_CERTIFICATE_KIND_SAFETY_MANAGER = 2,
    AX_CERTIFICATE_KIND_SPECIAL_WORKER = 3,
    AX_CERTIFICATE_KIND_SAFETY_ENGINEER = 4,
};

enum ax_standardisation_level {
    AX_STANDARDISATION_LEVEL_UNSPECIFIED = 0,
    AX_STANDARDISATION_LEVEL_ONE = 1,
    AX_STANDARDISATION_LEVEL_TWO = 2,
    AX_STANDARDISATION_LEVEL_THREE = 3,
    AX_STANDARDISATION_LEVEL_NONE = 4,
};

enum ax_list_kind {
    AX_LIST_KIND_UNSPECIFIED = 0,
    AX_LIST_KIND_SERIOUS_DISHONESTY = 1,
    AX_LIST_KIND_CONSTRUCTION = 2,
    AX_LIST_KIND_TRANSPORT = 3,
    AX_LIST_KIND_SPECIAL_EQUIPMENT = 4,
    AX_LIST_KIND_FIRE = 5,
    AX_LIST_KIND_COMMENDATION = 6,
};

enum ax_outcome {
    AX_OUTCOME_UNSPECIFIED = 0,
    AX_OUTCOME_PENDING = 1,
    AX_OUTCOME_UPHELD = 2,
    AX_OUTCOME_REJECTED = 3,
};

struct ax_enforcement_penalty {
    ax_str document_number;
    ax_str authority;
    ax_str authority_code;
    uint32_t count;
    uint32_t categories; /* bit mask of enum ax_penalty_category */
    int64_t fine_fen;
    int64_t confiscation_fen;
    int32_t tier; /* enum ax_penalty_tier */
    ax_str violation_type;
    ax_str violation;
    ax_str legal_basis;
    ax_str content;
    ax_str suspended_licence;
    ax_str accident_id;
    bool multiplied_fine;
    bool unlicensed_operation;
};

struct ax_accident {
    ax_str accident_id;
    ax_str category;
    ax_str category_edition;
    uint32_t count;
    bool aggregate;
    uint32_t deaths;
    uint32_t serious_injuries;
    int64_t direct_loss_fen;
    int32_t grade; /* enum ax_accident_grade */
    uint64_t lost_workdays;
    uint32_t permanent_disabilities;
    int32_t liability; /* enum ax_liability */
    bool concealed;
    int32_t stage; /* enum ax_accident_stage */
    uint64_t restricted_workdays;
    uint32_t share_percent; /* 0 is read as 100 */
    bool contractor;
    uint32_t report_minutes;  /* 0: not stated */
    uint32_t forward_minutes; /* 0: not stated */
};

struct ax_insurance_claim {
    ax_str claim_number;
    ax_str policy_number;
    ax_str insurer;
    ax_str accident_id;
    uint32_t deaths;
    uint32_t serious_injuries;
    uint32_t minor_injuries;
    int64_t paid_fen;
    int64_t reserved_fen;
    int32_t claim_state; /* enum ax_claim_state */
    int32_t reported_on; /* day */
    int32_t closed_on;   /* day */
};

struct ax_insurance_policy {
    ax_str policy_number;
    ax_str insurer;
    int32_t covered_from;  /* day */
    int32_t covered_until; /* day */
    int64_t limit_per_death_fen;
    int64_t aggregate_limit_fen;
    uint32_t insured_heads;
    int64_t premium_fen;
    int64_t received_fen;
    int64_t prevention_spent_fen;
    uint32_t commission_ppm;
};

struct ax_prevention_service {
    ax_str service_number;
    ax_str policy_number;
    ax_str provider;
    int32_t visited_on; /* day */
    uint32_t hazards_found;
    uint32_t hazards_closed;
    bool insurer_confirmed;
    bool enterprise_confirmed;
};

struct ax_hazard {
    ax_str hazard_id;
    int32_t level;     /* enum ax_hazard_level */
    int32_t found_on;  /* day */
    int32_t due_on;    /* day */
    int32_t closed_on; /* day */
    int32_t finder;    /* enum ax_hazard_finder */
    bool supervised;
    bool produced_meanwhile;
};

struct ax_inspection {
    ax_str document_number;
    ax_str authority;
    uint32_t findings;
    uint32_t major_findings;
    bool corrected;
};

struct ax_monitoring_alarm {
    ax_str alarm_id;
    ax_str system;
    int32_t outcome;   /* enum ax_alarm_outcome */
    int32_t closed_on; /* day */
};

struct ax_licence {
    ax_str licence_number;
    ax_str document_number;
    ax_str authority;
    ax_str authority_code;
    int32_t kind;          /* enum ax_licence_kind */
    int32_t licence_state; /* enum ax_licence_state */
    int32_t valid_from;    /* day */
    int32_t valid_until;   /* day */
};

struct ax_certificate {
    ax_str certificate_hash;
    int32_t kind;        /* enum ax_certificate_kind */
    int32_t valid_from;  /* day */
    int32_t valid_until; /* day */
    uint32_t count;
};

struct ax_standardisation {
    int32_t level;       /* enum ax_standardisation_level */
    int32_t valid_from;  /* day */
    int32_t valid_until; /* day */
    ax_str authority;
};

struct ax_list_entry {
    int32_t list; /* enum ax_list_kind */
    ax_str condition;
    ax_str authority;
    ax_str document_number;
    int32_t listed_from;  /* day */
    int32_t listed_until; /* day */
    int32_t removed_on;   /* day */
};

struct ax_exposure {
    int32_t period_from;  /* day */
    int32_t period_until; /* day */
    uint64_t employees;
    uint64_t labour_hours;
    uint64_t output;
    ax_str output_unit;
    uint64_t vehicles;
    int64_t contract_price_fen;
};

struct ax_objection {
    ax_str target_source;
    ax_str target_reference;
    ax_str grounds;
    int32_t filed_on; /* day */
    int32_t due_on;   /* day */
    int32_t outcome;  /* enum ax_outcome */
    ax_str decided_by;
};

struct ax_repair {
    ax_str target_source;
    ax_str target_reference;
    int32_t requested_on; /* day */
    int32_t due_on;       /* day */
    int32_t outcome;      /* enum ax_outcome */
    ax_str decided_by;
};

struct ax_consent {
    ax_str grantee;
    ax_str purpose;
    int32_t valid_from;  /* day */
    int32_t valid_until; /* day */
    bool revoked;
};

struct ax_statement {
    ax_str target_source;
    ax_str target_reference;
    ax_str text;
};

struct ax_indicator {
    ax_str scheme;
    ax_str item;
    int64_t value_milli;
    bool not_applicable;
    int32_t period_from;  /* day */
    int32_t period_until; /* day */
    ax_str authority;
};

struct ax_fact {
    ax_str source;
    ax_str reference;
    int64_t revision;
    ax_str enterprise;
    ax_str previous_enterprise;
    ax_str enterprise_name;
    ax_str site;
    ax_str region;
    ax_str industry;
    ax_str industry_edition;
    int32_t occurred_on;   /* day */
    int32_t decided_on;    /* day */
    int32_t publish_until; /* day */
    int32_t use_until;     /* day */
    int32_t state;         /* enum ax_fact_state */
    ax_str jurisdiction;
    bool synthetic;
    int64_t known_at_us;
    int32_t kind; /* enum ax_fact_kind: which body is set */
    union {
        struct ax_enforcement_penalty enforcement_penalty;
        struct ax_accident accident;
        struct ax_insurance_claim insurance_claim;
        struct ax_insurance_policy insurance_policy;
        struct ax_prevention_service prevention_service;
        struct ax_hazard hazard;
        struct ax_inspection inspection;
        struct ax_monitoring_alarm monitoring_alarm;
        struct ax_licence licence;
        struct ax_certificate certificate;
        struct ax_standardisation standardisation;
        struct ax_list_entry list_entry;
        struct ax_exposure exposure;
        struct ax_objection objection;
        struct ax_repair repair;
        struct ax_consent consent;
        struct ax_statement statement;
        struct ax_indicator indicator;
    };
};

extern const struct ax_message ax_fact_message;

/* Everything absent. */
void ax_fact_init(struct ax_fact *fact);
/* Makes it a fact of that kind, whose own part then says nothing. */
void ax_fact_set_kind(struct ax_fact *fact, int32_t kind);
/* The whole of what the tables, the law and this house say about the form of a fact that ingest may take. `today` bounds
 * occurred_on (not after today). Says field, value and rule. */
ax_rc ax_fact_check(const struct ax_fact *fact, int32_t today, struct ax_err *err) AX_MUST_CHECK;
/* The bytes that the digest is made of: the canonical encoding without known_at_us. */
void ax_fact_canonical(const struct ax_fact *fact, struct ax_buf *out);
/* The bytes that the key is made of. */
void ax_fact_key_bytes(const struct ax_fact *fact, struct ax_buf *out);
ax_rc ax_fact_decode(ax_str canonical, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
enum { /* 国务院令第493号 arts. 9 and 11: one hour, and two for each level */
    AX_ACCIDENT_REPORT_MINUTES_MAX = 60,
    AX_ACCIDENT_FORWARD_MINUTES_MAX = 120,
};
const char *ax_fact_kind_name(int32_t kind); /* "enforcement_penalty" */
/* 国务院令第493号 art. 3 on three measures, and the authority's own grade where that is higher; 0 for an aggregate. */
int32_t ax_accident_grade_counted(const struct ax_accident *accident);

/* A record of anxin.facts.v1 (message FactRecord): the version, known_at and the canonical fact. */
enum { AX_FACT_RECORD_VERSION = 1 };
void ax_fact_record_encode(ax_str canonical, int64_t known_at_us, struct ax_buf *out);
/* Borrowed from `record`. AX_UNSUPPORTED for a version that is newer than this program. */
ax_rc ax_fact_record_decode(ax_str record, ax_str *canonical, int64_t *known_at_us, struct ax_err *err) AX_MUST_CHECK;
