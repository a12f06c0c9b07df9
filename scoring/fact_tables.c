/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the facts of anxin/v1/fact.proto are written and what each field may hold: largest lengths in characters (双公示:
 * 发改办财金〔2018〕424号 where it says one, else ours), largest enum values, what must be given.
 */
#include "scoring/fact.h"

#define TABLE(message_name, struct_name, fields) \
    { \
        (message_name), (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(struct_name) \
    }

static const struct ax_field enforcement_penalty_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, document_number), 0, 128, "document_number", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, authority), 0, 255, "authority", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, authority_code), 0, 18, "authority_code", NULL},
        {4, AX_T_U32, 0, offsetof(struct ax_enforcement_penalty, count), 0, 0, "count", NULL},
        {5, AX_T_ENUM_SET, 0, offsetof(struct ax_enforcement_penalty, categories), 0, 14, "categories", NULL},
        {6, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_enforcement_penalty, fine_fen), 0, 0, "fine_fen", NULL},
        {7, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_enforcement_penalty, confiscation_fen), 0, 0,
                "confiscation_fen", NULL},
        {8, AX_T_ENUM, 0, offsetof(struct ax_enforcement_penalty, tier), 0, 3, "tier", NULL},
        {9, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, violation_type), 0, 2000, "violation_type", NULL},
        {10, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, violation), 0, 5000, "violation", NULL},
        {11, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, legal_basis), 0, 2048, "legal_basis", NULL},
        {12, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, content), 0, 4000, "content", NULL},
        {13, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, suspended_licence), 0, 200, "suspended_licence",
                NULL},
        {14, AX_T_STR, 0, offsetof(struct ax_enforcement_penalty, accident_id), 0, 128, "accident_id", NULL},
        {15, AX_T_BOOL, 0, offsetof(struct ax_enforcement_penalty, multiplied_fine), 0, 0, "multiplied_fine", NULL},
        {16, AX_T_BOOL, 0, offsetof(struct ax_enforcement_penalty, unlicensed_operation), 0, 0, "unlicensed_operation",
                NULL},
};
static const struct ax_message enforcement_penalty_message =
        TABLE("EnforcementPenalty", struct ax_enforcement_penalty, enforcement_penalty_fields);

static const struct ax_field accident_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_accident, accident_id), 0, 128, "accident_id", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_accident, category), 0, 8, "category", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_accident, category_edition), 0, 4, "category_edition", NULL},
        {4, AX_T_U32, 0, offsetof(struct ax_accident, count), 0, 0, "count", NULL},
        {5, AX_T_BOOL, 0, offsetof(struct ax_accident, aggregate), 0, 0, "aggregate", NULL},
        {6, AX_T_U32, 0, offsetof(struct ax_accident, deaths), 0, 0, "deaths", NULL},
        {7, AX_T_U32, 0, offsetof(struct ax_accident, serious_injuries), 0, 0, "serious_injuries", NULL},
        {8, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_accident, direct_loss_fen), 0, 0, "direct_loss_fen", NULL},
        {9, AX_T_ENUM, 0, offsetof(struct ax_accident, grade), 0, 4, "grade", NULL},
        {10, AX_T_U64, 0, offsetof(struct ax_accident, lost_workdays), 0, 0, "lost_workdays", NULL},
        {11, AX_T_U32, 0, offsetof(struct ax_accident, permanent_disabilities), 0, 0, "permanent_disabilities", NULL},
        {12, AX_T_ENUM, 0, offsetof(struct ax_accident, liability), 0, 3, "liability", NULL},
        {13, AX_T_BOOL, 0, offsetof(struct ax_accident, concealed), 0, 0, "concealed", NULL},
        {14, AX_T_ENUM, 0, offsetof(struct ax_accident, stage), 0, 6, "stage", NULL},
        {15, AX_T_U64, 0, offsetof(struct ax_accident, restricted_workdays), 0, 0, "restricted_workdays", NULL},
        {16, AX_T_U32, 0, offsetof(struct ax_accident, share_percent), 0, 0, "share_percent", NULL},
        {17, AX_T_BOOL, 0, offsetof(struct ax_accident, contractor), 0, 0, "contractor", NULL},
        {18, AX_T_U32, 0, offsetof(struct ax_accident, report_minutes), 0, 0, "report_minutes", NULL},
        {19, AX_T_U32, 0, offsetof(struct ax_accident, forward_minutes), 0, 0, "forward_minutes", NULL},
};
static const struct ax_message accident_message = TABLE("Accident", struct ax_accident, accident_fields);

static const struct ax_field insurance_claim_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_insurance_claim, claim_number), 0, 128, "claim_number", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_insurance_claim, policy_number), 0, 128, "policy_number", NULL},
        {3, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_insurance_claim, insurer), 0, 18, "insurer", NULL},
        {4, AX_T_STR, 0, offsetof(struct ax_insurance_claim, accident_id), 0, 128, "accident_id", NULL},
        {5, AX_T_U32, 0, offsetof(struct ax_insurance_claim, deaths), 0, 0, "deaths", NULL},
        {6, AX_T_U32, 0, offsetof(struct ax_insurance_claim, serious_injuries), 0, 0, "serious_injuries", NULL},
        {7, AX_T_U32, 0, offsetof(struct ax_insurance_claim, minor_injuries), 0, 0, "minor_injuries", NULL},
        {8, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_claim, paid_fen), 0, 0, "paid_fen", NULL},
        {9, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_claim, reserved_fen), 0, 0, "reserved_fen", NULL},
        {10, AX_T_ENUM, 0, offsetof(struct ax_insurance_claim, claim_state), 0, 4, "claim_state", NULL},
        {11, AX_T_DATE, 0, offsetof(struct ax_insurance_claim, reported_on), 0, 0, "reported_on", NULL},
        {12, AX_T_DATE, 0, offsetof(struct ax_insurance_claim, closed_on), 0, 0, "closed_on", NULL},
};
static const struct ax_message insurance_claim_message =
        TABLE("InsuranceClaim", struct ax_insurance_claim, insurance_claim_fields);

static const struct ax_field insurance_policy_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_insurance_policy, policy_number), 0, 128, "policy_number",
                NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_insurance_policy, insurer), 0, 18, "insurer", NULL},
        {3, AX_T_DATE, AX_F_REQUIRED, offsetof(struct ax_insurance_policy, covered_from), 0, 0, "covered_from", NULL},
        {4, AX_T_DATE, AX_F_REQUIRED, offsetof(struct ax_insurance_policy, covered_until), 0, 0, "covered_until", NULL},
        {5, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_policy, limit_per_death_fen), 0, 0,
                "limit_per_death_fen", NULL},
        {6, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_policy, aggregate_limit_fen), 0, 0,
                "aggregate_limit_fen", NULL},
        {7, AX_T_U32, 0, offsetof(struct ax_insurance_policy, insured_heads), 0, 0, "insured_heads", NULL},
        {8, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_policy, premium_fen), 0, 0, "premium_fen", NULL},
        {9, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_policy, received_fen), 0, 0, "received_fen",
                NULL},
        {10, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_insurance_policy, prevention_spent_fen), 0, 0,
                "prevention_spent_fen", NULL},
        {11, AX_T_U32, 0, offsetof(struct ax_insurance_policy, commission_ppm), 0, 0, "commission_ppm", NULL},
};
static const struct ax_message insurance_policy_message =
        TABLE("InsurancePolicy", struct ax_insurance_policy, insurance_policy_fields);

static const struct ax_field prevention_service_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_prevention_service, service_number), 0, 128, "service_number",
                NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_prevention_service, policy_number), 0, 128, "policy_number", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_prevention_service, provider), 0, 200, "provider", NULL},
        {4, AX_T_DATE, AX_F_REQUIRED, offsetof(struct ax_prevention_service, visited_on), 0, 0, "visited_on", NULL},
        {5, AX_T_U32, 0, offsetof(struct ax_prevention_service, hazards_found), 0, 0, "hazards_found", NULL},
        {6, AX_T_U32, 0, offsetof(struct ax_prevention_service, hazards_closed), 0, 0, "hazards_closed", NULL},
        {7, AX_T_BOOL, 0, offsetof(struct ax_prevention_service, insurer_confirmed), 0, 0, "insurer_confirmed", NULL},
        {8, AX_T_BOOL, 0, offsetof(struct ax_prevention_service, enterprise_confirmed), 0, 0, "enterprise_confirmed",
                NULL},
};
static const struct ax_message prevention_service_message =
        TABLE("PreventionService", struct ax_prevention_service, prevention_service_fields);

static const struct ax_field hazard_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_hazard, hazard_id), 0, 128, "hazard_id", NULL},
        {2, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_hazard, level), 0, 2, "level", NULL},
        {3, AX_T_DATE, 0, offsetof(struct ax_hazard, found_on), 0, 0, "found_on", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_hazard, due_on), 0, 0, "due_on", NULL},
        {5, AX_T_DATE, 0, offsetof(struct ax_hazard, closed_on), 0, 0, "closed_on", NULL},
        {6, AX_T_ENUM, 0, offsetof(struct ax_hazard, finder), 0, 3, "finder", NULL},
        {7, AX_T_BOOL, 0, offsetof(struct ax_hazard, supervised), 0, 0, "supervised", NULL},
        {8, AX_T_BOOL, 0, offsetof(struct ax_hazard, produced_meanwhile), 0, 0, "produced_meanwhile", NULL},
};
static const struct ax_message hazard_message = TABLE("Hazard", struct ax_hazard, hazard_fields);

static const struct ax_field inspection_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_inspection, document_number), 0, 128, "document_number", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_inspection, authority), 0, 255, "authority", NULL},
        {3, AX_T_U32, 0, offsetof(struct ax_inspection, findings), 0, 0, "findings", NULL},
        {4, AX_T_U32, 0, offsetof(struct ax_inspection, major_findings), 0, 0, "major_findings", NULL},
        {5, AX_T_BOOL, 0, offsetof(struct ax_inspection, corrected), 0, 0, "corrected", NULL},
};
static const struct ax_message inspection_message = TABLE("Inspection", struct ax_inspection, inspection_fields);

static const struct ax_field monitoring_alarm_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_monitoring_alarm, alarm_id), 0, 128, "alarm_id", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_monitoring_alarm, system), 0, 128, "system", NULL},
        {3, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_monitoring_alarm, outcome), 0, 4, "outcome", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_monitoring_alarm, closed_on), 0, 0, "closed_on", NULL},
};
static const struct ax_message monitoring_alarm_message =
        TABLE("MonitoringAlarm", struct ax_monitoring_alarm, monitoring_alarm_fields);

static const struct ax_field licence_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_licence, licence_number), 0, 128, "licence_number", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_licence, document_number), 0, 128, "document_number", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_licence, authority), 0, 255, "authority", NULL},
        {4, AX_T_STR, 0, offsetof(struct ax_licence, authority_code), 0, 18, "authority_code", NULL},
        {5, AX_T_ENUM, 0, offsetof(struct ax_licence, kind), 0, 6, "kind", NULL},
        {6, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_licence, licence_state), 0, 4, "licence_state", NULL},
        {7, AX_T_DATE, 0, offsetof(struct ax_licence, valid_from), 0, 0, "valid_from", NULL},
        {8, AX_T_DATE, 0, offsetof(struct ax_licence, valid_until), 0, 0, "valid_until", NULL},
};
static const struct ax_message licence_message = TABLE("Licence", struct ax_licence, licence_fields);

static const struct ax_field certificate_fields[] = {
        {1, AX_T_STR, 0, offsetof(struct ax_certificate, certificate_hash), 0, 128, "certificate_hash", NULL},
        {2, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_certificate, kind), 0, 4, "kind", NULL},
        {3, AX_T_DATE, 0, offsetof(struct ax_certificate, valid_from), 0, 0, "valid_from", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_certificate, valid_until), 0, 0, "valid_until", NULL},
        {5, AX_T_U32, 0, offsetof(struct ax_certificate, count), 0, 0, "count", NULL},
};
static const struct ax_message certificate_message = TABLE("Certificate", struct ax_certificate, certificate_fields);

static const struct ax_field standardisation_fields[] = {
        {1, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_standardisation, level), 0, 4, "level", NULL},
        {2, AX_T_DATE, 0, offsetof(struct ax_standardisation, valid_from), 0, 0, "valid_from", NULL},
        {3, AX_T_DATE, 0, offsetof(struct ax_standardisation, valid_until), 0, 0, "valid_until", NULL},
        {4, AX_T_STR, 0, offsetof(struct ax_standardisation, authority), 0, 255, "authority", NULL},
};
static const struct ax_message standardisation_message =
        TABLE("Standardisation", struct ax_standardisation, standardisation_fields);

static const struct ax_field list_entry_fields[] = {
        {1, AX_T_ENUM, AX_F_REQUIRED, offsetof(struct ax_list_entry, list), 0, 6, "list", NULL},
        {2, AX_T_STR, 0, offsetof(struct ax_list_entry, condition), 0, 64, "condition", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_list_entry, authority), 0, 255, "authority", NULL},
        {4, AX_T_STR, 0, offsetof(struct ax_list_entry, document_number), 0, 128, "document_number", NULL},
        {5, AX_T_DATE, 0, offsetof(struct ax_list_entry, listed_from), 0, 0, "listed_from", NULL},
        {6, AX_T_DATE, 0, offsetof(struct ax_list_entry, listed_until), 0, 0, "listed_until", NULL},
        {7, AX_T_DATE, 0, offsetof(struct ax_list_entry, removed_on), 0, 0, "removed_on", NULL},
};
static const struct ax_message list_entry_message = TABLE("ListEntry", struct ax_list_entry, list_entry_fields);

static const struct ax_field exposure_fields[] = {
        {1, AX_T_DATE, AX_F_REQUIRED, offsetof(struct ax_exposure, period_from), 0, 0, "period_from", NULL},
        {2, AX_T_DATE, AX_F_REQUIRED, offsetof(struct ax_exposure, period_until), 0, 0, "period_until", NULL},
        {3, AX_T_U64, 0, offsetof(struct ax_exposure, employees), 0, 0, "employees", NULL},
        {4, AX_T_U64, 0, offsetof(struct ax_exposure, labour_hours), 0, 0, "labour_hours", NULL},
        {5, AX_T_U64, 0, offsetof(struct ax_exposure, output), 0, 0, "output", NULL},
        {6, AX_T_STR, 0, offsetof(struct ax_exposure, output_unit), 0, 32, "output_unit", NULL},
        {7, AX_T_U64, 0, offsetof(struct ax_exposure, vehicles), 0, 0, "vehicles", NULL},
        {8, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_exposure, contract_price_fen), 0, 0, "contract_price_fen",
                NULL},
};
static const struct ax_message exposure_message = TABLE("Exposure", struct ax_exposure, exposure_fields);

static const struct ax_field objection_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_objection, target_source), 0, 32, "target_source", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_objection, target_reference), 0, 256, "target_reference", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_objection, grounds), 0, 2000, "grounds", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_objection, filed_on), 0, 0, "filed_on", NULL},
        {5, AX_T_DATE, 0, offsetof(struct ax_objection, due_on), 0, 0, "due_on", NULL},
        {6, AX_T_ENUM, 0, offsetof(struct ax_objection, outcome), 0, 3, "outcome", NULL},
        {7, AX_T_STR, 0, offsetof(struct ax_objection, decided_by), 0, 255, "decided_by", NULL},
};
static const struct ax_message objection_message = TABLE("Objection", struct ax_objection, objection_fields);

static const struct ax_field repair_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_repair, target_source), 0, 32, "target_source", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_repair, target_reference), 0, 256, "target_reference", NULL},
        {3, AX_T_DATE, 0, offsetof(struct ax_repair, requested_on), 0, 0, "requested_on", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_repair, due_on), 0, 0, "due_on", NULL},
        {5, AX_T_ENUM, 0, offsetof(struct ax_repair, outcome), 0, 3, "outcome", NULL},
        {6, AX_T_STR, 0, offsetof(struct ax_repair, decided_by), 0, 255, "decided_by", NULL},
};
static const struct ax_message repair_message = TABLE("Repair", struct ax_repair, repair_fields);

static const struct ax_field consent_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_consent, grantee), 0, 200, "grantee", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_consent, purpose), 0, 64, "purpose", NULL},
        {3, AX_T_DATE, 0, offsetof(struct ax_consent, valid_from), 0, 0, "valid_from", NULL},
        {4, AX_T_DATE, 0, offsetof(struct ax_consent, valid_until), 0, 0, "valid_until", NULL},
        {5, AX_T_BOOL, 0, offsetof(struct ax_consent, revoked), 0, 0, "revoked", NULL},
};
static const struct ax_message consent_message = TABLE("Consent", struct ax_consent, consent_fields);

static const struct ax_field statement_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_statement, target_source), 0, 32, "target_source", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_statement, target_reference), 0, 256, "target_reference", NULL},
        {3, AX_T_STR, 0, offsetof(struct ax_statement, text), 0, 2000, "text", NULL},
};
static const struct ax_message statement_message = TABLE("Statement", struct ax_statement, statement_fields);

static const struct ax_field indicator_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_indicator, scheme), 0, 32, "scheme", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_indicator, item), 0, 64, "item", NULL},
        {3, AX_T_I64, AX_F_NON_NEGATIVE, offsetof(struct ax_indicator, value_milli), 0, 0, "value_milli", NULL},
        {4, AX_T_BOOL, 0, offsetof(struct ax_indicator, not_applicable), 0, 0, "not_applicable", NULL},
        {5, AX_T_DATE, 0, offsetof(struct ax_indicator, period_from), 0, 0, "period_from", NULL},
        {6, AX_T_DATE, 0, offsetof(struct ax_indicator, period_until), 0, 0, "period_until", NULL},
        {7, AX_T_STR, 0, offsetof(struct ax_indicator, authority), 0, 200, "authority", NULL},
};
static const struct ax_message indicator_message = TABLE("Indicator", struct ax_indicator, indicator_fields);

static const struct ax_field fact_fields[] = {
        {1, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_fact, source), 0, 32, "source", NULL},
        {2, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_fact, reference), 0, 256, "reference", NULL},
        {3, AX_T_I64, 0, offsetof(struct ax_fact, revision), 0, 0, "revision", NULL},
        {4, AX_T_STR, AX_F_REQUIRED, offsetof(struct ax_fact, enterprise), 0, 18, "enterprise", NULL},
        {5, AX_T_STR, 0, offsetof(struct ax_fact, previous_enterprise), 0, 18, "previous_enterprise", NULL},
        {6, AX_T_STR, 0, offsetof(struct ax_fact, enterprise_name), 0, 200, "enterprise_name", NULL},
        {7, AX_T_STR, 0, offsetof(struct ax_fact, site), 0, 200, "site", NULL},
        {8, AX_T_STR, 0, offsetof(struct ax_fact, region), 0, 6, "region", NULL},
        {9, AX_T_STR, 0, offsetof(struct ax_fact, industry), 0, 5, "industry", NULL},
        {10, AX_T_STR, 0, offsetof(struct ax_fact, industry_edition), 0, 4, "industry_edition", NULL},
        {11, AX_T_DATE, 0, offsetof(struct ax_fact, occurred_on), 0, 0, "occurred_on", NULL},
        {12, AX_T_DATE, 0, offsetof(struct ax_fact, decided_on), 0, 0, "decided_on", NULL},
        {13, AX_T_DATE, 0, offsetof(struct ax_fact, publish_until), 0, 0, "publish_until", NULL},
        {14, AX_T_DATE, 0, offsetof(struct ax_fact, use_until), 0, 0, "use_until", NULL},
        {15, AX_T_ENUM, 0, offsetof(struct ax_fact, state), 0, 6, "state", NULL},
        {16, AX_T_STR, 0, offsetof(struct ax_fact, jurisdiction), 0, 6, "jurisdiction", NULL},
        {17, AX_T_BOOL, 0, offsetof(struct ax_fact, synthetic), 0, 0, "synthetic", NULL},
        {18, AX_T_I64, AX_F_NOT_CONTENT, offsetof(struct ax_fact, known_at_us), 0, 0, "known_at_us", NULL},
        {20, AX_T_MSG, 0, offsetof(struct ax_fact, enforcement_penalty), offsetof(struct ax_fact, kind), 0,
                "enforcement_penalty", &enforcement_penalty_message},
        {21, AX_T_MSG, 0, offsetof(struct ax_fact, accident), offsetof(struct ax_fact, kind), 0, "accident",
                &accident_message},
        {22, AX_T_MSG, 0, offsetof(struct ax_fact, insurance_claim), offsetof(struct ax_fact, kind), 0,
                "insurance_claim", &insurance_claim_message},
        {23, AX_T_MSG, 0, offsetof(struct ax_fact, insurance_policy), offsetof(struct ax_fact, kind), 0,
                "insurance_policy", &insurance_policy_message},
        {24, AX_T_MSG, 0, offsetof(struct ax_fact, prevention_service), offsetof(struct ax_fact, kind), 0,
                "prevention_service", &prevention_service_message},
        {25, AX_T_MSG, 0, offsetof(struct ax_fact, hazard), offsetof(struct ax_fact, kind), 0, "hazard",
                &hazard_message},
        {26, AX_T_MSG, 0, offsetof(struct ax_fact, inspection), offsetof(struct ax_fact, kind), 0, "inspection",
                &inspection_message},
        {27, AX_T_MSG, 0, offsetof(struct ax_fact, monitoring_alarm), offsetof(struct ax_fact, kind), 0,
                "monitoring_alarm", &monitoring_alarm_message},
        {28, AX_T_MSG, 0, offsetof(struct ax_fact, licence), offsetof(struct ax_fact, kind), 0, "licence",
                &licence_message},
        {29, AX_T_MSG, 0, offsetof(struct ax_fact, certificate), offsetof(struct ax_fact, kind), 0, "certificate",
                &certificate_message},
        {30, AX_T_MSG, 0, offsetof(struct ax_fact, standardisation), offsetof(struct ax_fact, kind), 0,
                "standardisation", &standardisation_message},
        {31, AX_T_MSG, 0, offsetof(struct ax_fact, list_entry), offsetof(struct ax_fact, kind), 0, "list_entry",
                &list_entry_message},
        {32, AX_T_MSG, 0, offsetof(struct ax_fact, exposure), offsetof(struct ax_fact, kind), 0, "exposure",
                &exposure_message},
        {33, AX_T_MSG, 0, offsetof(struct ax_fact, objection), offsetof(struct ax_fact, kind), 0, "objection",
                &objection_message},
        {34, AX_T_MSG, 0, offsetof(struct ax_fact, repair), offsetof(struct ax_fact, kind), 0, "repair",
                &repair_message},
        {35, AX_T_MSG, 0, offsetof(struct ax_fact, consent), offsetof(struct ax_fact, kind), 0, "consent",
                &consent_message},
        {36, AX_T_MSG, 0, offsetof(struct ax_fact, statement), offsetof(struct ax_fact, kind), 0, "statement",
                &statement_message},
        {37, AX_T_MSG, 0, offsetof(struct ax_fact, indicator), offsetof(struct ax_fact, kind), 0, "indicator",
                &indicator_message},
};
const struct ax_message ax_fact_message = TABLE("Fact", struct ax_fact, fact_fields);
