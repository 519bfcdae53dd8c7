family! {
    OWNED_BY_WHO_IS_PAID = "G0301" "owned-by-who-is-paid" Warning;
    PAID_WITHOUT_GUARDRAIL = "G0302" "paid-without-guardrail" Warning;
    REPORT_WITHOUT_GUARDRAILS = "G0303" "report-without-guardrails" Warning;
    PAY_NOT_SAID = "G0304" "pay-not-said" Warning;
    DRAFT_IN_REPORT = "G0305" "draft-in-report" Error;
    RESTS_ON_DRAFT = "G0306" "rests-on-draft" Warning;
}
