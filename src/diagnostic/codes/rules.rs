family! {
    UNKNOWN_RULE = "G0501" "unknown-rule" Error;
    HARD_RULE = "G0502" "hard-rule" Error;
    WAIVER_EXPIRED = "G0503" "waiver-expired" Warning;
    WAIVER_OUTDATED = "G0504" "waiver-outdated" Warning;
    WAIVER_BY_NOBODY = "G0505" "waiver-by-nobody" Error;
    WAIVER_IDLE = "G0506" "waiver-idle" Warning;
    WAIVER_OF_NOTHING = "G0507" "waiver-of-nothing" Error;
    BASELINE_GREW = "G0508" "baseline-grew" Error;
    BASELINE_IDLE = "G0509" "baseline-idle" Note;
    WAIVER_NOT_YET = "G0511" "waiver-not-yet" Note;
    BASELINE_BROKEN = "G0510" "baseline-broken" Error;
}
